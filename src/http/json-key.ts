// Compares a key as it stands in JSON bytes with a name, escapes understood. Not a decoder: nothing is
// allocated. Called by `json-scan.ts` and `json-paths.ts`.

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/**
 * Whether the bytes between a key's quotes spell `name`, which must be ASCII. `m\u006fdel` spells `model`. The
 * bytes must be the inside of a valid JSON string; otherwise the answer is false or means nothing.
 */
export function jsonKeyEquals(bytes: Buffer, start: number, end: number, name: string): boolean {
  const rawLength = end - start;
  if (rawLength < name.length || rawLength > name.length * 6) return false;
  let at = start;
  for (let i = 0; i < name.length; i++) {
    let unit = at < end ? bytes.readUInt8(at) : -1;
    let width = 1;
    if (unit === BACKSLASH) {
      width = bytes[at + 1] === LOWER_U ? 6 : 2;
      unit = escapedUnit(bytes, at, end);
    }
    if (unit !== name.charCodeAt(i)) return false;
    at += width;
  }
  return at === end;
}

/** The UTF-16 unit that the escape at `at` stands for; -1 when there is none. */
function escapedUnit(bytes: Buffer, at: number, end: number): number {
  if (at + 1 >= end) return -1;
  const kind = bytes.readUInt8(at + 1);
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
      return at + 6 <= end ? Number.parseInt(bytes.toString("latin1", at + 2, at + 6), 16) : -1;
    default:
      return kind;
  }
}
