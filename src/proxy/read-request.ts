// Steps 4 and 5, read and peek: the body once and bounded, and in it the model's name and `stream`. Called by
// `handle.ts`; the scanners are `http/json-scan.ts` and `http/multipart-scan.ts`.

import { GatewayError } from "../core/errors.ts";
import type { Operation } from "../core/operation.ts";
import { peekJson } from "../http/json-scan.ts";
import { peekMultipart } from "../http/multipart-scan.ts";
import { queryOf } from "../http/router.ts";
import type { Exchange } from "./exchange.ts";

const MAX_TARGET_CHARS = 8 * 1024;

/**
 * Reads the body where the operation has one and notes model, its place and `stream` on the exchange.
 * @throws GatewayError request_too_large, request_timeout, client_closed, unsupported_content_encoding,
 *   invalid_json, json_too_deep, invalid_multipart, duplicate_model, invalid_model, missing_model, invalid_field
 */
export async function readRequest(exchange: Exchange, operation: Operation): Promise<void> {
  const { request, world } = exchange;
  if (request.target.length > MAX_TARGET_CHARS) throw new GatewayError("uri_too_long");
  if (operation.model === "path") return;
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new GatewayError("unsupported_content_encoding");
  }
  const body = await request.readBody({ maxBytes: world.maxBodyBytes, idleMs: world.bodyIdleMs });
  exchange.body = body;
  peek(exchange, body);
  exchange.modelName ??= modelInQuery(request.target);
  if (exchange.modelName === undefined && operation.optionalModel === undefined)
    throw missingModel(exchange, operation);
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

/** `?model=`: how Azure-like and realtime paths name it. The body's name wins. */
function modelInQuery(target: string): string | undefined {
  const query = queryOf(target);
  if (!query.includes("model=")) return undefined;
  const name = new URLSearchParams(query).get("model");
  return name === null || name === "" || name.length > 512 ? undefined : name;
}

function missingModel(exchange: Exchange, operation: Operation): GatewayError {
  if (operation.name !== "passthrough") return new GatewayError("missing_model", { param: "model" });
  const message = `POST ${exchange.path} is no path that this gateway knows, and the body has no top-level "model" to route it by.`;
  return new GatewayError("unknown_path", { message });
}
