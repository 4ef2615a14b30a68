// Edits of a body by position: a sorted list, applied in one pass. Every other byte is kept, and none is copied. What is
// to be replaced is found by others.

import type { ByteRange } from "./byte-range.ts";

/** Puts `replacement` in place of the bytes of the range; where that is empty it is inserted before `start`. */
export type Edit = ByteRange & {
  readonly replacement: Buffer;
};

/** Nothing is changed. */
export const NO_EDITS: readonly Edit[] = [];

/**
 * The body with its edits, in pieces; the body itself where there are none. Edits are sorted and do not overlap; one may
 * begin where the one before ends, and several may insert at one place, in their order.
 * @throws RangeError for edits that overlap, are out of order or reach beyond the body: what they make of it would not be
 * what was read
 */
export function applyEdits(body: Buffer, edits: readonly Edit[]): Buffer | readonly Buffer[] {
  if (edits.length === 0) return body;
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, replacement } of edits) {
    if (start < at || end < start || end > body.length)
      throw new RangeError(`no edit of bytes ${start} to ${end} behind byte ${at} of ${body.length}`);
    if (start > at) pieces.push(body.subarray(at, start));
    if (replacement.length > 0) pieces.push(replacement);
    at = end;
  }
  if (at < body.length) pieces.push(body.subarray(at));
  return pieces;
}
