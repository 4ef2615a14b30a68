// A client that may leave before it is answered.

import { once } from "node:events";
import { connect } from "node:net";
import type { WireRequest } from "../wire.ts";

/** One request on a connection of its own. */
export type WireSocket = {
  /** True once anything has come back. */
  readonly isAnswered: boolean;
  /** Closes the connection. */
  leave(): void;
};

/** Sends the request and returns at once. */
export async function openSocket(port: number, request: WireRequest): Promise<WireSocket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const state = { isAnswered: false, leave: () => socket.destroy() };
  socket
    .on("error", () => undefined)
    .on("data", () => {
      state.isAnswered = true;
      socket.destroy();
    });
  const body = JSON.stringify(request.body);
  const head = [
    `POST ${request.path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  return state;
}
