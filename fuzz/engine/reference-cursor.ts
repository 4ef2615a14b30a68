// Where the reference parser stands in its bytes, and which bytes are which.

/** Thrown where nothing more can be read. No Error: looking for where it comes from would take longer than reading. */
export class Stop {
  readonly why: "refused" | "waiting";

  constructor(why: "refused" | "waiting") {
    this.why = why;
  }
}

/** A place in bytes. */
export class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /**
   * The next byte, which stays.
   * @throws Stop at the end
   */
  peek(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Stop("waiting");
    return byte;
  }

  /** @throws Stop where something else comes */
  exactly(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      if (this.peek() !== text.charCodeAt(index)) throw new Stop("refused");
      this.#at += 1;
    }
  }

  /**
   * Bytes of a kind, as many as come, up to a bound.
   * @throws Stop where fewer come than have to, or where the bytes end before another kind begins
   */
  many(isKind: (byte: number) => boolean, least: number, most = Number.POSITIVE_INFINITY): string {
    const from = this.#at;
    while (this.#at - from < most && isKind(this.peek())) this.#at += 1;
    if (this.#at - from < least) throw new Stop("refused");
    return this.#bytes.toString("latin1", from, this.#at);
  }

  /** So many bytes, or those that are there. */
  some(count: number): string {
    const from = this.#at;
    this.#at = Math.min(this.#bytes.length, from + count);
    return this.#bytes.toString("latin1", from, this.#at);
  }
}

/** RFC 9110 §5.6.2. */
export function isToken(byte: number): boolean {
  return isDigit(byte) || isLetter(byte) || "!#$%&'*+-.^_`|~".includes(String.fromCharCode(byte));
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

/** RFC 5234 §B.1: DIGIT. */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** RFC 5234 §B.1: HEXDIG, in either case. */
export function isHexDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** RFC 5234 §B.1: VCHAR. */
export function isVisible(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

/** What a field's value is of (RFC 9110 §5.5): visible characters, spaces, tabs, obs-text. */
export function isFieldByte(byte: number): boolean {
  return isVisible(byte) || byte === 0x20 || byte === 0x09 || byte > 0x7f;
}

/** BWS and OWS are of these (RFC 9110 §5.6.3). */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
