// The chunked coding (RFC 9112 §7.1), framed by hand. The engine writes each chunk as four pieces, size, line end,
// data, line end, which costs a tenth of what a streamed event costs altogether (docs/benchmarks.md, S4).

const CR = 0x0d;
const LF = 0x0a;
const DIGITS = Buffer.from("0123456789abcdef");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
const LINE_END = Buffer.from("\r\n");

/** Larger chunks are not copied: their size and line end are written around them. */
const MAX_COPIED_BYTES = 16 * 1024;

/** The pieces to write for one chunk, one piece for nearly all. An empty chunk would end the body: none for it. */
export function framed(chunk: Buffer): readonly Buffer[] {
  const { length } = chunk;
  if (length === 0) return [];
  if (fitsOneFrame(chunk)) return [oneFrame(chunk)];
  return [Buffer.from(`${length.toString(16)}\r\n`), chunk, LINE_END];
}

/** Whether a chunk is one piece with its frame. */
export function fitsOneFrame({ length }: Buffer): boolean {
  return length > 0 && length <= MAX_COPIED_BYTES;
}

/** That piece. */
export function oneFrame(chunk: Buffer): Buffer {
  const { length } = chunk;
  const digits = hexDigits(length);
  const frame = Buffer.allocUnsafe(digits + length + 4);
  writeSize(frame, length, digits);
  chunk.copy(frame, digits + 2);
  frame[digits + 2 + length] = CR;
  frame[digits + 3 + length] = LF;
  return frame;
}

/** The end of the body, after a last chunk if there is one. */
export function framedEnd(chunk: Buffer | undefined): Buffer {
  if (chunk === undefined || chunk.length === 0) return LAST_CHUNK;
  return Buffer.concat([...framed(chunk), LAST_CHUNK]);
}

function hexDigits(length: number): number {
  let digits = 1;
  for (let rest = length >>> 4; rest > 0; rest >>>= 4) digits += 1;
  return digits;
}

function writeSize(frame: Buffer, length: number, digits: number): void {
  let rest = length;
  for (let at = digits - 1; at >= 0; at--) {
    frame[at] = DIGITS[rest & 15] ?? 0;
    rest >>>= 4;
  }
  frame[digits] = CR;
  frame[digits + 1] = LF;
}
