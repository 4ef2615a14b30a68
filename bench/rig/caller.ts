// One client connection: sends prepared requests one after the other and reads each answer to its end. Knows as much
// of HTTP/1.1 as the answers of this rig need, and costs as little as Node allows: a slow client would measure itself.

import { type Connected, connectTo } from "./lean-socket.ts";

/** How an answer ended. */
export type Answered = {
  readonly status: number;
  /** Events of a stream, its `[DONE]` left out. */
  readonly events: number;
  readonly hasDone: boolean;
};

/** Whom a caller tells; an answer of status 0 is a connection that ended. */
export type CallerListener = {
  readonly onAnswer: (answer: Answered) => void;
  /** Events that have come. */
  readonly onEvents?: (count: number) => void;
};

const HEAD_END = "\r\n\r\n";
const EVENT = "data: {";
const DONE = "data: [DONE]";
/** One less than the longest of the two: as much of a mark may lie before a cut. */
const TAIL = DONE.length - 1;
const STATUS_FROM = 9;
const STATUS_TO = 12;

/** Serves one request at a time. */
export class Caller {
  readonly #connection: Connected;
  readonly #listener: CallerListener;
  #head = "";
  #status = 0;
  /** Of a body with a length; undefined where it comes in chunks. */
  #leftBytes: number | undefined;
  #isReading = false;
  /** Of the chunk that is being read. */
  #leftOfChunk = 0;
  /** A line between two chunks that has not come whole. */
  #line = "";
  #sawLastSize = false;
  /** The end of what was looked at, in which a mark may have begun. */
  #tail = "";
  #events = 0;
  #hasDone = false;
  #isClosed = false;

  constructor(port: number, listener: CallerListener) {
    this.#listener = listener;
    this.#connection = connectTo(port, {
      onRead: (bytes) => this.#read(bytes),
      onClose: () => this.#end(0),
    });
  }

  /** Sends a whole request. Only one may be under way. */
  send(request: Buffer): void {
    this.#head = "";
    this.#tail = "";
    this.#line = "";
    this.#leftOfChunk = 0;
    this.#sawLastSize = false;
    this.#isReading = false;
    this.#events = 0;
    this.#hasDone = false;
    this.#connection.write(request);
  }

  /** Ends the connection; nothing is told afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#connection.destroy();
  }

  #read(bytes: Buffer): void {
    if (this.#isReading) {
      this.#takeBody(bytes, 0);
      return;
    }
    const before = this.#head.length;
    this.#head += bytes.toString("latin1", 0, Math.min(bytes.length, 4_096));
    const end = this.#head.indexOf(HEAD_END);
    if (end === -1) return;
    const head = this.#head.slice(0, end);
    this.#status = Number(head.slice(STATUS_FROM, STATUS_TO));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.#leftBytes = length === undefined ? undefined : Number(length);
    this.#isReading = true;
    this.#takeBody(bytes, end + HEAD_END.length - before);
  }

  #takeBody(bytes: Buffer, from: number): void {
    if (this.#leftBytes !== undefined) {
      this.#leftBytes -= bytes.length - from;
      if (this.#leftBytes <= 0) this.#end(this.#status);
      return;
    }
    this.#takeChunks(bytes.toString("latin1", from));
  }

  /** Takes the chunks apart: a mark may be cut by the end of one. */
  #takeChunks(text: string): void {
    let payload = this.#tail;
    let isLast = false;
    let at = 0;
    while (at < text.length && !isLast) {
      if (this.#leftOfChunk > 0) {
        const end = Math.min(text.length, at + this.#leftOfChunk);
        payload += text.slice(at, end);
        this.#leftOfChunk -= end - at;
        at = end;
        continue;
      }
      const end = text.indexOf("\n", at);
      this.#line += text.slice(at, end === -1 ? text.length : end + 1);
      at = end === -1 ? text.length : end + 1;
      if (end !== -1) isLast = this.#takeLine();
    }
    this.#count(payload);
    if (isLast) this.#end(this.#status);
  }

  /** Lines between chunks: the end of the one before, then the size of the next. True behind the last of all. */
  #takeLine(): boolean {
    const line = this.#line;
    this.#line = "";
    if (line === "\r\n") return this.#sawLastSize;
    this.#leftOfChunk = Number.parseInt(line, 16);
    this.#sawLastSize = this.#leftOfChunk === 0;
    return false;
  }

  #count(payload: string): void {
    // What was counted before lies in the tail.
    const found = countOf(payload, EVENT) - countOf(this.#tail, EVENT);
    this.#hasDone ||= payload.includes(DONE);
    this.#tail = payload.slice(-TAIL);
    this.#events += found;
    if (found > 0) this.#listener.onEvents?.(found);
  }

  #end(status: number): void {
    if (this.#isClosed) return;
    this.#isReading = false;
    this.#listener.onAnswer({ status, events: this.#events, hasDone: this.#hasDone });
  }
}

function countOf(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) count += 1;
  return count;
}
