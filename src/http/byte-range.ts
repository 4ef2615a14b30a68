// A piece of a body by position, and its replacement. Not a parser: those find the ranges. Called by
// `json-scan.ts`, `multipart-scan.ts` and whoever renames a model.

/** Bytes from `start` up to, but not including, `end`. */
export type ByteRange = {
  readonly start: number;
  readonly end: number;
};

/** A new body with one range replaced and every other byte kept. Copies the body once. */
export function spliceBytes(body: Buffer, range: ByteRange, replacement: Buffer): Buffer {
  const tailStart = range.start + replacement.length;
  const spliced = Buffer.allocUnsafe(tailStart + body.length - range.end);
  body.copy(spliced, 0, 0, range.start);
  replacement.copy(spliced, range.start);
  body.copy(spliced, tailStart, range.end);
  return spliced;
}
