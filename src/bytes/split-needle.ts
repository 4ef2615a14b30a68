// A short text looked for in bytes that come in pieces, cut anywhere. The search itself is the engine's own.

const BACKSLASH = 0x5c;
const LF = 0x0a;
const CLOSE_BRACE = 0x7d;

/** Looks for a key of JSON with its quotes, such as `"usage"`. Keeps two numbers from piece to piece, and no bytes. */
export class SplitNeedle {
  readonly #needle: Buffer;
  /** So many bytes of it stand at the end of the piece before. */
  #matched = 0;
  #isAfterBackslash = false;

  /** `needle` begins with a quote, and has no other but for its last byte. */
  constructor(needle: Buffer) {
    this.#needle = needle;
  }

  /**
   * Where it ends in the piece, the first time from `from` on; -1 where the piece has no more of it, which must be
   * asked for until then. One whose first quote is escaped belongs to a text and counts for nothing.
   */
  next(piece: Buffer, from: number): number {
    if (from === 0 && this.#matched > 0) {
      const end = this.#goOn(piece);
      if (end !== 0) return end;
    }
    const { length } = this.#needle;
    let at = piece.indexOf(this.#needle, from);
    while (at !== -1) {
      const isEscaped = at === 0 ? this.#isAfterBackslash : piece[at - 1] === BACKSLASH;
      if (!isEscaped) return at + length;
      at = piece.indexOf(this.#needle, at + length);
    }
    this.#keep(piece, from);
    return -1;
  }

  /** Where the one ends that began in the piece before; -1 where its end is still to come, 0 where it was none. */
  #goOn(piece: Buffer): number {
    const needle = this.#needle;
    const count = Math.min(needle.length - this.#matched, piece.length);
    const start = this.#matched;
    this.#matched = 0;
    if (piece.compare(needle, start, start + count, 0, count) !== 0) return 0;
    if (start + count === needle.length) return count;
    this.#matched = start + count;
    return -1;
  }

  #keep(piece: Buffer, from: number): void {
    const last = piece[piece.length - 1];
    const wasAfterBackslash = this.#isAfterBackslash;
    this.#isAfterBackslash = last === BACKSLASH;
    // Most pieces end an event or a text.
    if (last === LF || last === CLOSE_BRACE) return;
    const needle = this.#needle;
    const first = Math.max(from, piece.length - needle.length + 1);
    for (let at = first; at < piece.length; at += 1) {
      const count = piece.length - at;
      if (piece.compare(needle, 0, count, at, piece.length) !== 0) continue;
      if (at === 0 ? wasAfterBackslash : piece[at - 1] === BACKSLASH) continue;
      this.#matched = count;
      return;
    }
  }
}
