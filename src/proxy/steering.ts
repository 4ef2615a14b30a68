// Step 7, pick: which target and which of its keys is next for a request, and what is learnt from how it went.
// Joins health, tiers, strategies, loads and limits; they outlive reloads in it. One per gateway; called by
// `attempts.ts`, and without effect by the dry run.

import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import type { IsExcluded } from "../routing/balancer.ts";
import type { BreakerOptions } from "../routing/breaker.ts";
import { Cooldowns } from "../routing/cooldown.ts";
import type { ConfiguredStrategy, Credential, Model, Target } from "../routing/model.ts";
import { cooldownHintMs } from "../routing/retry-after.ts";
import type { RetryBudgetOptions } from "../routing/retry-budget.ts";
import { RetryBudgets } from "../routing/retry-budgets.ts";
import {
  fastestFirstToken,
  leastInFlight,
  type PickHints,
  type Strategy,
  sticky,
  weighted,
} from "../routing/strategy.ts";
import { TargetHealth } from "../routing/target-health.ts";
import { TargetLoads } from "../routing/target-load.ts";
import { type Availability, TierGate } from "../routing/tiers.ts";
import type { AttemptFailure } from "./attempt-outcome.ts";
import { EndpointGates } from "./endpoint-gates.ts";
import type { Gate } from "./gate.ts";
import { Turn, type TurnKeeper } from "./turn.ts";

/** What one pick depends on. */
export type PickRequest = {
  readonly isTried: IsExcluded | undefined;
  readonly isStream: boolean;
  readonly stickyKey: string | undefined;
};

/** Joins all that is known of targets. */
export class Steering implements TurnKeeper {
  readonly health: TargetHealth;
  readonly budgets: RetryBudgets;
  readonly gates = new EndpointGates();
  readonly clock: Clock;
  readonly #log: Log;
  readonly #loads: TargetLoads;
  readonly #tiers: TierGate;
  readonly #strategies: Readonly<Record<ConfiguredStrategy, Strategy>>;
  /** Counts the changes of what outlives the process: turns of the rotation, and rests. */
  revision = 0;
  /** Told when an endpoint was just ejected, with the time of its first probe. */
  onEjected: (target: Target, untilMs: number) => void = () => undefined;
  /** Told when an endpoint said that it has no such model although it lists it. */
  onModelMissing: (endpoint: string, model: string) => void = () => undefined;

  constructor(clock: Clock, log: Log) {
    this.clock = clock;
    this.#log = log;
    this.health = new TargetHealth(clock, new Cooldowns(clock));
    this.budgets = new RetryBudgets(clock);
    this.#loads = new TargetLoads(clock);
    const facts = {
      availability: (target: Target) => this.availability(target),
      failedMs: (target: Target) => this.health.failedMs(target),
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
  }

  /** Whether a target can take a request now, or why not. */
  availability(target: Target): Availability {
    const availability = this.health.availability(target);
    return availability === "ok" && this.gates.isFull(target.endpoint) ? "full" : availability;
  }

  /** Whether nothing is known against a target, however full it is. */
  isWell(target: Target): boolean {
    const availability = this.health.availability(target);
    return availability === "ok" || availability === "exhausted";
  }

  /** Picks the next target and advances the rotation; undefined when none can take the request. */
  pick(model: Model, request: PickRequest): Target | undefined {
    this.revision += 1;
    return this.#choose(model, request);
  }

  /** Who would be picked now; nothing changes. */
  peek(model: Model, request: PickRequest): Target | undefined {
    const rotation = model.rotation.map((cell) => ({ current: cell.current }));
    return this.#choose({ ...model, rotation }, request);
  }

  #choose(model: Model, request: PickRequest): Target | undefined {
    const strategy = this.#strategies[model.settings.strategy];
    if (request.isTried === undefined && this.health.isPristine && !model.isTiered && this.gates.isEmpty) {
      // Nothing ever failed: there is nothing to leave out.
      return strategy.pick(model, this.#hints(request, undefined));
    }
    if (this.#tiers.admit(model, request.isTried) === "none") return undefined;
    return strategy.pick(model, this.#hints(request, this.#tiers.isExcluded));
  }

  /** Whether one of the targets that may be asked now is in use and without a strike. */
  hasProven(model: Model, request: PickRequest): boolean {
    if (this.#tiers.admit(model, request.isTried) === "none") return false;
    return model.targets.some((target) => !this.#tiers.isExcluded(target) && this.health.isProven(target));
  }

  /** Targets that could be asked after those tried, and whether there is a proven one, which is then the next. */
  lookAhead(
    model: Model,
    request: PickRequest,
  ): { readonly untried: number; readonly isNextProven: boolean } {
    if (this.#tiers.admit(model, request.isTried) === "none") {
      const [full] = this.fullTargets(model, request.isTried);
      return {
        untried: full === undefined ? 0 : 1,
        isNextProven: full !== undefined && this.health.isProven(full),
      };
    }
    const untried = this.#tiers.countLetIn(model);
    return { untried, isNextProven: this.hasProven(model, request) };
  }

  /**
   * The targets where being full is all that stands in the way, the shortest queue first. Where all the queues are
   * full, in any order.
   */
  fullTargets(model: Model, isTried: IsExcluded | undefined): readonly Target[] {
    const lengthAt = ({ endpoint }: Target): number =>
      Math.min(this.gates.queueLength(endpoint), Number.MAX_SAFE_INTEGER);
    return model.targets
      .filter((target) => isTried?.(target) !== true && this.availability(target) === "full")
      .sort((left, right) => lengthAt(left) - lengthAt(right));
  }

  /** Whether one of the keys can be used for the target now. */
  hasFreeKey(target: Target): boolean {
    return this.health.hasFreeKey(target);
  }

  /** Begins an attempt at a target, at a place that was waited for or at a free one; `turn.end` must follow. */
  begin(
    target: Target,
    place: {
      readonly isStream: boolean;
      readonly strategy: ConfiguredStrategy;
      readonly gate: Gate | undefined;
    },
  ): Turn {
    const { isStream, strategy } = place;
    // Loads are kept by names that clients may choose, so only where a strategy reads them.
    const isWeighed = strategy === "least_in_flight" || strategy === "fastest_first_token";
    const gate = place.gate ?? (this.gates.isEmpty ? undefined : this.gates.take(target.endpoint));
    return new Turn(this, {
      target,
      isStream,
      gate,
      load: isWeighed ? this.#loads.of(target.key) : undefined,
    });
  }

  /** Tells once when a target was ejected by this strike. */
  strike(target: Target, isSent: boolean, startedMs: number): void {
    const { health } = this;
    const wasOpen = health.breakerOf(target, isSent)?.state === "open";
    health.recordStrike(target, isSent, startedMs);
    const breaker = health.breakerOf(target, isSent);
    if (wasOpen || breaker?.state !== "open") return;
    const seconds = Math.round((breaker.until - this.clock.nowMs()) / 1000);
    const what = isSent ? target.key : target.endpoint.name;
    this.#log.warn("endpoint_ejected", `${what} keeps failing and gets no requests for ${seconds} s.`, {
      endpoint: target.endpoint.name,
      seconds,
    });
    this.onEjected(target, breaker.until);
  }

  /** Cools down a key, a model under it, or both, for what the answer says. */
  coolDown(target: Target, credential: Credential, failure: AttemptFailure): void {
    const { cooldown, scope } = failure.verdict;
    if (cooldown === undefined) return;
    const { name, credentials } = target.endpoint;
    const model = scope === "model" ? target.upstreamModel : undefined;
    const hintMs = cooldownHintMs(cooldown, failure.headers, this.clock);
    const ms = this.health.cooldowns.set(
      { endpoint: name, credential: credential.id, model },
      cooldown,
      hintMs,
    );
    if (cooldown === "model_missing") this.onModelMissing(name, target.upstreamModel);
    if (cooldown !== "dead_key" && cooldown !== "quota") return;
    const key = credentials.length > 1 ? `key #${credential.id} of ${name}` : `the key of ${name}`;
    const what = cooldown === "dead_key" ? `${name} rejects ${key}` : `the account behind ${key} is empty`;
    const fields = { endpoint: name, credential: credential.id, seconds: Math.round(ms / 1000) };
    this.#log.error(
      "endpoint_key_unusable",
      `${what}; it is not used for ${Math.round(ms / 1000)} s. Renew it in the configuration.`,
      fields,
    );
  }

  #hints(request: PickRequest, isExcluded: IsExcluded | undefined): PickHints {
    const weightFactor = this.health.isPristine ? undefined : this.health.weightFactor;
    return { isExcluded, weightFactor, isStream: request.isStream, stickyKey: request.stickyKey };
  }
}
