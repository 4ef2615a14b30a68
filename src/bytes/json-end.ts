// Whether a JSON text that comes in pieces is closed: every object, list and text that was opened has its end. Reads
// no values and judges no syntax.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Watches one text, or several in a row. Constant memory, one look at each byte. */
export class JsonEnd {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  /** Takes the next piece; pieces may be cut anywhere. */
  push(piece: Uint8Array): void {
    for (const byte of piece) {
      if (this.#isInText) this.#pushInText(byte);
      else if (byte === QUOTE) this.#isInText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#depth -= 1;
    }
  }

  /** False when what has come can only be the beginning of a text. */
  get isClosed(): boolean {
    return this.#depth <= 0 && !this.#isInText;
  }

  #pushInText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInText = false;
  }
}
