// All that is known of targets, joined: health, rests, loads, limits and budgets, which outlive reloads in it; and what
// is learnt from how attempts went. Which target is next is for its `chooser.ts`. One per gateway.

import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import { type LoadSnapshot, TargetLoads } from "../../routing/choice/target-load.ts";
import type { BreakerOptions } from "../../routing/health/breaker.ts";
import { Cooldowns } from "../../routing/health/cooldown.ts";
import { USUAL_OPERATION } from "../../routing/health/operation-breakers.ts";
import { type Served, TargetHealth } from "../../routing/health/target-health.ts";
import type { ConfiguredStrategy, Target } from "../../routing/model.ts";
import type { RetryBudgetOptions } from "../../routing/retry/retry-budget.ts";
import { RetryBudgets } from "../../routing/retry/retry-budgets.ts";
import type { Gate } from "../admit/gate.ts";
import { Chooser } from "./chooser.ts";
import { EndpointGates } from "./endpoint-gates.ts";
import { COUNTING, isRefusedIn, Refusals, type RequestMarks } from "./refusals.ts";
import { RestWaits } from "./rest-waits.ts";
import { Turn, type TurnKeeper } from "./turn.ts";
import { Walkouts } from "./walkouts.ts";

/** Joins all that is known of targets. */
export class Steering implements TurnKeeper {
  readonly health: TargetHealth;
  readonly budgets: RetryBudgets;
  readonly gates = new EndpointGates();
  readonly refusals: Refusals;
  readonly walkouts: Walkouts;
  readonly restWaits: RestWaits;
  readonly chooser: Chooser;
  readonly clock: Clock;
  readonly #log: Log;
  readonly #loads: TargetLoads;
  /** Rests that were ended by a person. */
  resets = 0;
  /** Told when an endpoint, or an operation of a model there, was just ejected, with the time of its first probe. */
  onEjected: (target: Target, untilMs: number, operation: string) => void = () => undefined;
  /** Told when all that was learnt of an endpoint is forgotten. */
  onForgotten: (endpoint: string) => void = () => undefined;

  constructor(clock: Clock, log: Log) {
    this.clock = clock;
    this.#log = log;
    this.health = new TargetHealth(clock, new Cooldowns(clock));
    this.budgets = new RetryBudgets(clock);
    this.restWaits = new RestWaits(clock);
    this.#loads = new TargetLoads(clock);
    this.refusals = new Refusals(clock, log, this.health.cooldowns);
    this.walkouts = new Walkouts(clock, this.health, (target, isSent, operation) =>
      this.#ejecting(target, isSent, operation, () => this.health.trip(target, isSent, operation)),
    );
    const { health, gates, restWaits, refusals } = this;
    const { rechecks } = refusals;
    this.chooser = new Chooser({ clock, health, gates, loads: this.#loads, rechecks, restWaits });
  }

  /** Changes whenever something changes that outlives the process: a turn of a rotation, a rest that was ended. */
  get revision(): number {
    return this.chooser.picks + this.resets;
  }

  /** The loads of all targets, by `Target.key`. */
  loadSnapshots(): ReadonlyMap<string, LoadSnapshot> {
    return this.#loads.snapshot();
  }

  /** Takes new constants, at a reload. */
  configure(breaker: BreakerOptions, budget: RetryBudgetOptions): void {
    this.health.configure(breaker);
    this.budgets.configure(budget);
  }

  /** Forgets what is in no table any more. */
  retain(isEndpointKept: (name: string) => boolean): void {
    // A pin's state goes with its endpoint: its target is in no table.
    const isTargetKept = (key: string): boolean => isEndpointKept(key.slice(0, key.indexOf("/")));
    this.health.retain(isEndpointKept, isTargetKept);
    this.#loads.retain(isTargetKept);
    this.refusals.rechecks.retain(isTargetKept);
    this.walkouts.retain(isTargetKept);
  }

  /** Forgets all of one endpoint: what stands behind its name is another one now. */
  forget(name: string): void {
    this.onForgotten(name);
    this.health.forget(name);
    this.refusals.forget(name);
    const isOther = (key: string): boolean => !key.startsWith(`${name}/`);
    this.#loads.retain(isOther);
    this.walkouts.retain(isOther);
  }

  /** Forgets what was said of a key that was replaced. */
  forgetKey(name: string, credential: number): void {
    this.health.cooldowns.forget(name, credential);
    this.refusals.forget(name);
  }

  /** Whether one of the keys can be used for the target now, and the request was not refused with it. */
  hasFreeKey(target: Target, marks: RequestMarks): boolean {
    return this.health.hasFreeKey(target, (name, id) => isRefusedIn(marks, name, id));
  }

  /** Begins an attempt at a target, at a place that was waited for or at a free one; `turn.end` must follow. */
  begin(
    target: Target,
    place: {
      readonly isStream: boolean;
      readonly strategy: ConfiguredStrategy;
      readonly gate: Gate | undefined;
      readonly operation?: string | undefined;
      readonly marks?: RequestMarks;
    },
  ): Turn {
    const { isStream, strategy, operation = USUAL_OPERATION, marks } = place;
    if (marks !== undefined && this.refusals.rechecks.size > 0 && !this.health.hasFreeKey(target))
      this.refusals.rechecks.begin(target.key, marks.identity);
    // Loads are kept by names that clients may choose, so only where a strategy reads them.
    const isWeighed = strategy === "least_in_flight" || strategy === "fastest_first_token";
    const gate = place.gate ?? (this.gates.isEmpty ? undefined : this.gates.take(target.endpoint));
    return new Turn(this, {
      target,
      isStream,
      operation,
      gate,
      marks,
      load: isWeighed ? this.#loads.of(target.key) : undefined,
    });
  }

  /** An attempt was served; tells when that has ended an ejection. */
  recordSuccess(served: Served): void {
    const returned = this.health.recordSuccess(served);
    this.refusals.recordSuccess(served);
    if (returned !== undefined) this.#tellReturnOf(served, returned);
  }

  /** The same for one that was refused by an endpoint in health: nothing that rests is over. */
  recordAlive(served: Served): void {
    const returned = this.health.recordAlive(served);
    if (returned !== undefined) this.#tellReturnOf(served, returned);
  }

  #tellReturnOf({ target, operation }: Served, returned: "endpoint" | "model"): void {
    this.tellReturn(target, returned === "model" ? operation : undefined);
  }

  /** Says that an endpoint, or (`operation`) a model there, is in use again. */
  tellReturn(target: Target, operation: string | undefined): void {
    const what = wordFor(target, operation);
    const { name: endpoint } = target.endpoint;
    this.#log.info("endpoint_returned", `${what} answers and is in use again.`, { endpoint });
  }

  /** A failure that counts. Counting tokens is no test of a model, unless nobody could even connect. */
  strike(target: Target, isSent: boolean, startedMs: number, operation = USUAL_OPERATION): void {
    if (isSent && COUNTING.has(operation)) return;
    this.#ejecting(target, isSent, operation, () =>
      this.health.recordStrike(target, isSent, startedMs, operation),
    );
  }

  /** Tells once when a target was ejected by this. */
  #ejecting(target: Target, isSent: boolean, operation: string, act: () => void): void {
    const { health } = this;
    const wasOpen = health.breakerOf(target, isSent, operation)?.state === "open";
    act();
    const breaker = health.breakerOf(target, isSent, operation);
    if (wasOpen || breaker?.state !== "open") return;
    const seconds = Math.round((breaker.until - this.clock.nowMs()) / 1000);
    const what = wordFor(target, isSent ? operation : undefined);
    this.#log.warn("endpoint_ejected", `${what} keeps failing and gets no requests for ${seconds} s.`, {
      endpoint: target.endpoint.name,
      seconds,
    });
    this.onEjected(target, breaker.until, isSent ? operation : USUAL_OPERATION);
  }
}

/** `a`, `a/m`, or `a/m (rerank)`: what was ejected, or is back. */
function wordFor(target: Target, operation: string | undefined): string {
  if (operation === undefined) return target.endpoint.name;
  return operation === USUAL_OPERATION ? target.key : `${target.key} (${operation})`;
}
