// Finds the end of the first whole event of a stream, and tells a stream that is labelled as something else. What was
// looked at once is not looked at again.

import { SseScanner, type SseSink } from "../../bytes/sse-lines.ts";

/** Watches the first pieces of a stream. */
export class FirstEvent implements SseSink {
  readonly #lines = new SseScanner(this);
  #hasBegun = false;
  #hasData = false;
  #isWhole = false;

  /** Takes a piece; nothing is read behind the first event. */
  push(piece: Buffer): void {
    if (this.#isWhole) return;
    // As nearly every stream begins: whole events of data in the first piece.
    if (!this.#hasBegun && isDataAndBlankLine(piece)) {
      this.#hasData = true;
      this.#isWhole = true;
      return;
    }
    this.#hasBegun = true;
    this.#lines.push(piece);
  }

  /** True once an event with data has ended. Comments, and events without data, are none. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** True once a line with data has begun. */
  get hasData(): boolean {
    return this.#hasData || this.#lines.hasData;
  }

  onData(): void {
    this.#hasData = true;
  }

  onDataEnd(): void {
    this.#hasData = true;
  }

  onEventEnd(): void {
    this.#isWhole ||= this.#hasData;
  }
}

const DATA = Buffer.from("data:");
const LF = 0x0a;

function isDataAndBlankLine(piece: Buffer): boolean {
  const end = piece.length - 1;
  if (end < DATA.length || piece[end] !== LF || piece[end - 1] !== LF) return false;
  return DATA.every((byte, at) => piece[at] === byte);
}

const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;
/** Long enough for a comment and a field's name. */
const LABEL_CHARS = 256;
/** One line end, and space that no second part could take: otherwise the ways to read k comments would be 2 to the k. */
const FIELD = /^\s*(?::[^\r\n]*[\r\n]\s*)*(?:data|event|id|retry):/;
const MAY_BECOME_FIELD =
  /^\s*(?::[^\r\n]*[\r\n]\s*)*(?::[^\r\n]*|d|da|dat|data|e|ev|eve|even|event|i|id|r|re|ret|retr|retry)?$/;

/**
 * Whether a body that is not labelled as a stream is one all the same: it begins with an event's field, behind
 * comments at most. `start` is Latin-1 text. Undefined while that cannot be told. No JSON begins so, and no page.
 */
export function isUnlabelledStream(start: string): boolean | undefined {
  const text = start.slice(0, LABEL_CHARS).replace(BYTE_ORDER_MARK, "");
  if (FIELD.test(text)) return true;
  if (!MAY_BECOME_FIELD.test(text)) return false;
  return text.length < LABEL_CHARS - 3 ? undefined : text.trimStart().startsWith(":");
}
