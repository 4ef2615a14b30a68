// The endpoint behind everything that is measured: HTTP/1.1 by hand with answers made beforehand, so that it costs
// little beside the gateway. Good for load, not for tests of conformance. A process of its own; prints its ports.
//
// The model's name says how to answer: `mock` is a plain answer of 1 KB, or a stream of 20 events; `-n50` makes it 50
// events, `-d100` puts 100 ms between them. `gpt-4o-mini` answers as in the public harness whose shape the rig repeats:
// some 170 characters, or 34 frames.

import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { resolve } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { writeTo } from "./lean-socket.ts";
import {
  EVENTS,
  FAILED,
  LAST_EVENT,
  MODELS,
  PLAIN,
  SHAPE_EVENTS,
  SHAPE_MODEL,
  SHAPE_PLAIN,
  STREAM_END,
  STREAM_HEAD,
  whole,
} from "./mock-answers.ts";

/** Where it listens: in plain HTTP, in TLS, and as an endpoint that answers every chat with 500. */
export type MockPorts = { readonly plain: number; readonly tls: number; readonly failing: number };

/** Where `GET` tells how many streams are under way, as a number. */
const OPEN_STREAMS = "/open-streams";
const CERTIFICATES = resolve(import.meta.dirname, "../../test/support/certs");
/** Beginnings of bodies are enough to find `model` and `stream`. */
const LOOKED_AT_BYTES = 1_024;
const USUAL_EVENTS = 20;

/** Reads requests one after the other and answers each as soon as its body is there. */
class Peer {
  readonly #socket: Socket;
  readonly #isFailing: boolean;
  readonly #streams: Set<Peer>;
  #head = "";
  #start = "";
  #missingBytes = 0;

  constructor(socket: Socket, isFailing: boolean, streams: Set<Peer>) {
    this.#socket = socket.setNoDelay(true);
    this.#isFailing = isFailing;
    this.#streams = streams;
    socket.on("data", (chunk) => this.#read(chunk)).on("error", () => socket.destroy());
    socket.on("close", () => streams.delete(this));
  }

  #read(chunk: Buffer): void {
    if (this.#missingBytes > 0) this.#takeBody(chunk, 0);
    else this.#takeHead(chunk);
  }

  #takeHead(chunk: Buffer): void {
    const before = this.#head.length;
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf("\r\n\r\n");
    if (end === -1) return;
    this.#head = this.#head.slice(0, end);
    this.#start = "";
    this.#missingBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1] ?? 0);
    if (this.#missingBytes === 0) this.#answer();
    else this.#takeBody(chunk, end + 4 - before);
  }

  #takeBody(chunk: Buffer, from: number): void {
    if (this.#start.length < LOOKED_AT_BYTES)
      this.#start += chunk.toString("latin1", from, Math.min(chunk.length, from + LOOKED_AT_BYTES));
    this.#missingBytes -= chunk.length - from;
    if (this.#missingBytes <= 0) this.#answer();
  }

  #answer(): void {
    const head = this.#head;
    this.#head = "";
    this.#missingBytes = 0;
    if (head.startsWith(`GET ${OPEN_STREAMS}`)) this.#write(whole(200, { streams: this.#streams.size }));
    else if (head.startsWith("GET")) this.#write(MODELS);
    else if (this.#isFailing) this.#write(FAILED);
    else this.#answerChat(/"model": ?"([^"]*)"/.exec(this.#start)?.[1] ?? "");
  }

  #answerChat(model: string): void {
    const isStream = /"stream": ?true/.test(this.#start);
    if (!isStream) this.#write(model === SHAPE_MODEL ? SHAPE_PLAIN : PLAIN);
    else {
      this.#streams.add(this);
      this.#write(STREAM_HEAD);
      if (model === SHAPE_MODEL) this.#rush(SHAPE_EVENTS);
      else this.#stream(model);
    }
  }

  #stream(model: string): void {
    const events = Number(/-n(\d+)/.exec(model)?.[1] ?? USUAL_EVENTS);
    const betweenMs = Number(/-d(\d+)/.exec(model)?.[1] ?? 0);
    const list = Array.from({ length: events - 1 }, (_, index) => EVENTS[index % 2] ?? LAST_EVENT);
    list.push(LAST_EVENT);
    if (betweenMs > 0) this.#pace(list, betweenMs);
    else this.#rush(list);
  }

  /** Each event by itself, as fast as the other side takes them. */
  #rush(events: readonly Buffer[]): void {
    let sent = 0;
    const goOn = (): void => {
      while (sent < events.length) {
        this.#write(events[sent] ?? LAST_EVENT);
        sent += 1;
        if (this.#socket.writableNeedDrain) {
          this.#socket.once("drain", goOn);
          return;
        }
      }
      this.#endStream(STREAM_END);
    };
    goOn();
  }

  #pace(events: readonly Buffer[], betweenMs: number): void {
    let sent = 0;
    const timer = setInterval(() => {
      const next = events[sent] ?? LAST_EVENT;
      sent += 1;
      if (this.#socket.destroyed) clearInterval(timer);
      else if (sent < events.length) this.#write(next);
      else {
        clearInterval(timer);
        this.#endStream(Buffer.concat([next, STREAM_END]));
      }
    }, betweenMs);
  }

  #endStream(bytes: Buffer): void {
    this.#streams.delete(this);
    this.#write(bytes);
  }

  #write(bytes: Buffer): void {
    if (!this.#socket.destroyed) writeTo(this.#socket, bytes);
  }
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => {
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 }, done);
  });
  const address = server.address();
  return address === null || typeof address === "string" ? 0 : address.port;
}

const streams = new Set<Peer>();
const serve = (socket: Socket): Peer => new Peer(socket, false, streams);
const identity = {
  cert: readFileSync(resolve(CERTIFICATES, "good.crt")),
  key: readFileSync(resolve(CERTIFICATES, "good.key")),
};
const ports: MockPorts = {
  plain: await portOf(createServer(serve)),
  tls: await portOf(createTlsServer(identity, serve)),
  failing: await portOf(createServer((socket) => new Peer(socket, true, streams))),
};
process.stdout.write(`${JSON.stringify(ports)}\n`);
