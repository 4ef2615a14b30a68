// A piece of a body by position, and its replacement. Not a parser: those find the ranges.

/** Bytes from `start` up to, but not including, `end`. */
export type ByteRange = {
  readonly start: number;
  readonly end: number;
};

/** The body in pieces, one range replaced and every other byte kept. Copies nothing. */
export function spliceBytes(body: Buffer, range: ByteRange, replacement: Buffer): Buffer[] {
  return [body.subarray(0, range.start), replacement, body.subarray(range.end)];
}
