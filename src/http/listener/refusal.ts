// A refusal written straight to a socket, where the HTTP engine cannot or need not make an answer of it.

import type { Socket } from "node:net";
import type { GatewayError } from "../../core/errors.ts";
import { envelopeOf } from "../../wires/errors/envelope.ts";

/**
 * How long a client may take to read a refusal and to close. Closing at once would reset a connection on which the
 * client is still sending, and lose the refusal; not closing at all would let it hold the connection for ever.
 */
const LINGER_MS = 2_000;

/** Answers as clients can read it and ends the connection; what the client still sends is for others to read. */
export function refuse(socket: Socket, error: GatewayError): void {
  const body = envelopeOf(error);
  const head = [`HTTP/1.1 ${error.status} ${error.code}`, "content-type: application/json"];
  for (let at = 0; at + 1 < error.headers.length; at += 2)
    head.push(`${error.headers[at]}: ${error.headers[at + 1]}`);
  head.push(`content-length: ${Buffer.byteLength(body)}`, "connection: close", "", body);
  socket.end(head.join("\r\n"));
  cutAfterLinger(socket);
}

/** Cuts the connection if the client has not closed it in a moment. */
export function cutAfterLinger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}
