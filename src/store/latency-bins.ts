// Latencies as they are kept: counted in bins of a logarithmic scale, six to each doubling, so that what is said of half
// or of 19 of 20 requests is right to a tenth whatever the length.

/** Bins to each doubling. */
const PER_OCTAVE = 6;
/** The last one, which takes all that is longer: some nine hours. */
const LAST_BIN = 150;

/** What can be said of some latencies, in milliseconds; null where there are none. */
export type Quantiles = {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
} | null;

/** The bin of a latency in milliseconds. */
export function binOf(ms: number): number {
  if (!(ms > 1)) return 0;
  return Math.min(LAST_BIN, 1 + Math.floor(PER_OCTAVE * Math.log2(ms)));
}

/** How many bins there are. */
export const BINS = LAST_BIN + 1;

/** What the counts of the bins say: requests by the number of the bin. */
export function quantilesOf(counts: ArrayLike<number>): Quantiles {
  let count = 0;
  for (let bin = 0; bin < BINS; bin += 1) count += counts[bin] ?? 0;
  if (count === 0) return null;
  const at = (share: number): number => quantile(counts, share * count);
  return { count, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** Within a bin latencies are taken to lie evenly. */
function quantile(counts: ArrayLike<number>, rank: number): number {
  let before = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    const requests = counts[bin] ?? 0;
    if (requests === 0) continue;
    if (before + requests >= rank) {
      const lower = bin === 0 ? 0 : 2 ** ((bin - 1) / PER_OCTAVE);
      const upper = 2 ** (bin / PER_OCTAVE);
      return Math.round(10 * (lower + ((rank - before) / requests) * (upper - lower))) / 10;
    }
    before += requests;
  }
  return 0;
}
