// How many times something happened in the last few seconds. Not a histogram and not a metric: it forgets.

/**
 * Counts events in a sliding window made of equal buckets. The window moves a bucket at a time, so that it is
 * between `windowMs - windowMs / buckets` and `windowMs` long. O(buckets) after a pause, else O(1); no allocation.
 */
export class RingCounter {
  readonly #bucketMs: number;
  readonly #counts: Uint32Array;
  #sum = 0;
  /** Number of the newest bucket since the clock's start. */
  #newest = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number, buckets: number) {
    this.#bucketMs = windowMs / buckets;
    this.#counts = new Uint32Array(buckets);
  }

  /** Counts one event. */
  add(nowMs: number): void {
    this.#advance(nowMs);
    const slot = this.#newest % this.#counts.length;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#sum++;
  }

  /** Events still in the window. */
  sum(nowMs: number): number {
    this.#advance(nowMs);
    return this.#sum;
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0);
    this.#sum = 0;
  }

  #advance(nowMs: number): void {
    const bucket = Math.floor(nowMs / this.#bucketMs);
    if (bucket <= this.#newest) return;
    const { length } = this.#counts;
    if (bucket - this.#newest >= length) {
      this.clear();
    } else {
      for (let passed = this.#newest + 1; passed <= bucket; passed++) {
        this.#sum -= this.#counts[passed % length] ?? 0;
        this.#counts[passed % length] = 0;
      }
    }
    this.#newest = bucket;
  }
}
