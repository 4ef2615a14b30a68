// Which of several targets a key belongs to, with no table to keep: each ranks the targets by a hash of both, and
// the highest wins (weighted rendezvous hashing, "highest random weight"). Pure.

/**
 * The rank of a target for a key; the target with the highest gets it. A target of twice the weight is highest for
 * twice as many keys, and a target that comes or goes moves no other target's keys. No allocation.
 */
export function stickyScore(key: string, targetKey: string, weight: number): number {
  const hash = mixed(hashed(targetKey, hashed(key, 0x811c9dc5)));
  // In (0, 1), both ends left out, so that the logarithm is negative and finite.
  const lot = (hash + 0.5) / 0x1_0000_0000;
  return -weight / Math.log(lot);
}

/** FNV-1a over UTF-16 units, from where another string's hash ended. */
function hashed(text: string, from: number): number {
  let hash = from;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  // A border between the two strings, so that moving a letter over it changes the hash.
  return Math.imul(hash ^ 0xff, 0x01000193);
}

/** The finaliser of MurmurHash3: FNV alone leaves the high bits of similar names alike. */
function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
