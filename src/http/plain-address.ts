// The address of a client as its own version of IP has it.

/** How a socket for both versions of IP writes an address of the older one (RFC 4291 §2.5.5.2). */
const MAPPED = "::ffff:";

/** `203.0.113.7` of `::ffff:203.0.113.7`; any other as it is. */
export function plainAddress(address: string): string {
  return address.startsWith(MAPPED) && address.includes(".") ? address.slice(MAPPED.length) : address;
}
