// Which headers go to an endpoint and which come back. The rules are those of RFC 9110 §7.6.1 (hop-by-hop) and
// of a gateway between two accounts: nothing of the client's credentials passes.

import { GatewayError } from "../../core/errors.ts";
import { HOPS_HEADER } from "../../core/hops.ts";
import type { FlatHeaders, InboundRequest } from "../../http/message.ts";
import type { Credential, Endpoint } from "../../routing/model.ts";
import { isPassedHeader } from "../../wires/headers/passed-headers.ts";
import type { Wire } from "../../wires/wire.ts";

const USUAL_CONNECTION = /^(?:keep-alive|close)$/i;

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

/** The one header of an answer that is given to this function and rewritten anyway. */
type Outbound = {
  readonly request: InboundRequest;
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  /** Ask for an uncompressed answer, because it has to be read on the way. */
  readonly wantsIdentity: boolean;
  /** Whose request it is. */
  readonly clientWire: Wire;
  /** Names of headers that the configuration passes on besides the usual ones. */
  readonly passedHeaders: ReadonlySet<string>;
  /** What the request says of its way through gateways, this one included. */
  readonly hops: string;
};

/**
 * Headers of the request to an endpoint. The endpoint's own come last and replace the client's of that name.
 * An endpoint without a key gets no Authorization.
 * @throws GatewayError bad_request for a header value that cannot be sent on
 */
export function outboundHeaders(outbound: Outbound): FlatHeaders {
  const { request, endpoint } = outbound;
  const sent = request.headers;
  const connection = request.header("connection");
  const named =
    connection === undefined || USUAL_CONNECTION.test(connection) ? undefined : namedIn(connection);
  const headers: string[] = [];
  for (let index = 0; index < sent.length; index += 2) {
    const name = sent[index] ?? "";
    if (!isPassedHeader(name, outbound.passedHeaders) || named?.has(name) === true) continue;
    if (outbound.wantsIdentity && name === "accept-encoding") continue;
    if (endpoint.fixedHeaders.length > 0 && isNameIn(endpoint.fixedHeaders, name)) continue;
    const value = sent[index + 1] ?? "";
    if (!isSendable(value))
      throw new GatewayError("bad_request", {
        message: `The header ${name} has a value that cannot be sent.`,
      });
    headers.push(name, value);
  }
  if (outbound.wantsIdentity) headers.push("accept-encoding", "identity");
  headers.push(HOPS_HEADER, outbound.hops);
  for (const item of endpoint.fixedHeaders) headers.push(item);
  pushCredential(headers, outbound);
  return headers;
}

/** The key as the endpoint's wire sends it, and what the client's wire needs and the client left out. */
function pushCredential(headers: string[], outbound: Outbound): void {
  const { endpoint, credential, clientWire, request } = outbound;
  const needed = clientWire.neededHeader;
  if (
    needed !== undefined &&
    request.header(needed[0]) === undefined &&
    !isNameIn(endpoint.fixedHeaders, needed[0])
  )
    headers.push(...needed);
  if (credential.apiKey !== undefined) endpoint.wire.pushKey(headers, credential.apiKey, clientWire.name);
}

/** What the gateway adds to an answer that it relays. */
export type AnswerMarks = {
  readonly endpoint: string;
  readonly upstreamModel: string;
  readonly attempts: string;
  readonly requestId: string;
  /** The model that answered in place of the one asked for. */
  readonly fallback: string | undefined;
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
    if (name === "x-request-id") hasId = true;
    headers.push(name, received[index + 1] ?? "");
  }
  if (named !== undefined && named.size > 0) dropNamed(headers, named);
  if (!hasId) headers.push("x-request-id", marks.requestId);
  headers.push(
    "x-oai-gateway-endpoint",
    headerSafe(marks.endpoint),
    "x-oai-gateway-model",
    headerSafe(marks.upstreamModel),
    "x-oai-gateway-attempts",
    marks.attempts,
  );
  if (marks.fallback !== undefined) headers.push("x-oai-gateway-fallback", headerSafe(marks.fallback));
  for (const item of common) headers.push(item);
  return headers;
}

/** Percent-encodes what a header value cannot hold: names may be Chinese. */
function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURI(text);
}

function isNameIn(headers: FlatHeaders, name: string): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === name) return true;
  return false;
}

function namedIn(connection: string): ReadonlySet<string> {
  return new Set(
    connection
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== "" && name !== "keep-alive" && name !== "close"),
  );
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

/** Latin-1 without control characters (RFC 9110 §5.5). */
function isSendable(value: string): boolean {
  return !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}
