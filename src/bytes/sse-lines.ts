// Finds lines and events in the bytes of an event stream, however they are split over chunks. Not a decoder: it
// holds nothing back and copies nothing. The rules are those of the HTML standard, §9.2.6.

/** Is told of the parts of a stream as they pass; all positions are in the chunk being pushed. */
export interface SseSink {
  /** A piece of the value of a `data` line; the space after the colon is not part of it. */
  onData(chunk: Buffer, start: number, end: number): void;
  /** A `data` line has ended. */
  onDataEnd(): void;
  /** A blank line: the event, if there was one, is complete. */
  onEventEnd(): void;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

/** Lines are looked through byte by byte up to here: for most that is sooner than a call. */
const NEAR_BYTES = 512;

const BOM: readonly number[] = [0xef, 0xbb, 0xbf];
const DATA: readonly number[] = [0x64, 0x61, 0x74, 0x61];

type State =
  /** Before the first line: a byte order mark may come. */
  | "bom"
  /** At the beginning of a line, or some way into the word "data" there. */
  | "word"
  /** Right after "data:". */
  | "colon"
  | "value"
  /** In a comment or another field. */
  | "other";

/** Understands LF, CRLF and CR, a byte order mark, comments, and all fields. Linear; a few words of memory. */
export class SseScanner {
  readonly #sink: SseSink | undefined;
  #state: State = "bom";
  /** Bytes matched so far of the byte order mark or of "data". */
  #matched = 0;
  #isAfterCr = false;
  #hasData = false;

  constructor(sink?: SseSink) {
    this.#sink = sink;
  }

  /** True while a line has begun and not ended. */
  get isMidLine(): boolean {
    return this.#state !== "bom" ? this.#state !== "word" || this.#matched > 0 : this.#matched > 0;
  }

  /** True while the event that is open has a `data` line: a blank line would deliver it. */
  get hasData(): boolean {
    return this.#hasData;
  }

  /** True when the last byte was a CR: a LF that follows belongs to it. */
  get isAfterCr(): boolean {
    return this.#isAfterCr;
  }

  /** For a caller that has seen for itself that the stream ends with a blank line now. */
  skipToBoundary(): void {
    this.#startLine();
    this.#hasData = false;
    this.#isAfterCr = false;
  }

  /** Stands where the other one stands now; the sinks stay what they are. */
  become(other: SseScanner): void {
    this.#state = other.#state;
    this.#matched = other.#matched;
    this.#isAfterCr = other.#isAfterCr;
    this.#hasData = other.#hasData;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === "value" || this.#state === "other") {
        const end = lineEnd(chunk, at);
        if (this.#state === "value" && end > at) this.#sink?.onData(chunk, at, end);
        at = end;
        if (at === chunk.length) return;
      }
      at = this.#step(chunk[at] as number, at);
    }
  }

  /** Takes one byte; gives the position from where to go on. */
  #step(byte: number, at: number): number {
    if (byte === LF && this.#isAfterCr) {
      this.#isAfterCr = false;
      return at + 1;
    }
    this.#isAfterCr = byte === CR;
    if (byte === LF || byte === CR) {
      this.#endLine();
      return at + 1;
    }
    if (this.#state === "bom") return this.#stepBom(byte, at);
    if (this.#state === "word") {
      this.#stepWord(byte);
      return at + 1;
    }
    // After "data:": one space is skipped, anything else is the value.
    this.#state = "value";
    return byte === SPACE ? at + 1 : at;
  }

  #stepBom(byte: number, at: number): number {
    if (byte !== BOM[this.#matched]) {
      this.#state = this.#matched === 0 ? "word" : "other";
      return at;
    }
    this.#matched += 1;
    if (this.#matched === BOM.length) this.#startLine();
    return at + 1;
  }

  #stepWord(byte: number): void {
    if (this.#matched === DATA.length && byte === COLON) {
      this.#state = "colon";
      this.#hasData = true;
      return;
    }
    if (byte === DATA[this.#matched]) this.#matched += 1;
    else this.#state = "other";
  }

  #endLine(): void {
    const isBlank = !this.isMidLine;
    const isBareData = this.#state === "word" && this.#matched === DATA.length;
    const isData = isBareData || this.#state === "value" || this.#state === "colon";
    this.#startLine();
    if (isBareData) this.#hasData = true;
    if (isData) this.#sink?.onDataEnd();
    if (!isBlank) return;
    this.#hasData = false;
    this.#sink?.onEventEnd();
  }

  #startLine(): void {
    this.#state = "word";
    this.#matched = 0;
  }
}

/** Whether a chunk ends with a blank line for certain: of LF, or of CRLF. */
export function endsWithBlankLine(chunk: Buffer): boolean {
  const length = chunk.length;
  if (length < 2 || chunk[length - 1] !== LF) return false;
  if (chunk[length - 2] === LF) return true;
  return length > 2 && chunk[length - 2] === CR && chunk[length - 3] === LF;
}

/** Where the line that is open at `start` ends: at its CR or LF, or at the chunk's end. */
export function lineEnd(chunk: Buffer, start: number): number {
  const near = Math.min(chunk.length, start + NEAR_BYTES);
  let at = start;
  while (at < near && chunk[at] !== LF && chunk[at] !== CR) at += 1;
  return at < near || near === chunk.length ? at : farLineEnd(chunk, near);
}

/** The same for a long line, of which the native search is done sooner. */
function farLineEnd(chunk: Buffer, start: number): number {
  const lf = chunk.indexOf(LF, start);
  const end = lf === -1 ? chunk.length : lf;
  const cr = chunk.subarray(start, end).indexOf(CR);
  return cr === -1 ? end : start + cr;
}
