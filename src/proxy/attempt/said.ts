// What an endpoint said in an error, as a sentence for the client of a request that nobody could serve.

import { cleanText } from "../../core/clean-text.ts";
import type { Verdict } from "../../routing/health/failure-class.ts";
import type { Endpoint } from "../../routing/model.ts";
import { readErrorBody } from "../../wires/errors/error-body.ts";
import { unpackedByHeaders, withoutBeginning } from "../answer/redact.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import type { Leftover } from "./leftover.ts";

const MAX_CHARS = 300;

/**
 * What was said, when somebody wants to know: of an answer that was judged by its head alone when its body has come.
 * Keeps nothing of the request.
 */
export function saidLater(
  verdict: Verdict,
  head: AnswerHead,
  body: Buffer | Leftover,
  endpoint: Endpoint,
): () => Promise<string | undefined> {
  return async () => {
    const bytes = Buffer.isBuffer(body) ? body : await body.beginning();
    return saidIn(verdict, head, bytes, endpoint);
  };
}

/**
 * The message of an error's body: masked, without control characters, 300 characters at most. Undefined where there
 * is none, and for an error about the gateway's own key, which is none of the caller's business.
 */
function saidIn(verdict: Verdict, head: AnswerHead, body: Buffer, endpoint: Endpoint): string | undefined {
  if (verdict.scope === "credential" || verdict.class === "not_permitted") return undefined;
  if (head.contentType.startsWith("text/html")) return undefined;
  const plain = unpackedByHeaders(body, head.headers);
  if (plain === undefined || plain.length === 0) return undefined;
  // Masked before anything is cut off or decoded: half a key is found by nobody.
  const masked = Buffer.from(endpoint.secrets.mask(plain.toString("latin1")), "latin1");
  const { message } = readErrorBody(withoutBeginning(masked, endpoint.secrets));
  const text = shownWords(message, endpoint);
  return text === "" || text.startsWith("<") ? undefined : text;
}

/** What may be shown of a text with words of an endpoint's: masked, without control characters, 300 characters at most. */
export function shownWords(words: string, endpoint: Endpoint): string {
  const text = cleanText(endpoint.secrets.mask(words).replaceAll(/\s+/g, " ").trim());
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}
