// Steps 4 and 5, read and peek: the body once and bounded, and in it the model's name and `stream`. Called by
// `handle.ts`; the scanners are `http/json-scan.ts` and `http/multipart-scan.ts`.

import { GatewayError } from "../core/errors.ts";
import type { Operation } from "../core/operation.ts";
import { peekJson } from "../http/json-scan.ts";
import type { BodyLimits } from "../http/message.ts";
import { checkModelName, invalidModel } from "../http/model-name.ts";
import { peekMultipart } from "../http/multipart-scan.ts";
import { queryOf } from "../http/router.ts";
import type { Exchange } from "./exchange.ts";
import { MODEL_PARAMETER } from "./outbound-request.ts";

/**
 * Reads the body where the operation has one and notes model, its place and `stream` on the exchange.
 * @throws GatewayError request_too_large, request_timeout, client_closed, unsupported_content_encoding,
 *   invalid_json, json_too_deep, invalid_multipart, duplicate_model, invalid_model, missing_model, invalid_field
 */
export async function readRequest(exchange: Exchange, operation: Operation): Promise<void> {
  const { request } = exchange;
  if (operation.model === "path") {
    checkModelName(exchange.modelName ?? "");
    // Such a request has no use for a body; one that is broken must be seen before anything is sent on.
    if (request.method === "DELETE") await request.readBody(bodyLimits(exchange));
    return;
  }
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new GatewayError("unsupported_content_encoding");
  }
  const body = await request.readBody(bodyLimits(exchange));
  exchange.body = body;
  exchange.bytesIn = body.length;
  if (body.length === 0 && operation.name === "passthrough") throw unknownPath(exchange);
  const inQuery = modelInQuery(request.target);
  if (inQuery === undefined || isReadable(exchange)) peek(exchange, body);
  if (inQuery !== undefined) {
    // Gateway and endpoint might read different names.
    if ((exchange.modelName ?? inQuery) !== inQuery)
      throw new GatewayError("duplicate_model", { param: "model" });
    exchange.modelName = inQuery;
  }
  if (exchange.modelName === undefined && operation.optionalModel === undefined)
    throw missingModel(exchange, operation);
}

/** Room is taken for what has come, not for what is announced: an announcement costs its sender nothing. */
function bodyLimits(exchange: Exchange): BodyLimits {
  const { world, services } = exchange;
  return {
    maxBytes: world.maxBodyBytes,
    idleMs: world.bodyIdleMs,
    totalMs: world.bodyTotalMs,
    hold: (bytes) => services.overload.holdBody(exchange, bytes),
  };
}

function peek(exchange: Exchange, body: Buffer): void {
  const contentType = exchange.request.header("content-type") ?? "";
  if (isMultipart(contentType)) {
    const found = peekMultipart(body, contentType);
    exchange.modelName = found.model;
    exchange.isStream = found.stream === true;
    if (found.modelRange !== undefined) exchange.modelSpan = { kind: "multipart", peek: found };
    return;
  }
  const found = peekJson(body);
  exchange.modelName = found.model;
  exchange.isStream = found.stream === true;
  if (found.modelRange !== undefined) exchange.modelSpan = { kind: "json", range: found.modelRange };
}

function isMultipart(contentType: string): boolean {
  // Most requests are JSON: one comparison of a character tells.
  const first = contentType.charCodeAt(0) | 0x20;
  return first === 0x6d && contentType.toLowerCase().startsWith("multipart/form-data");
}

/** False for a body of a type that is neither JSON nor a form, such as SDP, where the query names the model. */
function isReadable(exchange: Exchange): boolean {
  const contentType = exchange.request.header("content-type") ?? "";
  // Clients that set no type themselves send JSON as one of the last two.
  return contentType === "" || /json|form|text\/plain/i.test(contentType);
}

/** `?model=`: how realtime paths name it, whose body is no JSON. */
function modelInQuery(target: string): string | undefined {
  const query = queryOf(target);
  if (query === "" || !MODEL_PARAMETER.test(query)) return undefined;
  const names = new URLSearchParams(query).getAll("model");
  if (names.length > 1) throw new GatewayError("duplicate_model", { param: "model" });
  const [name = ""] = names;
  if (name.includes("\ufffd")) throw invalidModel('"model" is not valid UTF-8.');
  return checkModelName(name);
}

function missingModel(exchange: Exchange, operation: Operation): GatewayError {
  if (operation.name === "passthrough") return unknownPath(exchange);
  return new GatewayError("missing_model", { param: "model" });
}

function unknownPath(exchange: Exchange): GatewayError {
  const message = `POST ${exchange.path} is no path that this gateway knows, and the body has no top-level "model" to route it by.`;
  return new GatewayError("unknown_path", { message });
}
