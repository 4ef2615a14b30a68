// Reads a key as it stands in JSON bytes, unit by unit, escapes understood, and compares it with a name. Allocates
// nothing.

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
/** Stands for bytes that are no UTF-8, as in decoders. */
const REPLACEMENT = 0xfffd;

/**
 * Whether the bytes between a key's quotes spell `name`, which must be ASCII. `m\u006fdel` spells `model`. The
 * bytes must be the inside of a valid JSON string; otherwise the answer is false or means nothing.
 */
export function jsonKeyEquals(bytes: Buffer, start: number, end: number, name: string): boolean {
  const rawLength = end - start;
  if (rawLength < name.length || rawLength > name.length * 6) return false;
  let at = start;
  for (let i = 0; i < name.length; i++) {
    if (at >= end || unitAt(bytes, at, end) !== name.charCodeAt(i)) return false;
    at += unitWidth(bytes, at, end);
  }
  return at === end;
}

/**
 * The UTF-16 unit that begins at `at`, before `end`: a plain character, an escape, or a sequence of UTF-8 of two or
 * three bytes. Characters beyond the first plane and bytes that are no UTF-8 are U+FFFD.
 */
export function unitAt(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at] as number;
  if (first === BACKSLASH) return escapedUnit(bytes, at, end);
  if (first < 0x80) return first;
  const second = at + 1 < end ? (bytes[at + 1] as number) : 0;
  if ((second & 0xc0) !== 0x80) return REPLACEMENT;
  if (first >= 0xc2 && first <= 0xdf) return ((first & 0x1f) << 6) | (second & 0x3f);
  const third = at + 2 < end ? (bytes[at + 2] as number) : 0;
  if ((first & 0xf0) !== 0xe0 || (third & 0xc0) !== 0x80) return REPLACEMENT;
  return ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
}

/** Bytes of the unit that begins at `at`: what `unitAt` has read. */
export function unitWidth(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at] as number;
  if (first === BACKSLASH) return bytes[at + 1] === LOWER_U ? 6 : 2;
  if (first < 0x80) return 1;
  const unit = unitAt(bytes, at, end);
  if (unit === REPLACEMENT) return 1;
  return unit < 0x800 ? 2 : 3;
}

/** The UTF-16 unit that the escape at `at` stands for; -1 when there is none. */
function escapedUnit(bytes: Buffer, at: number, end: number): number {
  if (at + 1 >= end) return -1;
  const kind = bytes[at + 1] as number;
  switch (kind) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    case LOWER_U:
      return at + 6 <= end ? hexUnit(bytes, at + 2) : -1;
    default:
      return kind;
  }
}

function hexUnit(bytes: Buffer, start: number): number {
  let unit = 0;
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at] as number;
    // Letters of either case: 0x41 and 0x61 become 10.
    unit = (unit << 4) | (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return unit;
}
