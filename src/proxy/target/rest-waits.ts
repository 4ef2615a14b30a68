// Requests that wait until the rest of a target is over, where that is soon. Bounds their number and lets them go one
// after the other, since all at once would run into the same limit again. Knows the ends of rests, not their reasons.

import type { Clock } from "../../core/clock.ts";
import type { Availability } from "../../routing/health/tiers.ts";
import type { Model, Target } from "../../routing/model.ts";
import type { PickRequest, TargetRequest } from "./target-request.ts";

/** Waiting at most, over all models: they hold their bodies meanwhile. */
const MAX_WAITING = 1_024;
/** Between two that are let go at the same target. */
const GAP_MS = 2;
/** What comes on top of the rest at most, for those who come late in the row. */
const MAX_SPREAD_MS = 1_000;

/** When the first of a model's rests is over, and whose it is. */
export type RestEnd = { readonly target: Target; readonly endMs: number };

/** What is known of the rests of targets. */
export type RestFacts = {
  availability(target: Target, operation: string | undefined): Availability;
  recoversMs(target: Target, operation: string | undefined): number;
};

/** The same, with what could be asked now. */
type WaitFacts = RestFacts & { hasUntried(model: Model, request: PickRequest): boolean };

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
    const endMs = Math.max(told ?? 0, isResting ? facts.recoversMs(target, operation) : 0);
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

  /** Until the first rest is over, in milliseconds; undefined where the request may not wait for that. */
  restMs(facts: RestFacts, model: Model, request: TargetRequest): number | undefined {
    const restMs = this.#msTo(this.#firstEnd(facts, model, request));
    return restMs !== undefined && restMs <= this.#leftMs(request) ? restMs : undefined;
  }

  /**
   * Waits until the first of the model's rests is over and says what the model is then, since it may have other targets.
   * Undefined, without a wait, where that is too late, or too many wait already.
   * @throws GatewayError client_closed, from the promise
   */
  async wait(facts: WaitFacts, model: Model, request: TargetRequest): Promise<Model | undefined> {
    const end = request.isFull ? undefined : this.#firstEnd(facts, model, request);
    const restMs = this.#msTo(end);
    if (end === undefined || restMs === undefined)
      return this.#isOverNow(facts, model, request) ? model : undefined;
    if (restMs > this.#leftMs(request)) return undefined;
    const waitMs = this.enter(end);
    if (waitMs === undefined) return undefined;
    try {
      if (waitMs >= request.deadlineMs - this.#clock.nowMs()) return undefined;
      // Counted before and not measured after, so that a request which finds another rest each time comes to an end.
      request.awaitedMs += Math.max(1, restMs);
      await request.departure.pause(Math.ceil(waitMs));
    } finally {
      this.leave();
    }
    request.tried.forgetLimited(this.#clock.nowMs());
    request.mayLookAgain = true;
    return request.modelNow();
  }

  /** The rest may have ended between the look for a target and the look for the rest's end. */
  #isOverNow(facts: WaitFacts, model: Model, request: TargetRequest): boolean {
    if (!request.mayLookAgain || request.isFull) return false;
    request.mayLookAgain = false;
    request.tried.forgetLimited(this.#clock.nowMs());
    return facts.hasUntried(model, request);
  }

  #firstEnd(facts: RestFacts, model: Model, request: TargetRequest): RestEnd | undefined {
    if (this.#leftMs(request) <= 0) return undefined;
    return firstRestEnd(facts, model, request.operation, (target) => request.tried.limitedUntilMs(target));
  }

  /** What is left of the time that the request may wait. */
  #leftMs(request: TargetRequest): number {
    return request.awaitsRests ? this.maxMs - request.awaitedMs : 0;
  }

  #msTo(end: RestEnd | undefined): number | undefined {
    return end === undefined ? undefined : Math.max(0, end.endMs - this.#clock.nowMs());
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
