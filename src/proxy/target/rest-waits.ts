// Requests that wait until the rest of a target is over, where that is soon. Bounds their number and lets them go one
// after the other, since all at once would run into the same limit again. Knows the ends of rests, not why they are.

import type { Clock } from "../../core/clock.ts";
import type { Availability } from "../../routing/health/tiers.ts";
import type { Model, Target } from "../../routing/model.ts";

/** Waiting at most, over all models: they hold their bodies meanwhile. */
const MAX_WAITING = 1_024;
/** Between two that are let go at the same target. */
const GAP_MS = 2;
/** What comes on top of the rest at most, for those who come late in the row. */
const MAX_SPREAD_MS = 1_000;

/** When the first of a model's rests is over, and whose it is. */
export type RestEnd = { readonly target: Target; readonly endMs: number };

/** What is known of targets; `Chooser` has it. */
export type RestFacts = {
  availability(target: Target, operation: string | undefined): Availability;
  readonly health: { recoversMs(target: Target, operation: string | undefined): number };
};

/** These are not waited for: they may be asked, have a queue, or nobody can say when they end. */
const WITHOUT_END: ReadonlySet<Availability> = new Set(["ok", "exhausted", "disabled", "full", "ejected"]);

/**
 * The first of the model's rests to be over, on the monotonic clock; undefined where none has a known end. `toldMs` is
 * what a target has told this request alone, whether it rests for others or not.
 */
export function firstRestEnd(
  facts: RestFacts,
  model: Model,
  operation: string | undefined,
  toldMs: (target: Target) => number | undefined,
): RestEnd | undefined {
  let first: RestEnd | undefined;
  for (const target of model.targets) {
    const told = toldMs(target);
    const isResting = !WITHOUT_END.has(facts.availability(target, operation));
    if (!isResting && told === undefined) continue;
    const endMs = Math.max(told ?? 0, isResting ? facts.health.recoversMs(target, operation) : 0);
    if (Number.isFinite(endMs) && (first === undefined || endMs < first.endMs)) first = { target, endMs };
  }
  return first;
}

/** Who waits, and when each may go. */
export class RestWaits {
  /** How long one request may wait in all; 0: not at all (`retries.max_wait`). */
  maxMs = 0;
  readonly #clock: Clock;
  /** Per target: when the next one may go. */
  readonly #nextMs = new Map<string, number>();
  #waiting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Takes a place in the row of those who wait for this end: how long, in milliseconds. `leave` must follow. Undefined
   * where too many wait already.
   */
  enter({ target, endMs }: RestEnd): number | undefined {
    const nowMs = this.#clock.nowMs();
    this.#forgetPast(nowMs);
    const goMs = Math.max(endMs, nowMs, this.#nextMs.get(target.key) ?? 0);
    if (this.#waiting >= MAX_WAITING || goMs - Math.max(endMs, nowMs) > MAX_SPREAD_MS) return undefined;
    this.#nextMs.set(target.key, goMs + GAP_MS);
    this.#waiting += 1;
    return goMs - nowMs;
  }

  /** The wait is over, exactly once for each that was entered. */
  leave(): void {
    this.#waiting -= 1;
  }

  /** Clients choose names of targets, so that rows which nobody waits in are not kept. */
  #forgetPast(nowMs: number): void {
    if (this.#waiting > 0 && this.#nextMs.size < MAX_WAITING) return;
    for (const [key, nextMs] of this.#nextMs) if (nextMs <= nowMs) this.#nextMs.delete(key);
  }
}
