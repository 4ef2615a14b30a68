// An endpoint that speaks WebSocket at `/v1/realtime`, over node:http: a test says what becomes of each handshake, and
// makes the frames by hand. It lists one model.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import type { TestContext } from "node:test";
import { Condition } from "../condition.ts";
import { SocketReader } from "../socket-reader.ts";

/** A handshake as it came, and the connection behind it. */
export type Session = {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly reader: SocketReader;
};

/** What becomes of a handshake. */
export type Welcome = (request: IncomingMessage, socket: Socket) => void;

/** The endpoint. */
export class RealtimeEndpoint {
  /** Handshakes that were accepted, in their order. */
  readonly sessions: Session[] = [];
  /** Handshakes in all. */
  asked = 0;
  welcome: Welcome = accept;
  readonly #changed = new Condition();
  readonly #server: Server;
  readonly #models: readonly string[];

  constructor(models: readonly string[]) {
    this.#models = models;
    this.#server = createServer((_request, response) => {
      const data = this.#models.map((id) => ({ id, object: "model" }));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ object: "list", data }));
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
      this.asked += 1;
      socket.on("error", () => undefined);
      this.welcome(request, socket);
      this.sessions.push({ request, socket, reader: new SocketReader(socket) });
      this.#changed.notify();
    });
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  /** The base URL for a configuration. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** The next session that no test has taken; waits for it. */
  async session(): Promise<Session> {
    await this.#changed.until(() => this.sessions.length > 0);
    const session = this.sessions.shift();
    if (session === undefined) throw new RangeError("no session");
    return session;
  }

  close(): void {
    for (const { socket } of this.sessions) socket.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** One that is closed when the test is over. */
export async function realtimeFor(
  t: TestContext,
  models: readonly string[] = ["m"],
): Promise<RealtimeEndpoint> {
  const endpoint = new RealtimeEndpoint(models);
  await endpoint.start();
  t.after(() => endpoint.close());
  return endpoint;
}

/** Switches as RFC 6455 §4.2.2 says; of what is offered it speaks `realtime`. */
export function accept(request: IncomingMessage, socket: Socket): void {
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${acceptOf(request.headers["sec-websocket-key"] ?? "")}`,
    "openai-processing-ms: 7",
  ];
  if (request.headers["sec-websocket-protocol"]?.includes("realtime") === true)
    lines.push("Sec-WebSocket-Protocol: realtime");
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
}

/** Answers with these bytes, and ends. */
export function answering(bytes: string): Welcome {
  return (_request, socket) => {
    socket.end(bytes);
  };
}

/** `Sec-WebSocket-Accept` for a key. */
export function acceptOf(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** A frame (RFC 6455 §5.2): `masked` as clients send it. */
export function frame(opcode: number, payload: Buffer | string, masked = false): Buffer {
  const body = Buffer.from(payload);
  const bit = masked ? 0x80 : 0;
  const head = [0x80 | opcode];
  if (body.length < 126) head.push(bit | body.length);
  else if (body.length < 65_536) head.push(bit | 126, body.length >> 8, body.length & 0xff);
  else {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(body.length));
    head.push(bit | 127, ...length);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), body]);
  const mask = [0x12, 0x34, 0x56, 0x78];
  const hidden = body.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([...head, ...mask]), hidden]);
}

/** Frames by their meaning. */
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;
