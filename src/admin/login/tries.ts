// How often a password may be tried: five wrong ones at once, then one in a while, for each address and over all. Who is
// held up learns for how long.

import type { Clock } from "../../core/clock.ts";

const FREE_TRIES = 5;
/** One more try after so long. */
const REFILL_MS = 20_000;
/** Over all addresses: as many times more. */
const ALL_FACTOR = 10;
/** Addresses that are remembered. */
const MAX_ADDRESSES = 1_000;

type TryBucket = { left: number; atMs: number };

/** Counts wrong passwords. */
export class Tries {
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, TryBucket>();
  readonly #all: TryBucket;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = { left: FREE_TRIES * ALL_FACTOR, atMs: clock.nowMs() };
  }

  /** Milliseconds until the next try of an address; 0: now. */
  waitMs(address: string): number {
    const nowMs = this.#clock.nowMs();
    const bucket = this.#byAddress.get(address);
    return Math.max(
      waitOf(this.#all, nowMs, REFILL_MS / ALL_FACTOR, FREE_TRIES * ALL_FACTOR),
      bucket === undefined ? 0 : waitOf(bucket, nowMs, REFILL_MS, FREE_TRIES),
    );
  }

  /** Begins a try: it counts as wrong until `forgive`, so that many at once are no way round. */
  begin(address: string): void {
    const nowMs = this.#clock.nowMs();
    const bucket = this.#byAddress.get(address) ?? { left: FREE_TRIES, atMs: nowMs };
    this.#byAddress.delete(address);
    this.#byAddress.set(address, bucket);
    bucket.left -= 1;
    this.#all.left -= 1;
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size > MAX_ADDRESSES && oldest !== undefined) this.#byAddress.delete(oldest);
  }

  /** The password was right. */
  forgive(address: string): void {
    this.#byAddress.delete(address);
    this.#all.left += 1;
  }
}

function waitOf(bucket: TryBucket, nowMs: number, refillMs: number, most: number): number {
  const more = Math.floor((nowMs - bucket.atMs) / refillMs);
  if (more > 0) {
    bucket.left = Math.min(most, bucket.left + more);
    bucket.atMs += more * refillMs;
  }
  return bucket.left > 0 ? 0 : bucket.atMs + refillMs - nowMs;
}
