// Many texts as the bytes of their frames (RFC 6455 §5.2), as a server sends them: whole, plain, and without a mask. Those of
// an answer that were read together leave in one write; every other frame is written by `ws`.

const TEXT_AND_LAST = 0x81;
/** Said in place of a length: two bytes of it follow, or eight. */
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
const MAX_OF_TWO = 0xff_ff;
/** Texts of no more bytes are copied, so that they leave in one write. */
const MAX_COPIED_BYTES = 256 * 1024;

/** Whether texts are so few and short that they are better copied than written each by itself. */
export function fitOneWrite(texts: readonly Buffer[]): boolean {
  let bytes = 0;
  for (const { length } of texts) bytes += length;
  return bytes <= MAX_COPIED_BYTES;
}

/** The frames, one behind the other. */
export function textFrames(texts: readonly Buffer[]): Buffer {
  let bytes = 0;
  for (const { length } of texts) bytes += headBytes(length) + length;
  const frames = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const text of texts) {
    at = writeHead(frames, at, text.length);
    frames.set(text, at);
    at += text.length;
  }
  return frames;
}

function headBytes(length: number): number {
  if (length < TWO_BYTES) return 2;
  return length <= MAX_OF_TWO ? 4 : 10;
}

/** Gives the place behind it. */
function writeHead(frames: Buffer, at: number, length: number): number {
  frames[at] = TEXT_AND_LAST;
  if (length < TWO_BYTES) {
    frames[at + 1] = length;
    return at + 2;
  }
  if (length <= MAX_OF_TWO) {
    frames[at + 1] = TWO_BYTES;
    frames[at + 2] = length >>> 8;
    frames[at + 3] = length & 0xff;
    return at + 4;
  }
  frames[at + 1] = EIGHT_BYTES;
  return frames.writeBigUInt64BE(BigInt(length), at + 2);
}
