// Step 7, pick: which target and which of its keys is next for a request, and what is learnt from how it went.
// Joins health, tiers, strategies, loads and limits; they outlive reloads in it. One per gateway; called by
// `attempts.ts`, and without effect by the dry run.

import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import type { FailedAttempt, Proof } from "../routing/attempt-policy.ts";
import type { IsExcluded } from "../routing/balancer.ts";
import type { BreakerOptions } from "../routing/breaker.ts";
import { Cooldowns } from "../routing/cooldown.ts";
import type { ConfiguredStrategy, Model, Target } from "../routing/model.ts";
import { USUAL_OPERATION } from "../routing/operation-breakers.ts";
import type { Asker } from "../routing/rechecks.ts";
import type { RetryBudgetOptions } from "../routing/retry-budget.ts";
import { RetryBudgets } from "../routing/retry-budgets.ts";
import { SideRotation } from "../routing/side-rotation.ts";
import {
  fastestFirstToken,
  leastInFlight,
  type PickHints,
  type Strategy,
  sticky,
  weighted,
} from "../routing/strategy.ts";
import { type Served, TargetHealth } from "../routing/target-health.ts";
import { TargetLoads } from "../routing/target-load.ts";
import { type Availability, TierGate } from "../routing/tiers.ts";
import { EndpointGates } from "./endpoint-gates.ts";
import type { Gate } from "./gate.ts";
import { COUNTING, isRefusedIn, Refusals, type RequestMarks } from "./refusals.ts";
import { RestWaits } from "./rest-waits.ts";
import { Turn, type TurnKeeper } from "./turn.ts";
import { Walkouts } from "./walkouts.ts";

/** What one pick depends on. */
export type PickRequest = {
  readonly isTried: IsExcluded | undefined;
  readonly isStream: boolean;
  readonly stickyKey: string | undefined;
  /** `Exchange.operationKey`: the health of a model is kept for each; chat where it is left out. */
  readonly operation?: string | undefined;
  /** Tells the request from others, where it may be let through to a target that rests for a rate limit. */
  readonly identity?: (() => Asker) | undefined;
  /** For a retry: whether the target should, or must, be in use and without a strike. */
  readonly proof?: Proof | undefined;
};

/** What could be asked after those tried. */
type LookAhead = Pick<FailedAttempt, "untriedTargets" | "isNextProven" | "isLaterProven">;

/** Nobody in particular, asking for nothing in particular. */
const ANYBODY: Pick<PickRequest, "operation" | "identity"> = { operation: undefined, identity: undefined };

/** Joins all that is known of targets. */
export class Steering implements TurnKeeper {
  readonly health: TargetHealth;
  readonly budgets: RetryBudgets;
  readonly gates = new EndpointGates();
  readonly refusals: Refusals;
  readonly walkouts: Walkouts;
  readonly restWaits: RestWaits;
  readonly clock: Clock;
  readonly #log: Log;
  readonly #loads: TargetLoads;
  readonly #tiers: TierGate;
  readonly #side: SideRotation;
  readonly #strategies: Readonly<Record<ConfiguredStrategy, Strategy>>;
  /** Counts the changes of what outlives the process: turns of the rotation, and rests. */
  revision = 0;
  /** Told when an endpoint, or an operation of a model there, was just ejected, with the time of its first probe. */
  onEjected: (target: Target, untilMs: number, operation: string) => void = () => undefined;
  /** Told when all that was learnt of an endpoint is forgotten. */
  onForgotten: (endpoint: string) => void = () => undefined;
  /** What the pick under way is for; it holds for one synchronous stretch, as with `TierGate`. */
  #current = ANYBODY;

  constructor(clock: Clock, log: Log) {
    this.clock = clock;
    this.#log = log;
    this.health = new TargetHealth(clock, new Cooldowns(clock));
    this.#side = new SideRotation(this.health);
    this.budgets = new RetryBudgets(clock);
    this.restWaits = new RestWaits(clock);
    this.#loads = new TargetLoads(clock);
    this.refusals = new Refusals(clock, log, this.health.cooldowns);
    this.walkouts = new Walkouts(clock, this.health, (target, isSent, operation) =>
      this.#ejecting(target, isSent, operation, () => this.health.trip(target, isSent, operation)),
    );
    const facts = {
      availability: (target: Target) => this.availability(target, this.#current.operation),
      failedMs: (target: Target) => this.health.failedMs(target, this.#current.operation),
      mayCheck: (target: Target) => this.#mayCheck(target),
    };
    this.#tiers = new TierGate(facts, (target) => target.endpoint.priority);
    this.#strategies = {
      weighted,
      sticky,
      least_in_flight: leastInFlight(this.#loads),
      fastest_first_token: fastestFirstToken(this.#loads),
    };
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

  /** Whether a target can take a request now, or why not. */
  availability(target: Target, operation?: string): Availability {
    const availability = this.health.availability(target, operation);
    return availability === "ok" && this.gates.isFull(target.endpoint) ? "full" : availability;
  }

  /** Whether nothing is known against a target, however full it is. */
  isWell(target: Target, operation?: string): boolean {
    const availability = this.health.availability(target, operation);
    return availability === "ok" || availability === "exhausted";
  }

  /** Picks the next target and advances the rotation; undefined when none can take the request. */
  pick(model: Model, request: PickRequest): Target | undefined {
    this.revision += 1;
    return this.#choose(this.#side.inTurn(model, request), request);
  }

  /** Who would be picked now; nothing changes. */
  peek(model: Model, request: PickRequest): Target | undefined {
    return this.#choose(this.#side.copyOf(model, request), request);
  }

  #choose(model: Model, request: PickRequest): Target | undefined {
    this.#current = request;
    const strategy = this.#strategies[model.settings.strategy];
    if (request.isTried === undefined && this.health.isPristine && !model.isTiered && this.gates.isEmpty) {
      // Nothing ever failed: there is nothing to leave out.
      return strategy.pick(model, this.#hints(request, undefined));
    }
    if (this.#tiers.admit(model, request.isTried) === "none") return undefined;
    const isProvenIn = request.proof !== undefined && this.#tiers.hasLetIn(model, this.#isProven);
    if (isProvenIn) return strategy.pick(model, this.#hints(request, this.#isExcludedOrUnproven));
    if (request.proof === "required") return this.#tiers.firstAvailable(model, this.#isProven);
    return strategy.pick(model, this.#hints(request, this.#tiers.isExcluded));
  }

  readonly #isProven = (target: Target): boolean => this.health.isProven(target, this.#current.operation);
  readonly #isExcludedOrUnproven = (target: Target): boolean =>
    this.#tiers.isExcluded(target) || !this.#isProven(target);

  /** What could be asked after those tried, and what of it is proven. */
  lookAhead(model: Model, request: PickRequest): LookAhead {
    this.#current = request;
    if (this.#tiers.admit(model, request.isTried) === "none") {
      const [full] = this.fullTargets(model, { ...request, proof: "preferred" });
      const isNextProven = full !== undefined && this.#isProven(full);
      return { untriedTargets: full === undefined ? 0 : 1, isNextProven, isLaterProven: false };
    }
    return {
      untriedTargets: this.#tiers.countLetIn(model),
      isNextProven: this.#tiers.hasLetIn(model, this.#isProven),
      isLaterProven:
        this.#tiers.firstAvailable(model, this.#isProven) !== undefined ||
        this.fullTargets(model, { ...request, proof: "required" }).length > 0,
    };
  }

  /**
   * The targets where being full is all that stands in the way, the shortest queue first, and for a retry the proven
   * ones before that. Where all the queues are full, in any order.
   */
  fullTargets(model: Model, { isTried, operation, proof }: PickRequest): readonly Target[] {
    const rankOf = (target: Target): number => (this.health.isProven(target, operation) ? 0 : 1);
    const lengthAt = ({ endpoint }: Target): number =>
      Math.min(this.gates.queueLength(endpoint), Number.MAX_SAFE_INTEGER);
    return model.targets
      .filter((target) => isTried?.(target) !== true && this.availability(target, operation) === "full")
      .filter((target) => proof !== "required" || this.health.isProven(target, operation))
      .sort((left, right) => lengthAt(left) - lengthAt(right))
      .sort((left, right) => (proof === undefined ? 0 : rankOf(left) - rankOf(right)));
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

  #mayCheck(target: Target): boolean {
    const { identity } = this.#current;
    // A rest that is over in a moment is waited for instead.
    const restMs = this.health.recoversMs(target, this.#current.operation) - this.clock.nowMs();
    if (restMs <= this.restWaits.maxMs) return false;
    return identity !== undefined && this.refusals.rechecks.mayCheck(target.key, identity);
  }

  readonly #weightFactor = (target: Target): number =>
    this.health.weightFactor(target, this.#current.operation);

  #hints(request: PickRequest, isExcluded: IsExcluded | undefined): PickHints {
    const weightFactor = this.health.isPristine ? undefined : this.#weightFactor;
    return { isExcluded, weightFactor, isStream: request.isStream, stickyKey: request.stickyKey };
  }
}

/** `a`, `a/m`, or `a/m (rerank)`: what was ejected, or is back. */
function wordFor(target: Target, operation: string | undefined): string {
  if (operation === undefined) return target.endpoint.name;
  return operation === USUAL_OPERATION ? target.key : `${target.key} (${operation})`;
}
