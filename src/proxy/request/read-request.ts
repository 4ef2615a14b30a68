// Steps 4 and 5, read and peek: the body once and bounded, and in it the model's name and `stream`. Called by
// `handle.ts`; the scanners are `wires/peek/json-scan.ts` and `wires/peek/multipart-scan.ts`.

import { GatewayError } from "../../core/errors.ts";
import { ambiguousModel, checkModelName } from "../../core/model-name.ts";
import { SLICE_BYTES, type SlicedWork } from "../../core/slices.ts";
import type { PiecedBody } from "../../http/body-pieces.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import { queryOf } from "../../wires/paths/router.ts";
import { type JsonPeek, peekJson, peekJsonInSlices } from "../../wires/peek/json-scan.ts";
import { type MultipartPeek, peekMultipart, peekMultipartInSlices } from "../../wires/peek/multipart-scan.ts";
import { modelInQuery } from "../../wires/peek/query-model.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { bodyHeadersOf } from "./body-headers.ts";
import { SESSION_FIELDS } from "./sticky-key.ts";
import { type Coding, unpackRequest } from "./unpack-request.ts";

/**
 * Reads the body where the operation has one and notes model, its place and `stream` on the exchange.
 * @throws GatewayError request_too_large, request_timeout, overloaded, client_closed, unsupported_content_encoding,
 *   invalid_content_encoding, unsupported_charset, bad_request, invalid_json, json_too_deep, invalid_multipart,
 *   duplicate_model, ambiguous_model, invalid_model, missing_model, invalid_field
 */
export async function readRequest(exchange: Exchange, operation: Operation): Promise<void> {
  const { request, world, hold } = exchange;
  const inQuery = modelInQuery(queryOf(request.target));
  if (operation.model === "path") {
    if (inQuery !== undefined) throw ambiguousModel("the path names one, and the query another");
    checkModelName(exchange.modelName ?? "");
    // Such a request has no use for a body; one that is broken must be seen before anything is sent on.
    if (request.method === "DELETE") await request.readBody(world.bodyLimits, hold);
    return;
  }
  if (operation.model === "query") {
    // What comes behind the head is no body, and lasts like a stream.
    exchange.isStream = true;
    exchange.modelName = inQuery;
    if (inQuery === undefined) throw missingInQuery();
    return;
  }
  const { contentType, coding } = bodyHeadersOf(request.headers);
  const received = await request.readBody(world.bodyLimits, hold);
  const body =
    Buffer.isBuffer(received) && coding === undefined ? received : await unfolded(exchange, received, coding);
  exchange.bytesIn = body.length;
  exchange.body = body;
  if (body.length === 0 && operation.name === "passthrough") throw unknownPath(exchange);
  if (inQuery === undefined || isReadable(contentType) || looksLikeJson(body)) {
    if (body.length <= SLICE_BYTES) peek(exchange, body, contentType);
    else await peekInSlices(exchange, body, contentType);
  }
  if (inQuery !== undefined) {
    // Gateway and endpoint might read different names.
    if ((exchange.modelName ?? inQuery) !== inQuery)
      throw new GatewayError("duplicate_model", { param: "model" });
    exchange.modelName = inQuery;
  }
  if (exchange.modelName === undefined && operation.optionalModel === undefined)
    throw missingModel(exchange, operation);
}

/** One plain buffer of a large or packed body. */
async function unfolded(
  exchange: Exchange,
  received: Buffer | PiecedBody,
  coding: Coding | undefined,
): Promise<Buffer> {
  const packed = await joined(exchange, received);
  if (coding === undefined) return packed;
  const body = await joined(exchange, await unpackRequest(exchange, packed, coding));
  exchange.hold.shrinkTo(body.length);
  return body;
}

async function joined(exchange: Exchange, body: Buffer | PiecedBody): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  return exchange.services.overload.slices.run(whileWanted(exchange, body.inOnePiece()));
}

function peek(exchange: Exchange, body: Buffer, contentType: string): void {
  if (isMultipart(contentType)) noteForm(exchange, peekMultipart(body, contentType));
  else noteJson(exchange, peekJson(body));
}

/** The fields of a session are read along with it, since a second look would take as long again. */
async function peekInSlices(exchange: Exchange, body: Buffer, contentType: string): Promise<void> {
  const { slices } = exchange.services.overload;
  if (isMultipart(contentType)) {
    noteForm(exchange, await slices.run(whileWanted(exchange, peekMultipartInSlices(body, contentType))));
    return;
  }
  const found = await slices.run(whileWanted(exchange, peekJsonInSlices(body, SESSION_FIELDS)));
  exchange.sessionFields = found.fields;
  noteJson(exchange, found);
}

/** Work on a body whose client has gone is dropped. */
function* whileWanted<Result>(exchange: Exchange, work: SlicedWork<Result>): SlicedWork<Result> {
  for (;;) {
    if (exchange.isClientGone) throw new GatewayError("client_closed");
    const { done, value } = work.next();
    if (done === true) return value;
    yield;
  }
}

function noteForm(exchange: Exchange, found: MultipartPeek): void {
  exchange.modelName = found.model;
  exchange.isStream = found.stream === true;
  if (found.modelRange !== undefined) exchange.modelSpan = { kind: "multipart", peek: found };
  else exchange.modelGap = { kind: "multipart", partsStart: found.partsStart };
}

function noteJson(exchange: Exchange, found: JsonPeek): void {
  exchange.modelName = found.model;
  exchange.isStream = found.stream === true;
  exchange.isBackground = found.isBackground;
  if (found.modelRange !== undefined) exchange.modelSpan = { kind: "json", range: found.modelRange };
  else exchange.modelGap = { kind: "json", isEmpty: found.isEmpty };
}

function isMultipart(contentType: string): boolean {
  // Most requests are JSON: one comparison of a character tells.
  const first = contentType.charCodeAt(0) | 0x20;
  return first === 0x6d && contentType.toLowerCase().startsWith("multipart/form-data");
}

/** False for a body of a type that is neither JSON nor a form, such as SDP, where the query names the model. */
function isReadable(contentType: string): boolean {
  // Clients that set no type themselves send JSON as one of the last two.
  return contentType === "" || /json|form|text\/plain/i.test(contentType);
}

/** Longer white space than this before a body that is no JSON has no sense. */
const MAX_SPACE_BYTES = 64 * 1024;

/**
 * Many servers read JSON whatever the Content-Type says, some of them behind any white space, a byte order mark, or in
 * UTF-16: such a body is to be looked at, and refused where it is none.
 */
function looksLikeJson(body: Buffer): boolean {
  let at = 0;
  while (at < body.length && at < MAX_SPACE_BYTES && isBeforeJson(body[at] ?? 0)) at += 1;
  const first = body[at];
  return at === MAX_SPACE_BYTES || first === OPEN_BRACE || first === OPEN_BRACKET;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** Space, zeros as of UTF-16, and the bytes of byte order marks. */
function isBeforeJson(byte: number): boolean {
  return byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf || byte >= 0xfe;
}

function missingModel(exchange: Exchange, operation: Operation): GatewayError {
  if (operation.name === "passthrough") return unknownPath(exchange);
  return new GatewayError("missing_model", { param: "model" });
}

function missingInQuery(): GatewayError {
  const message = "The request names no model. Put it into the query: ?model=NAME.";
  return new GatewayError("missing_model", { message, param: "model" });
}

function unknownPath(exchange: Exchange): GatewayError {
  const message = `POST ${exchange.path} is no path that this gateway knows, and the body has no top-level "model" to route it by.`;
  return new GatewayError("unknown_path", { message });
}
