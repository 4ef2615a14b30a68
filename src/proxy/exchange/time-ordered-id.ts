// Ids that sort by the time they were made at. Random ones are spread over the whole of a database's index, so that each
// would have a page of it written anew.

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** What is before it in a random id has the time in its place. */
const RANDOM_FROM = 15;
/** Random parts are made so many at a time: in one go each costs a fraction of what it costs by itself. */
const RANDOM_PARTS = 64;

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
    const { crypto } = globalThis;
    for (let made = 1; made < RANDOM_PARTS; made += 1)
      this.#randomParts.push(crypto.randomUUID().slice(RANDOM_FROM));
    return crypto.randomUUID().slice(RANDOM_FROM);
  }
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
