// What an endpoint said in an error, as a sentence for the client of a request that nobody could serve.

import { cleanText } from "../core/clean-text.ts";
import { type EndpointSecrets, MASK } from "../routing/endpoint-secrets.ts";
import { readErrorBody } from "../routing/error-body.ts";
import type { Verdict } from "../routing/failure-class.ts";
import type { Target } from "../routing/model.ts";
import type { AnswerHead } from "./attempt-outcome.ts";
import { headerOf } from "./classify.ts";
import type { Leftover } from "./leftover.ts";
import { unpacked } from "./unpack.ts";

const MAX_CHARS = 300;
/** Fewer bytes at the end of a message are no beginning of a key, and tell nothing of one. */
const MIN_HALF_KEY_BYTES = 4;

/**
 * What was said, when somebody wants to know: of an answer that was judged by its head alone when its body has come.
 * Keeps nothing of the request.
 */
export function saidLater(
  verdict: Verdict,
  head: AnswerHead,
  body: Buffer | Leftover,
  target: Target,
): () => Promise<string | undefined> {
  return async () => {
    const bytes = Buffer.isBuffer(body) ? body : await body.beginning();
    return saidIn(verdict, head, bytes, target);
  };
}

/**
 * The message of an error's body: masked, without control characters, 300 characters at most. Undefined where there
 * is none, and for an error about the gateway's own key, which is none of the caller's business.
 */
function saidIn(verdict: Verdict, head: AnswerHead, body: Buffer, { endpoint }: Target): string | undefined {
  if (verdict.scope === "credential" || verdict.class === "not_permitted") return undefined;
  if (head.contentType.startsWith("text/html")) return undefined;
  const plain = unpacked(body, headerOf(head.headers, "content-encoding"));
  if (plain === undefined || plain.length === 0) return undefined;
  const { message } = readErrorBody(plain);
  const masked = withoutHalfKey(endpoint.secrets.mask(message), endpoint.secrets);
  const text = cleanText(masked.replaceAll(/\s+/g, " ").trim());
  if (text === "" || text.startsWith("<")) return undefined;
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}

/** Of a body that was cut, by the endpoint or since it was long or slow, a key's beginning may be the last. */
function withoutHalfKey(text: string, secrets: EndpointSecrets): string {
  const bytes = Buffer.from(text);
  const count = secrets.beginningAtEnd(bytes);
  if (count < MIN_HALF_KEY_BYTES) return text;
  return `${bytes.toString("utf8", 0, bytes.length - count)}${MASK}`;
}
