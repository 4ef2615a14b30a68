// Reads the events of a stream from bytes that come in pieces: of each the text of its `data` lines (HTML standard,
// §9.2.6). Copies nothing where an event comes in one piece and has one such line, as nearly all do.

import { lineEnd } from "./sse-lines.ts";
import { SseSplitter } from "./sse-splitter.ts";

const LF = Buffer.of(0x0a);
const DATA_LENGTH = 4;
const COLON = 0x3a;
const SPACE = 0x20;
const CR = "\r";
const NAME_LINE = "event: ";
const DATA_LINE = "data: ";

/** One stream. */
export class SseEvents {
  readonly #splitter = new SseSplitter();
  readonly #onData: (data: Buffer) => void;
  /** What has come of an event that is open. */
  #held: Buffer[] = [];

  /** `onData` is told of each event that has data, when it is whole. */
  constructor(onData: (data: Buffer) => void) {
    this.#onData = onData;
  }

  push(chunk: Buffer): void {
    let from = 0;
    // What is open ends first.
    if (!this.#splitter.isBetween) from = this.#pushNext(chunk, from);
    if (from < chunk.length) from = this.#pushPlain(chunk, from);
    while (from < chunk.length) from = this.#pushNext(chunk, from);
  }

  /** Whole events of one line, or of two of which the first is the name, as nearly all are. Gives the place behind them. */
  #pushPlain(chunk: Buffer, start: number): number {
    // One character each byte; in a text lines are found sooner.
    const text = chunk.toString("latin1");
    if (text.includes(CR, start)) return start;
    for (let from = start; ; ) {
      const isNamed = text.startsWith(NAME_LINE, from);
      const name = isNamed ? text.indexOf("\n", from) : from - 1;
      const value = name + 1 + DATA_LINE.length;
      if ((isNamed && name === -1) || !text.startsWith(DATA_LINE, name + 1)) return from;
      const end = text.indexOf("\n", value);
      if (end === -1 || !text.startsWith("\n", end + 1)) return from;
      this.#onData(chunk.subarray(value, end));
      from = end + 2;
    }
  }

  /** The next part, whatever it is; what is open is held. */
  #pushNext(chunk: Buffer, from: number): number {
    const end = this.#splitter.next(chunk, from);
    if (end === -1) {
      this.#held.push(chunk.subarray(from));
      return chunk.length;
    }
    this.#take(chunk.subarray(from, end));
    return end;
  }

  #take(part: Buffer): void {
    const whole = this.#held.length === 0 ? part : Buffer.concat([...this.#held, part]);
    this.#held = [];
    const data = dataOf(whole);
    if (data !== undefined) this.#onData(data);
  }
}

/** The data of one event; undefined where it has none. */
function dataOf(event: Buffer): Buffer | undefined {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  for (let at = 0; at < event.length; ) {
    const end = lineEnd(event, at);
    const value = valueIn(event, at, end);
    if (value !== undefined) {
      if (first === undefined) first = value;
      else {
        more ??= [first];
        more.push(LF, value);
      }
    }
    at = end + 1;
  }
  return more === undefined ? first : Buffer.concat(more);
}

/** The value of a `data` line. */
function valueIn(event: Buffer, start: number, end: number): Buffer | undefined {
  const colon = start + DATA_LENGTH;
  if (end < colon || !isDataAt(event, start)) return undefined;
  if (end === colon) return event.subarray(end, end);
  if (event[colon] !== COLON) return undefined;
  return event.subarray(event[colon + 1] === SPACE ? colon + 2 : colon + 1, end);
}

function isDataAt(event: Buffer, at: number): boolean {
  return event[at] === 0x64 && event[at + 1] === 0x61 && event[at + 2] === 0x74 && event[at + 3] === 0x61;
}
