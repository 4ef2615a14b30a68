// The headers of a WebSocket's opening handshake (RFC 6455 §4.1) that go to the endpoint as they came: key, version and
// extensions are between it and the client, as the frames are.

import type { FlatHeaders } from "../../http/message.ts";
import { passedSubprotocols, subprotocolsOf } from "../../wires/headers/subprotocols.ts";
import { unsendable } from "./outbound-headers.ts";

const AS_THEY_CAME: ReadonlySet<string> = new Set([
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
]);

/**
 * The handshake without the client's key and account.
 * @throws GatewayError bad_request for a value that cannot be sent on
 */
export function handshakeHeaders(sent: FlatHeaders): FlatHeaders {
  const headers: string[] = [];
  for (let index = 0; index < sent.length; index += 2) {
    const name = sent[index] ?? "";
    if (AS_THEY_CAME.has(name)) headers.push(name, sendable(name, sent[index + 1] ?? ""));
  }
  const offered = passedSubprotocols(subprotocolsOf(sent)).join(", ");
  if (offered !== "") headers.push("sec-websocket-protocol", sendable("sec-websocket-protocol", offered));
  return headers;
}

/** Visible ASCII and spaces are all that a handshake is made of. */
function sendable(name: string, value: string): string {
  if (/^[\x20-\x7e\t]*$/.test(value)) return value;
  throw unsendable(name);
}
