// What is known of every target's health, in one place: breakers, cool-downs, spent allowances. It remembers and
// answers; it decides nothing about requests. Outlives reloads; fed when an attempt settles, read before a pick.
//
// There are two breakers in a row. A connection that fails says that the endpoint is gone, for all its models; a
// request that was sent and failed says only that this model fails there. So a broken model takes no other model
// with it, and a dead endpoint is found out by three requests, not by three for each model.

import type { Clock } from "../core/clock.ts";
import { BREAKER_DEFAULTS, Breaker, type BreakerOptions } from "./breaker.ts";
import type { Cooldowns } from "./cooldown.ts";
import type { Credential, Target } from "./model.ts";
import type { CooldownClass } from "./saved-cooldown.ts";
import type { Availability, TargetFacts } from "./tiers.ts";

/** A probe under way; `release` it when its attempt is over, whatever became of it. */
export type Probe = { readonly release: () => void };

/** Breakers kept of each kind; clients choose the names of pinned models, so there must be a bound. */
const MAX_BREAKERS = 10_000;

/** The health of all targets. Reads and successes are O(keys of the endpoint) and allocate nothing. */
export class TargetHealth implements TargetFacts {
  readonly cooldowns: Cooldowns;
  readonly #clock: Clock;
  #options: BreakerOptions;
  readonly #endpoints = new Map<string, Breaker>();
  readonly #targets = new Map<string, Breaker>();
  /** Targets whose last answer said that nothing is left, and until when. */
  readonly #exhausted = new Map<string, number>();
  readonly #nextCredential = new Map<string, number>();

  constructor(clock: Clock, cooldowns: Cooldowns, options: BreakerOptions = BREAKER_DEFAULTS) {
    this.#clock = clock;
    this.cooldowns = cooldowns;
    this.#options = options;
  }

  /** Takes new constants, at a reload. */
  configure(options: BreakerOptions): void {
    this.#options = options;
    for (const breaker of this.#endpoints.values()) breaker.configure(options);
    for (const breaker of this.#targets.values()) breaker.configure(options);
  }

  /** True while no target ever failed and none cools down: then every one can be used and nothing need be asked. */
  get isPristine(): boolean {
    return (
      this.#endpoints.size === 0 &&
      this.#targets.size === 0 &&
      this.#exhausted.size === 0 &&
      this.cooldowns.size === 0
    );
  }

  /** True while neither the way to the endpoint nor the model there is ejected or on probation. */
  isClosed(target: Target): boolean {
    const endpoint = this.endpointBreaker(target);
    const model = this.targetBreaker(target);
    return (
      (endpoint === undefined || endpoint.state === "closed") &&
      (model === undefined || model.state === "closed")
    );
  }

  /** The breaker that a strike counts on; undefined while there was none. */
  breakerOf(target: Target, wasSent: boolean): Breaker | undefined {
    return wasSent ? this.targetBreaker(target) : this.endpointBreaker(target);
  }

  /** Cool-downs that panic must respect come before ejections, which it may ignore. */
  availability(target: Target): Availability {
    if (!target.endpoint.enabled) return "disabled";
    const cooldown = this.#cooldownOf(target);
    if (cooldown !== undefined) return cooldown;
    if (!mayPass(this.endpointBreaker(target)) || !mayPass(this.targetBreaker(target))) return "ejected";
    return this.#isExhausted(target) ? "exhausted" : "ok";
  }

  /** Whether one of the endpoint's keys can be used for the model now. */
  hasFreeKey(target: Target): boolean {
    return this.#cooldownOf(target) === undefined;
  }

  failedMs(target: Target): number {
    const endpointMs = this.endpointBreaker(target)?.failedMs ?? Number.NEGATIVE_INFINITY;
    return Math.max(endpointMs, this.targetBreaker(target)?.failedMs ?? Number.NEGATIVE_INFINITY);
  }

  /** In use and without a strike: failing over to it needs no budget (`RetryBudget.tryBeginRetry`). */
  isProven(target: Target): boolean {
    return (this.endpointBreaker(target)?.isProven ?? true) && (this.targetBreaker(target)?.isProven ?? true);
  }

  /** Share of its weight, 1 but in slow start; for `PickHints.weightFactor`. */
  readonly weightFactor = (target: Target): number => {
    const endpointFactor = this.endpointBreaker(target)?.weightFactor() ?? 1;
    return Math.min(endpointFactor, this.targetBreaker(target)?.weightFactor() ?? 1);
  };

  /** When an unavailable target may be back, on the monotonic clock: for `Retry-After`. In the past when it is. */
  recoversMs(target: Target): number {
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { id } of target.endpoint.credentials) {
      soonestMs = Math.min(soonestMs, this.cooldowns.untilMs(target.endpoint.name, id, target.upstreamModel));
    }
    return Math.max(soonestMs, endOf(this.endpointBreaker(target)), endOf(this.targetBreaker(target)));
  }

  /**
   * The key to use next: keys take turns, cooling ones are passed over. When all cool down (as a last resort), the
   * one that is back soonest.
   */
  takeCredential(target: Target): Credential {
    const { name, credentials } = target.endpoint;
    const start = credentials.length === 1 ? 0 : (this.#nextCredential.get(name) ?? 0);
    let best = credentials[0];
    let bestMs = Number.POSITIVE_INFINITY;
    for (let step = 0; step < credentials.length && bestMs > 0; step++) {
      const credential = credentials[(start + step) % credentials.length];
      if (credential === undefined) continue;
      const untilMs = this.cooldowns.untilMs(name, credential.id, target.upstreamModel);
      if (untilMs >= bestMs) continue;
      best = credential;
      bestMs = untilMs;
    }
    if (credentials.length > 1) this.#nextCredential.set(name, credentials.indexOf(best) + 1);
    return best;
  }

  /** Reserves the probe of whatever is half open on the way to a target that was picked; undefined when nothing is. */
  acquireProbe(target: Target): Probe | undefined {
    const endpointBreaker = this.endpointBreaker(target);
    const targetBreaker = this.targetBreaker(target);
    const endpointToken = endpointBreaker?.tryAcquireProbe() ?? 0;
    const targetToken = targetBreaker?.tryAcquireProbe() ?? 0;
    if (endpointToken === 0 && targetToken === 0) return undefined;
    return {
      release: () => {
        if (endpointToken !== 0) endpointBreaker?.releaseProbe(endpointToken);
        if (targetToken !== 0) targetBreaker?.releaseProbe(targetToken);
      },
    };
  }

  /** The attempt that began at `startedMs` was answered; `credential` is the key it used. */
  recordSuccess(target: Target, credential: Credential, startedMs: number): void {
    this.endpointBreaker(target)?.recordSuccess(startedMs);
    this.targetBreaker(target)?.recordSuccess(startedMs);
    if (this.cooldowns.size === 0) return;
    const scope = { endpoint: target.endpoint.name, credential: credential.id, model: target.upstreamModel };
    this.cooldowns.recordSuccess(scope, startedMs);
  }

  /** The attempt failed by the endpoint's fault. `wasSent`: the connection stood, so that the endpoint is there. */
  recordStrike(target: Target, wasSent: boolean, startedMs: number): void {
    if (wasSent) this.#made(this.#targets, target.key).recordStrike(startedMs);
    else this.#made(this.#endpoints, target.endpoint.name).recordStrike(startedMs);
  }

  /** A good answer said that nothing is left for so long (`remainingIsZero`): others first until then. */
  markExhausted(target: Target, waitMs: number): void {
    // With several keys it is only one of them that is spent; they take turns anyway.
    if (target.endpoint.credentials.length > 1) return;
    this.#exhausted.set(target.key, this.#clock.nowMs() + waitMs);
  }

  /** Health of the way to the endpoint, shared by its models; undefined while it never failed. */
  endpointBreaker(target: Target): Breaker | undefined {
    return this.#endpoints.get(target.endpoint.name);
  }

  /** Health of the model there; undefined while it never failed. */
  targetBreaker(target: Target): Breaker | undefined {
    return this.#targets.get(target.key);
  }

  /** Forgets what is in no table any more. */
  retain(isEndpointKept: (name: string) => boolean, isTargetKept: (key: string) => boolean): void {
    for (const maps of [this.#endpoints, this.#nextCredential]) {
      for (const name of maps.keys()) if (!isEndpointKept(name)) maps.delete(name);
    }
    for (const maps of [this.#targets, this.#exhausted]) {
      for (const key of maps.keys()) if (!isTargetKept(key)) maps.delete(key);
    }
    this.cooldowns.retain(isEndpointKept);
  }

  /** Forgets all of one endpoint: what stands behind its name is another one now. */
  forget(name: string): void {
    this.retain(
      (other) => other !== name,
      (key) => !key.startsWith(`${name}/`),
    );
  }

  /** Made at the first strike. The oldest is forgotten when there are too many. */
  #made(breakers: Map<string, Breaker>, key: string): Breaker {
    const known = breakers.get(key);
    if (known !== undefined) return known;
    const [oldest] = breakers.size >= MAX_BREAKERS ? breakers.keys() : [];
    if (oldest !== undefined) breakers.delete(oldest);
    const breaker = new Breaker(this.#clock, this.#options);
    breakers.set(key, breaker);
    return breaker;
  }

  /** Undefined while one key at least is free; else why the key that is back soonest is not. */
  #cooldownOf(target: Target): CooldownClass | undefined {
    if (this.cooldowns.size === 0) return undefined;
    const { name, credentials } = target.endpoint;
    let reason: CooldownClass | undefined;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { id } of credentials) {
      const untilMs = this.cooldowns.untilMs(name, id, target.upstreamModel);
      if (untilMs === 0) return undefined;
      if (untilMs >= soonestMs) continue;
      soonestMs = untilMs;
      reason = this.cooldowns.reason(name, id, target.upstreamModel);
    }
    return reason;
  }

  #isExhausted(target: Target): boolean {
    if (this.#exhausted.size === 0) return false;
    const untilMs = this.#exhausted.get(target.key);
    if (untilMs === undefined) return false;
    if (this.#clock.nowMs() < untilMs) return true;
    this.#exhausted.delete(target.key);
    return false;
  }
}

function mayPass(breaker: Breaker | undefined): boolean {
  return breaker === undefined || breaker.isAvailable;
}

function endOf(breaker: Breaker | undefined): number {
  return breaker === undefined || breaker.state === "closed" ? 0 : breaker.until;
}
