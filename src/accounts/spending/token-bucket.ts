// A token bucket: so many may be taken at once, and as many come back evenly over the window. It goes by a clock that
// never jumps, and may go below nothing, by what turned out to be more than was expected: then nothing is let through
// until that is paid back.

/** Less than that is missing by the rounding of fractions alone. */
const ROUNDING = 1e-6;

/** One bucket. */
export class TokenBucket {
  readonly windowMs: number;
  #capacity: number;
  #level: number;
  #atMs: number;

  /** Full at first. */
  constructor(capacity: number, windowMs: number, nowMs: number) {
    this.windowMs = windowMs;
    this.#capacity = capacity;
    this.#level = capacity;
    this.#atMs = nowMs;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** What may be taken now; below 0 where more was taken than there was. */
  level(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    return Math.min(this.#capacity, this.#level + (elapsedMs / this.windowMs) * this.#capacity);
  }

  /** Takes whatever is said, or gives it back where that is below 0; never more than the bucket holds. */
  take(count: number, nowMs: number): void {
    this.#level = Math.min(this.#capacity, this.level(nowMs) - count);
    this.#atMs = Math.max(this.#atMs, nowMs);
  }

  /** Until so many may be taken; of more than the bucket holds, until it is full. 0: now. */
  waitMs(count: number, nowMs: number): number {
    const lacking = Math.min(count, this.#capacity) - this.level(nowMs);
    return lacking <= ROUNDING ? 0 : (lacking / this.#capacity) * this.windowMs;
  }

  /** Until it is full. */
  fullInMs(nowMs: number): number {
    return this.waitMs(this.#capacity, nowMs);
  }

  /** Takes another size; what was used of the one before is used of this. */
  resize(capacity: number, nowMs: number): void {
    this.#level = capacity - (this.#capacity - this.level(nowMs));
    this.#atMs = Math.max(this.#atMs, nowMs);
    this.#capacity = capacity;
  }
}
