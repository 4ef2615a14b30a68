// How many requests fell into each bin of latency, as one value of the database: six bytes for each bin that has any, two
// for `kind × 256 + bin` and four for the requests, the high ones first. Counts of two lines are added by putting one
// behind the other: a bin may be there more than once, and in any order.

const ENTRY_BYTES = 6;
const MOST = 0xff_ff_ff_ff;

/** Requests by `kind × 256 + bin`; `kind`: the place in `LATENCY_KINDS`. */
export type LatencyCounts = Map<number, number>;

/** Takes each bin that has any. */
type TakeBin = (code: number, requests: number) => void;

/** The value of some counts. */
export function bytesOfCounts(counts: LatencyCounts): Uint8Array {
  const bytes = new Uint8Array(counts.size * ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [code, requests] of counts) {
    view.setUint16(at, code);
    view.setUint32(at + 2, Math.min(requests, MOST));
    at += ENTRY_BYTES;
  }
  return bytes;
}

/** Reads a value. */
export function eachCount(value: Uint8Array | undefined, take: TakeBin): void {
  if (value === undefined) return;
  for (let at = 0; at + ENTRY_BYTES <= value.length; at += ENTRY_BYTES) {
    const code = (value[at] ?? 0) * 256 + (value[at + 1] ?? 0);
    const high = (value[at + 2] ?? 0) * 256 + (value[at + 3] ?? 0);
    take(code, high * 65_536 + (value[at + 4] ?? 0) * 256 + (value[at + 5] ?? 0));
  }
}

/** Adds requests to a bin. */
export function addCount(counts: LatencyCounts, code: number, requests: number): void {
  counts.set(code, (counts.get(code) ?? 0) + requests);
}
