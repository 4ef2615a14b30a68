// Targets that rest for a rate limit, and when they may be asked all the same because nobody else is left: a 429 may
// have been about one request. A different request is let through at once, then one after 5 s, 10 s … 60 s for as
// long as they are refused. Called by `proxy/refusals.ts`, and by the pick through `tiers.ts`.

import type { Clock } from "../core/clock.ts";

const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 60_000;
/** Clients choose the names of pinned models, so there must be a bound. */
const MAX_ENTRIES = 10_000;

type Entry = {
  /** The request that was refused, by `identityOf`: its own retry proves nothing. */
  witness: string;
  nextMs: number;
  refusals: number;
};

/** By target. */
export class Rechecks {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A request met a 429. `wasResting`: the target rested already, so that the request was a check, or came late. */
  noteRefusal(targetKey: string, witness: string, wasResting: boolean): void {
    const known = wasResting ? this.#entries.get(targetKey) : undefined;
    if (known === undefined) {
      this.#entries.delete(targetKey);
      const [oldest] = this.#entries.size >= MAX_ENTRIES ? this.#entries.keys() : [];
      if (oldest !== undefined) this.#entries.delete(oldest);
      this.#entries.set(targetKey, { witness, nextMs: this.#clock.nowMs(), refusals: 0 });
      return;
    }
    known.witness = witness;
  }

  /** Whether this request may be sent there although it rests. Changes nothing. */
  mayCheck(targetKey: string, identity: () => string): boolean {
    const entry = this.#entries.get(targetKey);
    return entry !== undefined && this.#clock.nowMs() >= entry.nextMs && entry.witness !== identity();
  }

  /** A check begins: nobody else checks for a while. */
  begin(targetKey: string): void {
    const entry = this.#entries.get(targetKey);
    if (entry === undefined) return;
    entry.nextMs = this.#clock.nowMs() + Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** entry.refusals);
    entry.refusals = Math.min(entry.refusals + 1, 20);
  }

  /** The target has served. */
  forget(targetKey: string): void {
    this.#entries.delete(targetKey);
  }

  retain(isKept: (targetKey: string) => boolean): void {
    for (const key of this.#entries.keys()) if (!isKept(key)) this.#entries.delete(key);
  }
}
