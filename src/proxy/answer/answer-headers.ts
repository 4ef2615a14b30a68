// Which headers of an endpoint's answer reach the client: all but what belongs to a connection (RFC 9110 §7.6.1) or to
// the endpoint's own site, and the gateway's own marks.

import { firstHeader } from "../../http/first-header.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Translated } from "../../wires/translate/translation.ts";
import { namedIn } from "../send/outbound-headers.ts";

/** Never passed back to the client. */
const NOT_BACK = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "set-cookie",
  "set-cookie2",
  "alt-svc",
  "strict-transport-security",
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
  "access-control-allow-methods",
  "access-control-allow-headers",
]);

const NOT_BACK_PREFIXES = ["proxy-", "x-oai-gateway-"];

/** What the gateway adds to an answer that it relays. */
export type AnswerMarks = {
  readonly endpoint: string;
  readonly upstreamModel: string;
  readonly attempts: string;
  readonly requestId: string;
  /** The model that answered in place of the one asked for. */
  readonly fallback: string | undefined;
  /** How the endpoint was asked, where that was in the words of another API. */
  readonly translated?: Translated | undefined;
  /** Where the client looks for the id of a request besides the usual place. */
  readonly idHeader?: string | undefined;
};

/** Headers of a relayed answer. `isRewritten`: the body's length will differ, so the endpoint's is dropped. */
export function answerHeaders(
  received: FlatHeaders,
  marks: AnswerMarks,
  isRewritten: boolean,
  common: FlatHeaders,
): string[] {
  const headers: string[] = [];
  let named: ReadonlySet<string> | undefined;
  let hasId = false;
  for (let index = 0; index < received.length; index += 2) {
    const name = received[index] ?? "";
    if (name === "connection") named = namedIn(received[index + 1] ?? "");
    if (NOT_BACK.has(name) || hasPrefix(name, NOT_BACK_PREFIXES)) continue;
    if (
      isRewritten &&
      (name === "content-length" || name === "content-md5" || name === "etag" || name === "digest")
    )
      continue;
    // What the client may use of this gateway counts for it, and not what the gateway may use of the endpoint.
    if (common.length > 0 && name.startsWith("x-ratelimit-") && common.includes(name)) continue;
    if (name === "x-request-id") hasId = true;
    headers.push(name, received[index + 1] ?? "");
  }
  if (named !== undefined && named.size > 0) dropNamed(headers, named);
  if (!hasId) headers.push("x-request-id", marks.requestId);
  if (marks.idHeader !== undefined && firstHeader(headers, marks.idHeader) === undefined)
    headers.push(marks.idHeader, firstHeader(headers, "x-request-id") ?? marks.requestId);
  headers.push(
    "x-oai-gateway-endpoint",
    headerSafe(marks.endpoint),
    "x-oai-gateway-model",
    headerSafe(marks.upstreamModel),
    "x-oai-gateway-attempts",
    marks.attempts,
  );
  if (marks.fallback !== undefined) headers.push("x-oai-gateway-fallback", headerSafe(marks.fallback));
  if (marks.translated !== undefined) pushTranslation(headers, marks.translated);
  for (const item of common) headers.push(item);
  return headers;
}

/** Longer lists than a client can do anything with are cut: a header has bounds at every proxy on the way. */
const MAX_WARNING_CHARS = 1_024;

/** Which APIs were translated, and what could not be carried over. */
function pushTranslation(headers: string[], { translation, request }: Translated): void {
  headers.push("x-oai-gateway-translation", `${translation.from}-${translation.to}`);
  const { notes } = request;
  if (notes.length === 0) return;
  const warning = headerSafe(`not carried over: ${notes.join(", ")}`);
  const isLong = warning.length > MAX_WARNING_CHARS;
  headers.push("x-oai-gateway-warning", isLong ? `${warning.slice(0, MAX_WARNING_CHARS)}...` : warning);
}

/** Percent-encodes what a header value cannot hold: names may be Chinese. */
function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURI(text);
}

function dropNamed(headers: string[], named: ReadonlySet<string>): void {
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    // A peer must not be able to have the gateway drop what frames the answer.
    const name = headers[index] ?? "";
    if (named.has(name) && name !== "content-type" && name !== "content-length") headers.splice(index, 2);
  }
}

function hasPrefix(name: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
  return false;
}
