// The bytes of a head that comes in one read or in many. However small the reads are, each byte is copied and looked at
// only a few times.

const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

/** The length of what ends a head: CR LF CR LF. */
export const HEAD_END_LENGTH = 4;

/** How far what is no head yet is looked at for what may not be in one. */
const MAX_LOOK_BYTES = 1024;

/** Gathers one head, and what comes behind it. */
export class HeadBytes {
  #bytes: Buffer | undefined;
  #length = 0;
  /** Before it there is no end of a head. */
  #searched = 0;

  /** Bytes that are held. */
  get length(): number {
    return this.#length;
  }

  add(read: Buffer): void {
    const bytes = this.#bytes;
    if (bytes === undefined) {
      this.#bytes = read;
      this.#length = read.length;
      return;
    }
    const length = this.#length + read.length;
    if (length > bytes.length) {
      // The first read is the system's; its room ends with it. What comes next is memory of its own too: a body begins
      // behind the head, and whoever reads that may free what it lies in.
      this.#bytes = Buffer.allocUnsafeSlow(2 * length);
      bytes.copy(this.#bytes, 0, 0, this.#length);
    }
    read.copy(this.#bytes ?? bytes, this.#length);
    this.#length = length;
  }

  /** Where the empty line begins that ends the head; -1 while there is none. */
  end(): number {
    const found = headEnd(this.#bytes ?? NOTHING, this.#searched, this.#length);
    this.#searched = Math.max(1, this.#length - HEAD_END_LENGTH + 1);
    return found;
  }

  /**
   * Whether what is held, without an end yet, may become a head that begins with one of these. Seen early, what is none
   * need not be waited for: a bare LF ends no line (RFC 9112 §2.2).
   */
  mayBecome(beginnings: readonly string[]): boolean {
    const text = this.#view().toString("latin1", 0, MAX_LOOK_BYTES);
    if (/(?:^|[^\r])\n/.test(text)) return false;
    return beginnings.some((beginning) => beginning.startsWith(text.slice(0, beginning.length)));
  }

  /** The head before `end`, in latin1. */
  text(end: number): string {
    return this.#view().toString("latin1", 0, end);
  }

  /** Everything that is held; nothing is afterwards. `from`: leaves out what is before it. */
  take(from = 0): Buffer | undefined {
    const view = from < this.#length ? this.#view().subarray(from) : undefined;
    this.#bytes = undefined;
    this.#length = 0;
    this.#searched = 0;
    return view;
  }

  #view(): Buffer {
    const bytes = this.#bytes ?? NOTHING;
    return bytes.length === this.#length ? bytes : bytes.subarray(0, this.#length);
  }
}

/**
 * Where CR LF CR LF begins in the bytes from `from` to `length`, the first time; -1 where it does not. Looks at every fourth
 * byte where there are no line ends: a head is so short that a call of the native search costs more than this.
 */
function headEnd(bytes: Buffer, from: number, length: number): number {
  // No end before `at` is the end of one.
  for (let at = from + HEAD_END_LENGTH - 1; at < length; ) {
    const byte = bytes[at] as number;
    if (byte > CR) at += HEAD_END_LENGTH;
    else if (byte === LF) {
      if (bytes[at - 1] === CR && bytes[at - 2] === LF && bytes[at - 3] === CR) return at - 3;
      at += 2;
    } else at += byte === CR ? 1 : HEAD_END_LENGTH;
  }
  return -1;
}
