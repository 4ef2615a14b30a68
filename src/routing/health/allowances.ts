// Targets whose last good answer said that nothing is left of their allowance, and until when: others first.

import type { Clock } from "../../core/clock.ts";
import { makeRoom } from "../make-room.ts";
import type { SpentAllowance } from "./health-snapshot.ts";

/** Clients choose the names of pinned models, so there must be a bound. */
const MAX_ENTRIES = 10_000;
/** What an endpoint says of itself counts for an hour at most, as with every rest. */
const MAX_WAIT_MS = 3_600_000;

/** Spent allowances, by target. */
export class Allowances {
  readonly #clock: Clock;
  readonly #untilMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#untilMs.size;
  }

  targetKeys(): Iterable<string> {
    return this.#untilMs.keys();
  }

  /** Nothing is left for so long, an hour at most. */
  markSpent(targetKey: string, waitMs: number): void {
    if (!(waitMs > 0)) return;
    makeRoom(this.#untilMs, MAX_ENTRIES);
    this.#untilMs.set(targetKey, this.#clock.nowMs() + Math.min(MAX_WAIT_MS, waitMs));
  }

  /** When it is there again, on the monotonic clock; undefined when it is not spent. */
  untilMs(targetKey: string): number | undefined {
    if (this.#untilMs.size === 0) return undefined;
    const untilMs = this.#untilMs.get(targetKey);
    if (untilMs === undefined || this.#clock.nowMs() < untilMs) return untilMs;
    this.#untilMs.delete(targetKey);
    return undefined;
  }

  /** All that are spent now. */
  snapshot(): readonly SpentAllowance[] {
    const nowMs = this.#clock.nowMs();
    const spent = [...this.#untilMs].filter(([, untilMs]) => nowMs < untilMs);
    return spent.map(([target, untilMs]) => ({ target, untilMs }));
  }

  forget(targetKey: string): void {
    this.#untilMs.delete(targetKey);
  }

  retain(isKept: (targetKey: string) => boolean): void {
    for (const key of this.#untilMs.keys()) if (!isKept(key)) this.#untilMs.delete(key);
  }
}
