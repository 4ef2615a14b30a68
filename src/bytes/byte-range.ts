// A piece of a body by position.

/** Bytes from `start` up to, but not including, `end`. */
export type ByteRange = {
  readonly start: number;
  readonly end: number;
};
