// What is known of every target's health, in one place: breakers, cool-downs, spent allowances. It remembers and
// answers; it decides nothing about requests. Outlives reloads.
//
// There are two breakers in a row. A connection that fails says that the endpoint is gone, for all its models; a
// request that was sent and failed says only that this model fails there. So a broken model takes no other model
// with it, and a dead endpoint is found out by three requests, not by three for each model. The model's own health is
// kept for each operation: what fails at rerank says nothing of chat.

import type { Clock } from "../../core/clock.ts";
import type { Credential, Target } from "../model.ts";
import type { CooldownScope } from "../saved-cooldown.ts";
import { Allowances } from "./allowances.ts";
import { Breaker } from "./breaker.ts";
import { BREAKER_DEFAULTS, type BreakerOptions } from "./breaker-options.ts";
import type { BreakerPlace } from "./breaker-state.ts";
import type { Cooldowns } from "./cooldown.ts";
import type { HealthSnapshot } from "./health-snapshot.ts";
import { cooldownOf, soonestKeyMs } from "./key-rests.ts";
import { type IsRefused, KeyRotation } from "./key-rotation.ts";
import { OperationBreakers, USUAL_OPERATION } from "./operation-breakers.ts";
import type { Availability, TargetFacts } from "./tiers.ts";

/** The one probe of what is half open; `release` it when its attempt is over, whatever became of it. */
export type HeldProbe = { readonly release: () => void };

/** An attempt that was answered. */
export type Served = {
  readonly target: Target;
  /** The key it used. */
  readonly credential: Credential;
  readonly startedMs: number;
  readonly operation: string;
};

/** Which ejection a success has ended. */
export type EndedEjection = "endpoint" | "model" | undefined;

/** The health of all targets. Reads and successes are O(keys of the endpoint) and allocate nothing. */
export class TargetHealth implements TargetFacts {
  readonly cooldowns: Cooldowns;
  readonly #clock: Clock;
  #options: BreakerOptions;
  readonly #endpoints = new Map<string, Breaker>();
  readonly #targets: OperationBreakers;
  readonly #exhausted: Allowances;
  readonly #keys: KeyRotation;

  constructor(clock: Clock, cooldowns: Cooldowns, options: BreakerOptions = BREAKER_DEFAULTS) {
    this.#clock = clock;
    this.cooldowns = cooldowns;
    this.#options = options;
    this.#exhausted = new Allowances(clock);
    this.#keys = new KeyRotation(cooldowns);
    this.#targets = new OperationBreakers(() => new Breaker(this.#clock, this.#options));
  }

  /** Takes new constants, at a reload. */
  configure(options: BreakerOptions): void {
    this.#options = options;
    for (const breaker of this.#endpoints.values()) breaker.configure(options);
    for (const breaker of this.#targets.breakers()) breaker.configure(options);
  }

  /** Whether an endpoint is being drained: then each has to be asked about. Set with each configuration. */
  hasDraining = false;
  /** True while no target ever failed and none cools down: then every one can be used and nothing need be asked. */
  get isPristine(): boolean {
    return (
      !this.hasDraining &&
      this.#endpoints.size === 0 &&
      this.#targets.size === 0 &&
      this.#exhausted.size === 0 &&
      this.cooldowns.size === 0
    );
  }

  /** True while neither the way to the endpoint nor the model there is ejected or on probation. */
  isClosed(target: Target, operation = USUAL_OPERATION): boolean {
    const endpoint = this.endpointBreaker(target);
    const model = this.targetBreaker(target, operation);
    return (
      (endpoint === undefined || endpoint.state === "closed") &&
      (model === undefined || model.state === "closed")
    );
  }

  /** The breaker that a strike counts on; undefined while there was none. */
  breakerOf(target: Target, wasSent: boolean, operation = USUAL_OPERATION): Breaker | undefined {
    return wasSent ? this.targetBreaker(target, operation) : this.endpointBreaker(target);
  }

  /** Cool-downs that panic must respect come before ejections, which it may ignore. */
  availability(target: Target, operation = USUAL_OPERATION): Availability {
    if (!target.endpoint.enabled || target.endpoint.isDraining === true) return "disabled";
    const cooldown = cooldownOf(this.cooldowns, target);
    if (cooldown !== undefined) return cooldown;
    const isEndpointIn = this.endpointBreaker(target)?.isAvailable ?? true;
    const isEjected = !isEndpointIn || !(this.targetBreaker(target, operation)?.isAvailable ?? true);
    if (isEjected) return "ejected";
    return this.#exhausted.untilMs(target.key) === undefined ? "ok" : "exhausted";
  }

  /** Whether one of the endpoint's keys can be used for the model now; `isRefused` leaves some out. */
  hasFreeKey(target: Target, isRefused?: IsRefused): boolean {
    const { name, credentials } = target.endpoint;
    return credentials.some(
      ({ id }) =>
        isRefused?.(name, id) !== true && this.cooldowns.untilMs(name, id, target.upstreamModel) === 0,
    );
  }

  failedMs(target: Target, operation = USUAL_OPERATION): number {
    const endpointMs = this.endpointBreaker(target)?.failedMs ?? Number.NEGATIVE_INFINITY;
    return Math.max(endpointMs, this.targetBreaker(target, operation)?.failedMs ?? Number.NEGATIVE_INFINITY);
  }

  /** In use and without a strike: failing over to it needs no budget (`RetryBudget.tryBeginRetry`). */
  isProven(target: Target, operation = USUAL_OPERATION): boolean {
    const isEndpointProven = this.endpointBreaker(target)?.isProven ?? true;
    return isEndpointProven && (this.targetBreaker(target, operation)?.isProven ?? true);
  }

  /** Share of its weight, 1 but in slow start; for `PickHints.weightFactor`. */
  weightFactor(target: Target, operation = USUAL_OPERATION): number {
    const endpointFactor = this.endpointBreaker(target)?.weightFactor() ?? 1;
    return Math.min(endpointFactor, this.targetBreaker(target, operation)?.weightFactor() ?? 1);
  }

  /** When an unavailable target may be back, on the monotonic clock: for `Retry-After`. In the past when it is. */
  recoversMs(target: Target, operation = USUAL_OPERATION): number {
    const soonestMs = soonestKeyMs(this.cooldowns, target);
    const modelMs = endOf(this.targetBreaker(target, operation));
    return Math.max(soonestMs, endOf(this.endpointBreaker(target)), modelMs);
  }

  /**
   * The key to use next: keys take turns, cooling ones are passed over. When all cool down (as a last resort), the
   * one that is back soonest. `isRefused`: this request was refused with it already.
   */
  takeCredential(target: Target, isRefused?: IsRefused): Credential {
    return this.#keys.take(target, isRefused);
  }

  /** Reserves the probe of whatever is half open on the way to a target that was picked; undefined when nothing is. */
  acquireProbe(target: Target, operation = USUAL_OPERATION): HeldProbe | undefined {
    const endpointBreaker = this.endpointBreaker(target);
    const targetBreaker = this.targetBreaker(target, operation);
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

  /** An attempt was served: rests end as well. Says which ejection that has ended. */
  recordSuccess(served: Served): EndedEjection {
    if (this.cooldowns.size > 0) this.cooldowns.recordSuccess(scopeOf(served), served.startedMs);
    return this.recordAlive(served);
  }

  /** An attempt was answered, if only by a refusal: it is no failure of the endpoint. */
  recordAlive({ target, startedMs, operation }: Served): EndedEjection {
    const hasEndpointReturned = this.endpointBreaker(target)?.recordSuccess(startedMs) ?? false;
    const hasModelReturned = this.targetBreaker(target, operation)?.recordSuccess(startedMs) ?? false;
    return hasEndpointReturned ? "endpoint" : hasModelReturned ? "model" : undefined;
  }

  /** The endpoint itself was found to be there, by a question that began then. True where that ended an ejection. */
  recordListed(target: Target, startedMs: number): boolean {
    return this.endpointBreaker(target)?.recordSuccess(startedMs) ?? false;
  }

  /** The attempt failed by the endpoint's fault. `wasSent`: the connection stood, so that the endpoint is there. */
  recordStrike(target: Target, wasSent: boolean, startedMs: number, operation = USUAL_OPERATION): void {
    this.#made(target, wasSent, operation).recordStrike(startedMs);
  }

  /** Ejects the endpoint, or (`wasSent`) the operation of the model there, for what has added up elsewhere. */
  trip(target: Target, wasSent: boolean, operation: string): void {
    this.#made(target, wasSent, operation).trip();
  }

  /** A good answer said that nothing is left for so long (`remainingIsZero`): others first until then. */
  markExhausted(target: Target, waitMs: number): void {
    // With several keys it is only one of them that is spent; they take turns anyway.
    if (target.endpoint.credentials.length === 1) this.#exhausted.markSpent(target.key, waitMs);
  }

  /** The same, as another process has heard it; until a time of the monotonic clock. */
  markExhaustedUntil(targetKey: string, untilMs: number): void {
    this.#exhausted.markSpent(targetKey, untilMs - this.#clock.nowMs());
  }

  /** The breaker of a place; undefined while it never failed. */
  breakerAt(place: BreakerPlace): Breaker | undefined {
    if ("endpoint" in place) return this.#endpoints.get(place.endpoint);
    return this.#targets.of(place.target, place.operation);
  }

  /** The breaker of a place, made where there is none yet. */
  madeAt(place: BreakerPlace): Breaker {
    if ("endpoint" in place) return this.#madeFor(place.endpoint);
    return this.#targets.made(place.target, place.operation);
  }

  /** Every breaker that there is, with its place. */
  *places(): Iterable<readonly [BreakerPlace, Breaker]> {
    for (const [endpoint, breaker] of this.#endpoints) yield [{ endpoint }, breaker];
    for (const target of this.#targets.targetKeys())
      for (const [operation, breaker] of this.#targets.allOf(target)) yield [{ target, operation }, breaker];
  }

  /** Health of the way to the endpoint, shared by its models; undefined while it never failed. */
  endpointBreaker(target: Target): Breaker | undefined {
    return this.#endpoints.get(target.endpoint.name);
  }

  /** Health of an operation of the model there; undefined while it never failed. */
  targetBreaker(target: Target, operation = USUAL_OPERATION): Breaker | undefined {
    return this.#targets.of(target.key, operation);
  }

  /** The same for each operation that ever failed. */
  targetBreakers(targetKey: string): Iterable<readonly [operation: string, breaker: Breaker]> {
    return this.#targets.allOf(targetKey);
  }

  /** Targets with a breaker or a spent allowance: for whoever shows or clears them. */
  knownTargets(): readonly string[] {
    return [...new Set([...this.#targets.targetKeys(), ...this.#exhausted.targetKeys()])];
  }

  /** All that is known, as it stands now. O(all that ever failed). */
  snapshot(): HealthSnapshot {
    return {
      endpoints: [...this.#endpoints].map(([endpoint, breaker]) => ({ endpoint, ...breaker.snapshot() })),
      operations: this.#targets.snapshot(),
      spent: this.#exhausted.snapshot(),
      rests: this.cooldowns.snapshot(),
    };
  }

  /** When the allowance of a target is said to be there again; undefined when it is not spent. */
  exhaustedUntilMs(targetKey: string): number | undefined {
    return this.#exhausted.untilMs(targetKey);
  }

  /** Forgets ejections of the endpoint itself. */
  clearEndpoint(name: string): void {
    this.#endpoints.delete(name);
  }

  /** Forgets ejections and the spent allowance of a target. */
  clearTarget(targetKey: string): void {
    this.#targets.forget(targetKey);
    this.#exhausted.forget(targetKey);
  }

  /** Forgets what is in no table any more. */
  retain(isEndpointKept: (name: string) => boolean, isTargetKept: (key: string) => boolean): void {
    for (const name of this.#endpoints.keys()) if (!isEndpointKept(name)) this.#endpoints.delete(name);
    this.#keys.retain(isEndpointKept);
    for (const key of this.#targets.targetKeys()) if (!isTargetKept(key)) this.#targets.forget(key);
    this.#exhausted.retain(isTargetKept);
    this.cooldowns.retain(isEndpointKept);
  }

  /** Forgets all of one endpoint: what stands behind its name is another one now. */
  forget(name: string): void {
    this.retain(
      (other) => other !== name,
      (key) => !key.startsWith(`${name}/`),
    );
  }

  /** Made at the first strike; endpoints are as many as are configured. */
  #made(target: Target, wasSent: boolean, operation: string): Breaker {
    return wasSent ? this.#targets.made(target.key, operation) : this.#madeFor(target.endpoint.name);
  }

  #madeFor(name: string): Breaker {
    const known = this.#endpoints.get(name);
    if (known !== undefined) return known;
    const breaker = new Breaker(this.#clock, this.#options);
    this.#endpoints.set(name, breaker);
    return breaker;
  }
}

function scopeOf({ target, credential }: Served): CooldownScope {
  return { endpoint: target.endpoint.name, credential: credential.id, model: target.upstreamModel };
}

function endOf(breaker: Breaker | undefined): number {
  return breaker === undefined || breaker.state === "closed" ? 0 : breaker.until;
}
