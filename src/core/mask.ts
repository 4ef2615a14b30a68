// How a key is shown to people: enough to tell two keys apart, never enough to use one.

const SHORTEST_WITH_TAIL = 20;

/**
 * `sk-…a1b2`: the vendor's prefix up to its first dash or underscore, and the last four characters. A key shorter
 * than 20 characters shows no tail, since four of its characters would give too much away.
 */
export function maskKey(key: string): string {
  const prefix = /^[A-Za-z]{1,6}[-_]/.exec(key)?.[0] ?? "";
  if (key.length < SHORTEST_WITH_TAIL) return `${key.length > 2 * prefix.length ? prefix : ""}…`;
  const tail = key.slice(-4);
  // Control characters in a pasted key must not reach a terminal.
  return `${prefix}…${/^[\x21-\x7e]+$/.test(tail) ? tail : ""}`;
}
