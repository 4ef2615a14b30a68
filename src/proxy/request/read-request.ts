// Steps 4 and 5, read and peek: the body once and bounded, and in it the model's name and `stream`. The scanners are
// in `wires/peek/`.

import { GatewayError } from "../../core/errors.ts";
import { ambiguousModel, checkModelName } from "../../core/model-name.ts";
import { SLICE_BYTES, type SlicedWork } from "../../core/slices.ts";
import type { PiecedBody } from "../../http/body-pieces.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import { type Match, queryOf } from "../../wires/paths/router.ts";
import { type JsonPeek, peekJson, peekJsonInSlices } from "../../wires/peek/json-scan.ts";
import { type MultipartPeek, peekMultipart, peekMultipartInSlices } from "../../wires/peek/multipart-scan.ts";
import { deploymentInQuery, modelInQuery } from "../../wires/peek/query-model.ts";
import { sessionModelIn, sessionModelOfJson } from "../../wires/peek/session-scan.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Peek } from "../exchange/peek.ts";
import { bodyHeadersOf } from "./body-headers.ts";
import { takeDeployment, takeResource } from "./deployment.ts";
import { SESSION_FIELDS } from "./sticky-key.ts";
import { unpackRequest } from "./unpack-request.ts";

/** A stream is asked for by the query where there is no body to ask for it in. */
const WANTS_STREAM = /[?&]stream=(?:true|1)(?:&|$)/i;

/** An operation that was matched, and the model that its path names. */
export type MatchedOperation = Extract<Match, { kind: "operation" }>;

/**
 * Step 4: the whole body; undefined where the operation has no use for one.
 * @throws GatewayError ambiguous_model, duplicate_model, invalid_model, unsupported_content_encoding,
 *   unsupported_charset, bad_request; and from the promise request_too_large, request_timeout, overloaded, client_closed
 */
export function readBody(
  exchange: Exchange,
  { operation, pathModel }: MatchedOperation,
): Buffer | Promise<Buffer | PiecedBody> | undefined {
  const { request, world, peek } = exchange;
  peek.queryModel = modelInQuery(queryOf(request.target));
  if (operation.model === "path") {
    peek.modelName = pathModel;
    if (peek.queryModel !== undefined) throw ambiguousModel("the path names one, and the query another");
    // Such a request has no use for a body; one that is broken must be seen before anything is sent on.
    return request.method === "DELETE" ? request.readBody(world.bodyLimits, peek.hold) : undefined;
  }
  if (operation.model === "query") {
    const deployment = peek.queryModel === undefined ? deploymentInQuery(queryOf(request.target)) : undefined;
    // What is sent on names the model by the other parameter.
    if (deployment !== undefined) peek.isModelOfPath = true;
    peek.queryModel ??= deployment;
    // What comes behind the head is no body, and lasts like a stream.
    peek.isStream = true;
    return undefined;
  }
  if (operation.model === "none" && request.method === "GET") {
    peek.isStream = operation.upgrade !== undefined || WANTS_STREAM.test(request.target);
    return undefined;
  }
  const { contentType, coding } = bodyHeadersOf(request.headers);
  peek.contentType = contentType;
  peek.coding = coding;
  return request.readBody(world.bodyLimits, peek.hold);
}

/**
 * Step 5: finds what the request asks for. Gives the name by which its model is looked up; a promise only for a body
 * that is large or packed.
 * @throws GatewayError invalid_content_encoding, invalid_json, json_too_deep, invalid_multipart, duplicate_model,
 *   ambiguous_model, invalid_model, missing_model, invalid_field, unknown_path, and for packed bodies request_too_large,
 *   overloaded, client_closed
 */
export function peekRequest(
  exchange: Exchange,
  match: MatchedOperation,
  received: Buffer | PiecedBody | undefined,
): string | Promise<string> {
  if (received === undefined || match.operation.model === "path") return nameOf(exchange, match);
  return Buffer.isBuffer(received) && exchange.peek.coding === undefined
    ? peekBody(exchange, match, received)
    : peekLater(exchange, match, received);
}

async function peekLater(
  exchange: Exchange,
  match: MatchedOperation,
  received: Buffer | PiecedBody,
): Promise<string> {
  return peekBody(exchange, match, await unfolded(exchange, received));
}

function peekBody(exchange: Exchange, match: MatchedOperation, body: Buffer): string | Promise<string> {
  const { peek } = exchange;
  const { contentType, queryModel } = peek;
  peek.bytesIn = body.length;
  peek.body = body;
  if (match.operation.model === "none") return peekObject(exchange, match, body);
  if (match.operation.model === "session") {
    noteSession(peek, body);
    return nameOf(exchange, match);
  }
  if (body.length === 0 && match.operation.name === "passthrough") throw unknownPath(exchange);
  if (queryModel === undefined || isReadable(contentType) || looksLikeJson(body)) {
    if (body.length > SLICE_BYTES) return peekInSlices(exchange, match, body);
    if (isMultipart(contentType)) noteForm(peek, peekMultipart(body, contentType));
    else {
      const { modelNames } = exchange.services.memory;
      noteJson(peek, peekJson(body, wantedOf(match.operation), modelNames), match.operation);
    }
  }
  return nameOf(exchange, match);
}

/** @throws GatewayError request_too_large, and those of the scanners */
function noteSession(peek: Peek, body: Buffer): void {
  if (body.length > SLICE_BYTES) {
    const message = "A session is described in 256 KiB at most.";
    throw new GatewayError("request_too_large", { message });
  }
  const isForm = isMultipart(peek.contentType);
  // An offer in SDP has no description: then the query may name the model.
  if (!isForm && (body.length === 0 || !looksLikeJson(body))) return;
  const found = isForm
    ? sessionModelIn(body, peekMultipart(body, peek.contentType).sessionRange)
    : sessionModelOfJson(body);
  if (found === undefined) return;
  peek.modelName = found.model;
  peek.modelSpan = { kind: "json", range: found.range };
}

/** A body that is about an object names no model: of it only the ids of other objects are read, where it has such fields. */
function peekObject(
  exchange: Exchange,
  { operation }: MatchedOperation,
  body: Buffer,
): string | Promise<string> {
  const { topNames = [], deepFields = [] } = operation.object ?? {};
  const { peek, services } = exchange;
  const isOfUse = topNames.length > 0 || deepFields.length > 0;
  if (!isOfUse || body.length === 0 || isMultipart(peek.contentType)) return "";
  if (body.length <= SLICE_BYTES) {
    peek.objectIds = peekJson(body, topNames).fields;
    return "";
  }
  const { slices } = services.overload;
  return slices.run(whileWanted(exchange, peekJsonInSlices(body, topNames))).then(({ fields }) => {
    peek.objectIds = fields;
    return "";
  });
}

/** The fields of a session are read along with it, since a second look would take as long again. */
async function peekInSlices(exchange: Exchange, match: MatchedOperation, body: Buffer): Promise<string> {
  const { services, peek } = exchange;
  const { slices } = services.overload;
  const { contentType } = peek;
  if (isMultipart(contentType))
    noteForm(peek, await slices.run(whileWanted(exchange, peekMultipartInSlices(body, contentType))));
  else {
    const names = [...SESSION_FIELDS, ...(wantedOf(match.operation) ?? [])];
    const found = await slices.run(whileWanted(exchange, peekJsonInSlices(body, names)));
    peek.sessionFields = found.fields.slice(0, SESSION_FIELDS.length);
    noteJson(peek, { ...found, fields: found.fields.slice(SESSION_FIELDS.length) }, match.operation);
  }
  return nameOf(exchange, match);
}

/** The one name of all that a request says: in its path, its query and its body. */
function nameOf(exchange: Exchange, { operation, pathModel }: MatchedOperation): string {
  const { peek } = exchange;
  if (operation.model === "none") return "";
  if (operation.model === "resource") return takeResource(peek, operation, pathModel);
  if (pathModel !== undefined && operation.model === "path") return pathModel;
  if (peek.queryModel !== undefined) {
    // Gateway and endpoint might read different names.
    if ((peek.modelName ?? peek.queryModel) !== peek.queryModel)
      throw new GatewayError("duplicate_model", { param: "model" });
    peek.modelName = peek.queryModel;
  }
  if (pathModel !== undefined) return takeDeployment(peek, pathModel);
  const name = peek.modelName ?? operation.optionalModel;
  if (name !== undefined) return name;
  if (operation.name === "passthrough") throw unknownPath(exchange);
  throw operation.model === "query"
    ? missingInQuery()
    : new GatewayError("missing_model", { param: "model" });
}

/** The error for a path whose query has to name the model. */
export function missingInQuery(): GatewayError {
  const message = "The request names no model. Put it into the query: ?model=NAME.";
  return new GatewayError("missing_model", { message, param: "model" });
}

/** One plain buffer of a large or packed body. */
async function unfolded(exchange: Exchange, received: Buffer | PiecedBody): Promise<Buffer> {
  const { coding, hold } = exchange.peek;
  const packed = await joined(exchange, received);
  if (coding === undefined) return packed;
  const body = await joined(exchange, await unpackRequest(exchange, packed, coding));
  hold.shrinkTo(body.length);
  return body;
}

async function joined(exchange: Exchange, body: Buffer | PiecedBody): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  return exchange.services.overload.slices.run(whileWanted(exchange, body.inOnePiece()));
}

/** Work on a body whose client has gone is dropped. */
function* whileWanted<Result>(exchange: Exchange, work: SlicedWork<Result>): SlicedWork<Result> {
  for (;;) {
    exchange.departure.refuseIfGone();
    const { done, value } = work.next();
    if (done === true) return value;
    yield;
  }
}

function noteForm(peek: Peek, found: MultipartPeek): void {
  peek.modelName = found.model;
  peek.isStream = found.stream === true;
  if (found.modelRange !== undefined) peek.modelSpan = { kind: "multipart", peek: found };
  else peek.modelGap = { kind: "multipart", partsStart: found.partsStart };
}

/** The fields that are read besides the usual ones. */
function wantedOf({ olderModelField, object }: Operation): readonly string[] | undefined {
  return olderModelField === undefined ? object?.topNames : [olderModelField];
}

function noteJson(peek: Peek, found: JsonPeek, operation: Operation): void {
  peek.modelName = found.model ?? olderName(found, operation);
  peek.isStream = found.stream ?? operation.streams === "unless_told";
  peek.isBackground = found.isBackground;
  peek.isStored = found.isStored;
  peek.streamOptions = found.streamOptions;
  peek.objectIds = found.fields;
  if (found.modelRange !== undefined) peek.modelSpan = { kind: "json", range: found.modelRange };
  else peek.modelGap = { kind: "json", isEmpty: found.isEmpty };
}

function olderName({ fields }: JsonPeek, { olderModelField }: Operation): string | undefined {
  const name = olderModelField === undefined ? undefined : fields[0];
  return name === undefined ? undefined : checkModelName(name);
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

function unknownPath(exchange: Exchange): GatewayError {
  const message = `POST ${exchange.path} is no path that this gateway knows, and the body has no top-level "model" to route it by.`;
  return new GatewayError("unknown_path", { message });
}
