// Ids that sort by the time they were made at. Random ones are spread over the whole of a database's index, so that each
// would have a page of it written anew.

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** What is before it in a random id has the time in its place. */
const RANDOM_FROM = 15;

/** A UUID of version 7 (RFC 9562 §5.7). `wallMs`: milliseconds since 1970, of which it has 48 bits. */
export function timeOrderedId(wallMs: number): string {
  const low = wallMs >>> 0;
  const high = Math.trunc(wallMs / 0x1_0000_0000);
  const first = `${byteOf(high >>> 8)}${byteOf(high)}${byteOf(low >>> 24)}${byteOf(low >>> 16)}`;
  return `${first}-${byteOf(low >>> 8)}${byteOf(low)}-7${crypto.randomUUID().slice(RANDOM_FROM)}`;
}

function byteOf(number: number): string {
  return HEX[number & 0xff] ?? "";
}
