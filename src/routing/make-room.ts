// Keeps a map within a bound: names that clients choose would fill the memory.

/** Before an entry is added: forgets the one that was added first, where there are `max` already. */
export function makeRoom<Key>(map: Map<Key, unknown>, max: number): void {
  if (map.size < max) return;
  const { done, value } = map.keys().next();
  if (done !== true) map.delete(value);
}
