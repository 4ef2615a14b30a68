// An endpoint that keeps nothing of what it is sent, so that what a process holds of a body is the gateway's. Answers
// with a stream that stays open, or at once.

import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A running one. */
export type ForgetfulEndpoint = {
  /** The base URL for a configuration. */
  readonly url: string;
  close(): void;
};

const LIST = '{"object":"list","data":[{"id":"m","object":"model"}]}';
const LIST_ANSWER = `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${LIST.length}\r\n\r\n${LIST}`;
const FIRST_EVENT =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nd\r\ndata: {"a":1}\r\n2\r\n\n\n\r\n';
const REFUSAL =
  'HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\ncontent-length: 28\r\n\r\n{"error":{"message":"busy"}}';
const PLAIN = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/**
 * Lists the model `m`. Answers a request whose body says `"stream":true` near its beginning with the first event of a
 * stream that never ends, any other with `{}`, once all of it has come; where it `refuses`, all of them with 500.
 */
export async function startForgetfulEndpoint(refuses = false): Promise<ForgetfulEndpoint> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket, refuses);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function serve(socket: Socket, refuses: boolean): void {
  let head = "";
  let missing = -1;
  let isStream = false;
  socket.on("data", (piece) => {
    let body = piece.length;
    if (missing < 0) {
      head += piece.toString("latin1");
      if (head.startsWith("GET ")) {
        socket.end(LIST_ANSWER);
        return;
      }
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      missing = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      isStream = head.slice(end, end + 200).includes('"stream":true');
      body = head.length - end - 4;
      head = "";
    }
    missing -= body;
    if (missing > 0) return;
    missing = -1;
    const answer = isStream ? FIRST_EVENT : PLAIN;
    socket.write(refuses ? REFUSAL : answer);
  });
}
