// A client that sends exactly the bytes it is given and reads the answer piece by piece: what a test needs to see
// framing, order of arrival and broken ends.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { connect as connectTls } from "node:tls";
import { EndedEarly, type Framing, type Head, headerOf, SocketReader } from "./socket-reader.ts";
import { testAuthority } from "./tls.ts";

/** An answer's head. */
export type AnswerHead = {
  readonly status: number;
  readonly statusLine: string;
  /** Name, value, name, value …, as sent. */
  readonly headers: readonly string[];
  /** First value of a header, in any case. */
  header(name: string): string | undefined;
};

/** A whole answer. */
export type Answer = AnswerHead & {
  /** Without its framing. */
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON. */
  json(): Record<string, unknown>;
};

/** What `requestBytes` makes a request of. */
export type WireRequest = {
  readonly method?: string;
  readonly path?: string;
  /** By name; `host` is added unless given. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects become JSON with its content type; Content-Length is added unless the headers say how long it is. */
  readonly body?: string | Buffer | object;
};

/** A request as bytes: POST when it has a body, else GET. */
export function requestBytes(request: WireRequest): Buffer {
  const { body } = request;
  const isJson = typeof body === "object" && !Buffer.isBuffer(body);
  const bytes = isJson ? Buffer.from(JSON.stringify(body)) : Buffer.from(body ?? "");
  const headers: Record<string, string> = { host: "127.0.0.1", ...request.headers };
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  if (isJson && !names.includes("content-type")) headers["content-type"] = "application/json";
  const isFramed = names.includes("content-length") || names.includes("transfer-encoding");
  if (body !== undefined && !isFramed) headers["content-length"] = String(bytes.length);
  const method = request.method ?? (body === undefined ? "GET" : "POST");
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${request.path ?? "/"} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
}

const tlsPorts = new Set<number>();

/** From now on connections to a loopback port speak TLS, and trust the authority of the tests. */
export function speakTlsTo(port: number): void {
  tlsPorts.add(port);
}

/** Opens a connection to a loopback port. */
export async function openWire(port: number): Promise<Wire> {
  const to = { port, host: "127.0.0.1", noDelay: true };
  const tcp = connect(to);
  const isTls = tlsPorts.has(port);
  const socket = isTls ? connectTls({ socket: below(tcp), host: to.host, ca: testAuthority() }) : tcp;
  const wire = new Wire(socket, tcp);
  await once(tcp, "connect");
  return wire;
}

/** A connection for TLS to speak over. Not the socket itself: reset below TLS, it would leave a handle open for ever. */
function below(tcp: Socket): Duplex {
  const duplex = new Duplex({
    read: () => void tcp.resume(),
    write: (chunk: Buffer, _, done) => void tcp.write(chunk, done),
    final: (done) => void tcp.end(done),
    destroy: (_, done) => {
      tcp.destroy();
      done(null);
    },
  });
  tcp.on("data", (chunk: Buffer) => {
    if (!duplex.push(chunk)) tcp.pause();
  });
  tcp.on("end", () => duplex.push(null));
  tcp.on("error", (error) => duplex.destroy(error));
  tcp.on("close", () => duplex.destroy());
  return duplex;
}

/** The same, closed when the test is over. */
export async function wireFor(t: TestContext, port: number): Promise<Wire> {
  const wire = await openWire(port);
  t.after(() => wire.close());
  return wire;
}

/** The bytes that had arrived when the peer ended too early, which is what must happen. */
export async function cutShort(reading: Promise<unknown>): Promise<Buffer> {
  const error = await reading.then(
    () => new Error("it did not end early"),
    (reason: unknown) => reason,
  );
  if (error instanceof EndedEarly) return error.received;
  throw error;
}

/** Sends one request on a connection of its own, reads the whole answer, closes. */
export async function ask(port: number, request: WireRequest | string | Buffer): Promise<Answer> {
  const wire = await openWire(port);
  try {
    const isBytes = typeof request === "string" || Buffer.isBuffer(request);
    await wire.send(isBytes ? request : requestBytes(request));
    return await wire.answer();
  } finally {
    wire.close();
  }
}

/** One connection. */
export class Wire {
  readonly #socket: Socket;
  readonly #tcp: Socket;
  readonly #reader: SocketReader;
  #framing: Framing = { kind: "none" };

  /** `tcp`: what is under it where it speaks TLS. */
  constructor(socket: Socket, tcp = socket) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.#reader = new SocketReader(socket);
  }

  /** Sends bytes as they are; resolves when the kernel has them. Strings are Latin-1. */
  send(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      const buffer = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
      // A peer that closes early is a result to look at, not a failure of the client.
      this.#socket.write(buffer, () => resolve());
    });
  }

  /** The head of the next final answer; a switch of protocols is one. @throws EndedEarly */
  async head(): Promise<AnswerHead> {
    let head = await this.#reader.head();
    while (statusOf(head) < 200 && statusOf(head) !== SWITCHED) head = await this.#reader.head();
    this.#framing = answerFraming(head);
    const { startLine: statusLine, headers } = head;
    return { status: statusOf(head), statusLine, headers, header: (name) => headerOf(headers, name) };
  }

  /**
   * The next piece of the body: one chunk of chunked framing, else what has arrived. Undefined at the body's
   * lawful end. @throws EndedEarly when it is cut off
   */
  piece(): Promise<Buffer | undefined> {
    return this.#reader.piece(this.#framing);
  }

  /** Reads pieces until `text` is complete. @throws EndedEarly, or when the body ends without it */
  async readUntil(text: string): Promise<string> {
    let read = "";
    while (!read.includes(text)) {
      const piece = await this.piece();
      if (piece === undefined) throw new Error(`the body ended without ${JSON.stringify(text)}: ${read}`);
      read += piece.toString("latin1");
    }
    return Buffer.from(read, "latin1").toString();
  }

  /** What is left of the body. @throws EndedEarly with what was read */
  body(): Promise<Buffer> {
    return this.#reader.body(this.#framing);
  }

  /** The next final answer, whole. @throws EndedEarly */
  async answer(): Promise<Answer> {
    const head = await this.head();
    const body = await this.body();
    const text = body.toString();
    return { ...head, body, text, json: () => JSON.parse(text) as Record<string, unknown> };
  }

  /** So many bytes, unparsed. @throws EndedEarly */
  bytes(count: number): Promise<Buffer> {
    return this.#reader.exactly(count);
  }

  /** All bytes up to the connection's end, unparsed. */
  toEnd(): Promise<Buffer> {
    return this.#reader.toEnd();
  }

  /** Resolves when the peer has closed. */
  closed(): Promise<void> {
    return this.#reader.ended();
  }

  /** How the connection broke, if it did not end in order. */
  get error(): Error | undefined {
    return this.#reader.error;
  }

  /** Bytes that the kernel has not taken yet. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  /** Stops reading, so that the peer feels back-pressure. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#socket.resume();
  }

  /** Ends our side only (half-close). */
  halfClose(): void {
    this.#socket.end();
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.destroy();
  }

  /** Breaks the connection by RST. */
  reset(): void {
    this.#tcp.resetAndDestroy();
    this.#socket.destroy();
  }

  /** Bytes that were sent and have not gone out yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }
}

/** An event of a stream; `data` holds the lines joined. */
export type SseEvent = { readonly event: string | undefined; readonly data: string };

/** Parses a whole event stream (WHATWG HTML §9.2); comments and an event without its empty line are left out. */
export function sse(text: string): SseEvent[] {
  const found: SseEvent[] = [];
  let event: string | undefined;
  let data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, name, value = ""] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === "event") event = value;
    if (name === "data") data.push(value);
    if (line !== "") continue;
    if (data.length > 0) found.push({ event, data: data.join("\n") });
    event = undefined;
    data = [];
  }
  return found;
}

/** Behind it no HTTP follows. */
const SWITCHED = 101;

function statusOf(head: Head): number {
  return Number(head.startLine.split(" ")[1]);
}

function answerFraming(head: Head): Framing {
  const status = statusOf(head);
  if (status === 204 || status === 304) return { kind: "none" };
  if (headerOf(head.headers, "transfer-encoding") === "chunked") return { kind: "chunked" };
  const length = headerOf(head.headers, "content-length");
  return length === undefined ? { kind: "close" } : { kind: "length", bytes: Number(length) };
}
