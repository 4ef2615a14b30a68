// A plain proxy in front of the gateway that keeps every request as its client has sent it. Only for recordings,
// and to see whether a socket was opened.

import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import type { RequestShape } from "./inside.ts";

/** A running one. */
export type Tap = {
  readonly port: number;
  readonly requests: readonly RequestShape[];
  /** How many sockets the gateway has opened: a client that is refused one may go on over HTTP, and say nothing. */
  socketsOpened(): number;
  close(): void;
};

/** Starts one in front of a loopback port. */
export async function tapFor(target: number): Promise<Tap> {
  const requests: RequestShape[] = [];
  let opened = 0;
  const server = createServer((incoming, reply) => {
    void pass(incoming, reply, { target, requests });
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) =>
    tunnel(Buffer.concat([headOf(incoming), head]), socket, target).once("data", (answer: Buffer) => {
      if (answer.toString("latin1").startsWith("HTTP/1.1 101 ")) opened += 1;
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port: portOf(server), requests, socketsOpened: () => opened, close };
}

type Passing = { readonly target: number; readonly requests: RequestShape[] };

async function pass(
  incoming: IncomingMessage,
  reply: ServerResponse,
  { target, requests }: Passing,
): Promise<void> {
  const { method = "", url: path = "", rawHeaders } = incoming;
  const body = await buffer(incoming);
  requests.push({ method, path, headers: rawHeaders, body: body.toString() });
  const outgoing = request({ host: "127.0.0.1", port: target, method, path, headers: incoming.headers });
  outgoing.on("response", (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(reply);
  });
  outgoing.on("error", () => reply.destroy());
  reply.on("close", () => outgoing.destroy());
  outgoing.end(body);
}

function tunnel(head: Buffer, socket: Socket, target: number): Socket {
  const gateway = connect(target, "127.0.0.1");
  const end = (): void => {
    socket.destroy();
    gateway.destroy();
  };
  for (const side of [socket, gateway]) side.on("error", end).on("close", end);
  gateway.write(head);
  socket.pipe(gateway).pipe(socket);
  return gateway;
}

function headOf({ method, url, rawHeaders }: IncomingMessage): Buffer {
  let head = `${method} ${url} HTTP/1.1\r\n`;
  for (let at = 0; at < rawHeaders.length; at += 2) head += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return Buffer.from(`${head}\r\n`, "latin1");
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  return address.port;
}
