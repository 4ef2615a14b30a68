// Which headers go to an endpoint. The rules are those of RFC 9110 §7.6.1 (hop-by-hop) and of a gateway between two
// accounts: nothing of the client's credentials passes.

import { GatewayError } from "../../core/errors.ts";
import { HOPS_HEADER } from "../../core/hops.ts";
import type { RequestTrace } from "../../core/traces/trace.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { InboundRequest } from "../../http/message.ts";
import type { Credential, Endpoint, Target } from "../../routing/model.ts";
import { isPassedHeader } from "../../wires/headers/passed-headers.ts";
import type { ClientWire } from "../../wires/wire.ts";

const USUAL_CONNECTION = /^(?:keep-alive|close)$/i;

/** Where a request goes: to whom, with which key, and as which span of a trace. */
export type Addressing = {
  readonly target: Target;
  readonly credential: Credential;
  /** Undefined where no trace is recorded. */
  readonly spanId: string | undefined;
};

/** What the headers of a request are made of. */
type Outbound = {
  readonly request: Pick<InboundRequest, "headers" | "header">;
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  /** Ask for an uncompressed answer, because it has to be read on the way. */
  readonly wantsIdentity: boolean;
  /** Whose request it is. */
  readonly clientWire: ClientWire;
  /** Names of headers that the configuration passes on besides the usual ones. */
  readonly passedHeaders: ReadonlySet<string>;
  /** What the request says of its way through gateways, this one included. */
  readonly hops: string;
  /** Whose headers take the place of the client's; undefined where traces are off, and these go on as they came. */
  readonly trace: RequestTrace | undefined;
  /** The attempt's; undefined for a question that is no attempt. */
  readonly spanId: string | undefined;
};

/**
 * Headers of the request to an endpoint. The endpoint's own come last and replace the client's of that name.
 * An endpoint without a key gets no Authorization.
 * @throws GatewayError bad_request for a header value that cannot be sent on
 */
export function outboundHeaders(outbound: Outbound): string[] {
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
    if (outbound.trace !== undefined && isTraceHeader(name)) continue;
    if (endpoint.fixedHeaders.length > 0 && firstHeader(endpoint.fixedHeaders, name) !== undefined) continue;
    const value = sent[index + 1] ?? "";
    if (!isSendable(value)) throw unsendable(name);
    headers.push(name, value);
  }
  if (outbound.wantsIdentity) headers.push("accept-encoding", "identity");
  headers.push(HOPS_HEADER, outbound.hops);
  pushTrace(headers, outbound);
  for (const item of endpoint.fixedHeaders) headers.push(item);
  pushCredential(headers, outbound);
  return headers;
}

function isTraceHeader(name: string): boolean {
  return name === "traceparent" || name === "tracestate";
}

/** Unless the configuration names another trace: two of them in one request would end both. */
function pushTrace(headers: string[], { trace, spanId, endpoint }: Outbound): void {
  if (trace === undefined || firstHeader(endpoint.fixedHeaders, "traceparent") !== undefined) return;
  trace.pushHeaders(headers, spanId);
}

/** The key as the endpoint's wire sends it, and what the client's wire needs and the client left out. */
function pushCredential(headers: string[], outbound: Outbound): void {
  const { endpoint, credential, clientWire, request } = outbound;
  const needed = clientWire.neededHeader;
  if (
    needed !== undefined &&
    request.header(needed[0]) === undefined &&
    firstHeader(endpoint.fixedHeaders, needed[0]) === undefined
  )
    headers.push(...needed);
  if (credential.apiKey !== undefined) endpoint.wire.pushKey(headers, credential.apiKey, clientWire.name);
}

/** The headers that a Connection header names, in lower case. */
export function namedIn(connection: string): ReadonlySet<string> {
  return new Set(
    connection
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== "" && name !== "keep-alive" && name !== "close"),
  );
}

/** The refusal of a header whose value cannot be sent on. */
export function unsendable(name: string): GatewayError {
  return new GatewayError("bad_request", { message: `The header ${name} has a value that cannot be sent.` });
}

/** Latin-1 without control characters (RFC 9110 §5.5). */
function isSendable(value: string): boolean {
  return !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}
