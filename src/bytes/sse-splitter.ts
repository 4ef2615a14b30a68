// Finds where the events of a stream begin and end, so that one can be dropped or another put before it. Comments and blank
// lines between events are parts of their own, which nobody has to wait for. Not a decoder: it holds nothing and copies
// nothing. The rules are those of the HTML standard, §9.2.6.

import { lineEnd } from "./sse-lines.ts";

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;

/** One stream, in chunks that may be cut anywhere: its parts are the same wherever that is. */
export class SseSplitter {
  #line: "start" | "field" | "comment" = "start";
  /** A line of the event that is open has come. */
  #isInEvent = false;
  #isEvent = false;
  /** The last byte was a CR: a LF belongs to it. */
  #isAfterCr = false;
  /** Lines of the open event end in a bare CR: no LF is to be waited for behind its blank line. */
  #isBareCr = false;
  /** The event's blank line has its CR, and may get a LF. */
  #isDue = false;

  /** Whether the part that ended last is an event with its blank line, and not what stands between two. */
  get isEvent(): boolean {
    return this.#isEvent;
  }

  /** True while an event has begun and not ended. */
  get isInEvent(): boolean {
    return this.#isInEvent;
  }

  /** True where nothing is open: whoever sees a whole event there for himself need not have it looked for. */
  get isBetween(): boolean {
    return this.#line === "start" && !this.#isInEvent && !this.#isAfterCr && !this.#isDue;
  }

  /**
   * Behind the next part that ends in the chunk; -1 where the chunk ends before. To be asked again from there, until it is
   * -1; then with the next chunk from 0. The part may have ended with the chunk before: its place is 0 then.
   */
  next(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; ) {
      if (this.#line !== "start") at = lineEnd(chunk, at);
      if (at === chunk.length) return -1;
      const end = this.#step(chunk[at] as number, at);
      if (end !== -1) return end;
      at += 1;
    }
    return -1;
  }

  /** Takes one byte: the first of a line, or one that ends a line. Gives where a part ends with it, or -1. */
  #step(byte: number, at: number): number {
    if (this.#isDue) return this.#endEvent(byte === LF ? at + 1 : at);
    if (byte === LF && this.#isAfterCr) {
      this.#isAfterCr = false;
      this.#isBareCr = false;
      return this.#isInEvent ? -1 : this.#endBetween(at + 1);
    }
    this.#isAfterCr = byte === CR;
    if (byte !== LF && byte !== CR) {
      this.#line = byte === COLON && !this.#isInEvent ? "comment" : "field";
      this.#isInEvent = this.#line === "field";
      return -1;
    }
    if (!this.#isInEvent) return this.#endBetween(at + 1);
    if (this.#line === "field") {
      this.#line = "start";
      this.#isBareCr = byte === CR;
      return -1;
    }
    if (byte === LF || this.#isBareCr) return this.#endEvent(at + 1);
    this.#isDue = true;
    return -1;
  }

  #endEvent(end: number): number {
    this.#isDue = false;
    this.#isInEvent = false;
    this.#isEvent = true;
    return end;
  }

  #endBetween(end: number): number {
    this.#line = "start";
    this.#isEvent = false;
    return end;
  }
}
