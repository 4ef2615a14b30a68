// The opening handshake of a WebSocket (RFC 6455 §4), as a server reads it and as a client makes it. Small on purpose: it
// is here before the first socket is opened, and what reads frames is not.

import { createHash, randomBytes } from "node:crypto";
import { GatewayError } from "../../core/errors.ts";
import type { InboundRequest } from "../message.ts";

/** RFC 6455 §1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const VERSION = "13";

/** What the answer to a handshake has to say of its key. */
export function acceptOf(key: string): string {
  return createHash("sha1")
    .update(key + GUID)
    .digest("base64");
}

/**
 * The key of a client's handshake.
 * @throws GatewayError bad_request, upgrade_required for another version than that of the RFC
 */
export function keyOfHandshake(request: InboundRequest): string {
  const key = request.header("sec-websocket-key");
  if (key === undefined || !KEY.test(key)) {
    const message = "The handshake's Sec-WebSocket-Key is missing or is none (RFC 6455 §4.1).";
    throw new GatewayError("bad_request", { message });
  }
  if (request.header("sec-websocket-version") === VERSION) return key;
  const message = "The handshake has to ask for version 13 of WebSocket (RFC 6455).";
  throw new GatewayError("upgrade_required", { message, headers: ["sec-websocket-version", VERSION] });
}

/** A handshake of our own: its key, and its headers, which offer no packing. Flat. */
export function newHandshake(): { readonly key: string; readonly headers: readonly string[] } {
  const key = randomBytes(16).toString("base64");
  return { key, headers: ["sec-websocket-version", VERSION, "sec-websocket-key", key] };
}
