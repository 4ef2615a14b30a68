// Ids that sort by the time they were made at. Random ones are spread over the whole of a database's index, so that each
// would have a page of it written anew.

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Random parts are made so many at a time: in one go each costs a fraction of what it costs by itself. */
const RANDOM_PARTS = 64;
/** Of each, 74 bits are used. */
const RANDOM_BYTES = 11;
/** The four that the first digit of this part may be. */
const VARIANT = ["8", "9", "a", "b"];

/** Makes UUIDs of version 7 (RFC 9562 §5.7). */
export class TimeOrderedIds {
  readonly #randomParts: string[] = [];
  /** The last moment that was asked for: a busy process makes several ids in one millisecond. */
  #wallMs = -1;
  #time = "";

  /** A new one. `wallMs`: milliseconds since 1970, of which it has 48 bits. */
  next(wallMs: number): string {
    if (wallMs !== this.#wallMs) {
      this.#wallMs = wallMs;
      this.#time = timeText(wallMs);
    }
    return this.#time + (this.#randomParts.pop() ?? this.#moreParts());
  }

  #moreParts(): string {
    const bytes = crypto.getRandomValues(Buffer.allocUnsafeSlow(RANDOM_PARTS * RANDOM_BYTES));
    const text = bytes.toString("hex");
    for (let part = 1; part < RANDOM_PARTS; part += 1) this.#randomParts.push(randomPart(bytes, text, part));
    return randomPart(bytes, text, 0);
  }
}

/** What is behind the version. `text`: the bytes as hexadecimal digits. */
function randomPart(bytes: Buffer, text: string, part: number): string {
  const at = 2 * part * RANDOM_BYTES;
  const variant = VARIANT[(bytes[part * RANDOM_BYTES + 2] ?? 0) & 3];
  return `${text.slice(at, at + 3)}-${variant}${text.slice(at + 6, at + 9)}-${text.slice(at + 10, at + 22)}`;
}

/** The time, and the version. */
function timeText(wallMs: number): string {
  const low = wallMs >>> 0;
  const high = Math.trunc(wallMs / 0x1_0000_0000);
  const first = `${byteOf(high >>> 8)}${byteOf(high)}${byteOf(low >>> 24)}${byteOf(low >>> 16)}`;
  return `${first}-${byteOf(low >>> 8)}${byteOf(low)}-7`;
}

function byteOf(number: number): string {
  return HEX[number & 0xff] ?? "";
}
