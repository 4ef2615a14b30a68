// One client connection: sends prepared requests one after the other and reads each answer to its end. Knows as much
// of HTTP/1.1 as the answers of this rig need.

import { connect, type Socket } from "node:net";

/** How an answer ended. */
export type Answered = {
  readonly status: number;
  /** Events of a stream, its `[DONE]` left out. */
  readonly events: number;
  readonly hasDone: boolean;
};

const HEAD_END = "\r\n\r\n";

/** Answers are told to `onAnswer`, events as they come to `onEvents`; a connection that ends makes an answer of status 0. */
export class Caller {
  readonly #socket: Socket;
  readonly #onAnswer: (answer: Answered) => void;
  readonly #onEvents: (count: number) => void;
  #head = "";
  #status = 0;
  #leftBytes = 0;
  #isChunked = false;
  #isReading = false;
  #line = "";
  #sawZero = false;
  #isLast = false;
  #tail = "";
  #events = 0;
  #hasDone = false;

  constructor(port: number, onAnswer: (answer: Answered) => void, onEvents: (count: number) => void) {
    this.#onAnswer = onAnswer;
    this.#onEvents = onEvents;
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("close", () => this.#onAnswer({ status: 0, events: this.#events, hasDone: false }));
  }

  /** Sends a whole request. Only one may be under way. */
  send(request: Buffer): void {
    this.#head = "";
    this.#tail = "";
    this.#line = "";
    this.#sawZero = false;
    this.#isLast = false;
    this.#isReading = false;
    this.#events = 0;
    this.#hasDone = false;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners("close").destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#isReading) {
      this.#takeBody(chunk.toString("latin1"));
      return;
    }
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf(HEAD_END);
    if (end === -1) return;
    const head = this.#head.slice(0, end);
    this.#status = Number(head.slice(9, 12));
    this.#leftBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    this.#isChunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    this.#isReading = true;
    this.#takeBody(this.#head.slice(end + HEAD_END.length));
  }

  #takeBody(text: string): void {
    if (!this.#isChunked) {
      this.#leftBytes -= text.length;
      if (this.#leftBytes <= 0) this.#end();
      return;
    }
    let payload = "";
    let at = 0;
    while (at < text.length && this.#isReading) {
      if (this.#leftBytes > 0) {
        payload += text.slice(at, at + this.#leftBytes);
        const taken = Math.min(this.#leftBytes, text.length - at);
        this.#leftBytes -= taken;
        at += taken;
      } else at = this.#takeSizeLine(text, at);
      if (this.#isLast) this.#isReading = false;
    }
    this.#count(payload);
    if (this.#isLast) this.#end();
  }

  /** Lines between chunks: the end of the one before, then the size of the next; the last is of no size. */
  #takeSizeLine(text: string, at: number): number {
    const end = text.indexOf("\n", at);
    this.#line += text.slice(at, end === -1 ? text.length : end + 1);
    if (end === -1) return text.length;
    const line = this.#line.trim();
    this.#line = "";
    if (line !== "") this.#leftBytes = Number.parseInt(line, 16);
    if (line !== "" && this.#leftBytes === 0) this.#sawZero = true;
    else if (line === "" && this.#sawZero) this.#isLast = true;
    return end + 1;
  }

  #count(payload: string): void {
    // What is counted may lie across two pieces.
    const joined = this.#tail + payload;
    const found = countOf(joined, "data: {") - countOf(this.#tail, "data: {");
    this.#hasDone ||= joined.includes("data: [DONE]");
    this.#tail = joined.slice(-16);
    this.#events += found;
    if (found > 0) this.#onEvents(found);
  }

  #end(): void {
    this.#isReading = false;
    this.#onAnswer({ status: this.#status, events: this.#events, hasDone: this.#hasDone });
  }
}

function countOf(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) count += 1;
  return count;
}
