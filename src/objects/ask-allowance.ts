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
  readonly #ofClient: Rate;
  readonly #ofAll: Rate;

  /** `processes`: so many share it in equal parts, so that over all of them no more is asked. */
  constructor(clock: Clock, processes = 1) {
    this.#clock = clock;
    this.#ofClient = partOf(OF_CLIENT, processes);
    this.#ofAll = partOf(OF_ALL, processes);
    this.#all = { left: this.#ofAll.burst, atMs: clock.nowMs() };
  }

  /** Takes one; false where there is none left for this client, or for anybody. */
  tryTake(client: string): boolean {
    const nowMs = this.#clock.nowMs();
    const own = this.#bucketOf(client, nowMs);
    refill(own, this.#ofClient, nowMs);
    refill(this.#all, this.#ofAll, nowMs);
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
    const made = { left: this.#ofClient.burst, atMs: nowMs };
    this.#clients.set(client, made);
    return made;
  }
}

/** One at once in any case: with less nobody would ever be let through. */
function partOf({ burst, perSecond }: Rate, processes: number): Rate {
  return { burst: Math.max(1, Math.floor(burst / processes)), perSecond: perSecond / processes };
}

function refill(bucket: Bucket, rate: Rate, nowMs: number): void {
  const gained = ((nowMs - bucket.atMs) / 1_000) * rate.perSecond;
  bucket.left = Math.min(rate.burst, bucket.left + gained);
  bucket.atMs = nowMs;
}
