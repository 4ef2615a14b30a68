// The endpoint behind everything that is measured: HTTP/1.1 by hand with answers made beforehand, so that it costs
// little beside the gateway. Good for load, not for tests of conformance. A process of its own; prints its port.
//
// The model's name says how to answer: `mock` is a plain answer of 1 KB, or a stream of 20 events; `-n50` makes it 50
// events, `-d100` puts 100 ms between them.

import { createServer, type Socket } from "node:net";

const EVENT_TEXT = "x".repeat(200);
const ANSWER = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "mock",
  choices: [{ index: 0, message: { role: "assistant", content: "y".repeat(780) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 },
});
const LIST = JSON.stringify({
  object: "list",
  data: ["mock", "mock-n200", "mock-n50-d100"].map((id) => ({ id, object: "model", owned_by: "mock" })),
});
const PLAIN = whole(ANSWER);
const MODELS = whole(LIST);
const STREAM_HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";
const EVENT = framed(
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "mock", choices: [{ index: 0, delta: { content: EVENT_TEXT }, finish_reason: null }] })}\n\n`,
);
const LAST_EVENT = framed(
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "mock", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}\n\n`,
);
const STREAM_END = `${framed("data: [DONE]\n\n")}0\r\n\r\n`;
/** Beginnings of bodies are enough to find `model` and `stream`. */
const LOOKED_AT_BYTES = 1_024;

function whole(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function framed(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** Reads requests one after the other and answers each as soon as its body is there. */
class Peer {
  readonly #socket: Socket;
  #head = "";
  #start = "";
  #missingBytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk)).on("error", () => socket.destroy());
  }

  #read(chunk: Buffer): void {
    if (this.#missingBytes > 0) this.#takeBody(chunk);
    else this.#takeHead(chunk);
  }

  #takeHead(chunk: Buffer): void {
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf("\r\n\r\n");
    if (end === -1) return;
    const head = this.#head.slice(0, end);
    const rest = Buffer.from(this.#head.slice(end + 4), "latin1");
    this.#head = head;
    this.#start = "";
    this.#missingBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#missingBytes === 0) this.#answer();
    else if (rest.length > 0) this.#takeBody(rest);
  }

  #takeBody(chunk: Buffer): void {
    if (this.#start.length < LOOKED_AT_BYTES) this.#start += chunk.toString("latin1", 0, LOOKED_AT_BYTES);
    this.#missingBytes -= chunk.length;
    if (this.#missingBytes <= 0) this.#answer();
  }

  #answer(): void {
    const isList = this.#head.startsWith("GET");
    this.#head = "";
    this.#missingBytes = 0;
    if (isList) this.#socket.write(MODELS);
    else if (/"stream": ?true/.test(this.#start))
      this.#stream(/"model": ?"([^"]*)"/.exec(this.#start)?.[1] ?? "");
    else this.#socket.write(PLAIN);
  }

  #stream(model: string): void {
    const events = Number(/-n(\d+)/.exec(model)?.[1] ?? 20);
    const betweenMs = Number(/-d(\d+)/.exec(model)?.[1] ?? 0);
    this.#socket.write(STREAM_HEAD);
    if (betweenMs > 0) this.#pace(events, betweenMs);
    else this.#rush(events);
  }

  /** Each event by itself, as fast as the other side takes them. */
  #rush(events: number): void {
    let left = events;
    const goOn = (): void => {
      while (left > 0) {
        left -= 1;
        if (!this.#socket.write(left === 0 ? LAST_EVENT : EVENT)) {
          this.#socket.once("drain", goOn);
          return;
        }
      }
      if (!this.#socket.destroyed) this.#socket.write(STREAM_END);
    };
    goOn();
  }

  #pace(events: number, betweenMs: number): void {
    let left = events;
    const timer = setInterval(() => {
      left -= 1;
      if (this.#socket.destroyed) clearInterval(timer);
      else if (left > 0) this.#socket.write(EVENT);
      else {
        clearInterval(timer);
        this.#socket.write(LAST_EVENT + STREAM_END);
      }
    }, betweenMs);
  }
}

const server = createServer((socket) => new Peer(socket)).listen({
  port: 0,
  host: "127.0.0.1",
  backlog: 1_024,
});
server.on("listening", () => {
  const address = server.address();
  if (address !== null && typeof address !== "string") process.stdout.write(`${address.port}\n`);
});
