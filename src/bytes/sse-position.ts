// Where an event stream stands behind the bytes that have passed: between two events, or in the middle of one or of a line.
// What is put in at a wrong place would be read as part of the event that is open there.

import { endsWithBlankLine, SseScanner } from "./sse-lines.ts";

const NOTHING = Buffer.alloc(0);
const ONE_LINE_END = Buffer.from("\n");
const TWO_LINE_ENDS = Buffer.from("\n\n");

/** The place behind all chunks so far. A chunk that ends with a blank line costs a look at its end. */
export class SsePosition {
  readonly #lines = new SseScanner();
  #isAtBoundary = true;

  /** Takes a chunk of any size, split anywhere. `endsEvent`: whether it ends with a blank line for certain. */
  push(chunk: Buffer, endsEvent: boolean = endsWithBlankLine(chunk)): void {
    if (chunk.length === 0) return;
    if (endsEvent) {
      this.#lines.skipToBoundary();
      this.#isAtBoundary = true;
      return;
    }
    this.#lines.push(chunk);
    this.#isAtBoundary = !this.#lines.isMidLine && !this.#lines.hasData;
  }

  /** Stands where the other one stands now, and goes its own way from there. */
  become(other: SsePosition): void {
    this.#lines.become(other.#lines);
    this.#isAtBoundary = other.#isAtBoundary;
  }

  /** True where an event may be appended as it is: after a blank line, or where no event with data is open. */
  get isAtBoundary(): boolean {
    return this.#isAtBoundary;
  }

  /** True while a line is cut: closing it delivers half an event to the client. */
  get isMidLine(): boolean {
    return this.#lines.isMidLine;
  }

  /** True when the last byte was a CR: its LF may be on the way. */
  get isAfterCr(): boolean {
    return this.#lines.isAfterCr;
  }

  /** The bytes that close what is open, so that an event can be appended after them. */
  frameEnd(): Buffer {
    if (this.#lines.isMidLine) return TWO_LINE_ENDS;
    if (!this.#lines.hasData) return NOTHING;
    // After a CR the first LF only completes the line end that is there.
    return this.#lines.isAfterCr ? TWO_LINE_ENDS : ONE_LINE_END;
  }
}
