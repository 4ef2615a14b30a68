// How often endpoints may be asked around for ids that nobody knows: some at once and a few each second, for one client
// and for all together. A flood of made-up ids must cost endpoints next to nothing, and no other client its turn.

import type { Clock } from "../core/clock.ts";

/** At once, and each second after that. */
type Rate = { readonly burst: number; readonly perSecond: number };

const OF_CLIENT: Rate = { burst: 20, perSecond: 1 };
const OF_ALL: Rate = { burst: 60, perSecond: 5 };
const MAX_CLIENTS = 1_000;

type Bucket = { left: number; atMs: number };

/** What is left of it. */
export class AskAllowance {
  readonly #clock: Clock;
  readonly #all: Bucket;
  readonly #clients = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = { left: OF_ALL.burst, atMs: clock.nowMs() };
  }

  /** Takes one; false where there is none left for this client, or for anybody. */
  tryTake(client: string): boolean {
    const nowMs = this.#clock.nowMs();
    const own = this.#bucketOf(client, nowMs);
    refill(own, OF_CLIENT, nowMs);
    refill(this.#all, OF_ALL, nowMs);
    if (own.left < 1 || this.#all.left < 1) return false;
    own.left -= 1;
    this.#all.left -= 1;
    return true;
  }

  #bucketOf(client: string, nowMs: number): Bucket {
    const known = this.#clients.get(client);
    if (known !== undefined) return known;
    if (this.#clients.size >= MAX_CLIENTS) {
      // Whoever was forgotten begins anew; the bound for all holds.
      const { done, value } = this.#clients.keys().next();
      if (done !== true) this.#clients.delete(value);
    }
    const made = { left: OF_CLIENT.burst, atMs: nowMs };
    this.#clients.set(client, made);
    return made;
  }
}

function refill(bucket: Bucket, rate: Rate, nowMs: number): void {
  const gained = ((nowMs - bucket.atMs) / 1_000) * rate.perSecond;
  bucket.left = Math.min(rate.burst, bucket.left + gained);
  bucket.atMs = nowMs;
}
