// Step 7, pick: which target is next for a request, by what is known of all of them: health, tiers, strategies, loads and
// limits. Learns nothing: that is `steering.ts`, which it is part of. Called by `turn-source.ts`, and without effect by the
// dry run.

import type { Clock } from "../../core/clock.ts";
import type { IsExcluded } from "../../routing/balancer.ts";
import { SideRotation } from "../../routing/choice/side-rotation.ts";
import {
  fastestFirstToken,
  leastInFlight,
  type PickHints,
  type Strategy,
  sticky,
  weighted,
} from "../../routing/choice/strategy.ts";
import type { TargetLoads } from "../../routing/choice/target-load.ts";
import type { Asker, Rechecks } from "../../routing/health/rechecks.ts";
import type { TargetHealth } from "../../routing/health/target-health.ts";
import { type Availability, TierGate } from "../../routing/health/tiers.ts";
import type { ConfiguredStrategy, Model, Target } from "../../routing/model.ts";
import type { FailedAttempt, Proof } from "../../routing/retry/retry-policy.ts";
import type { EndpointGates } from "./endpoint-gates.ts";
import type { RestWaits } from "./rest-waits.ts";

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
type LookAhead = Pick<FailedAttempt, "hasUntried" | "isNextProven" | "isLaterProven">;

/** Nobody in particular, asking for nothing in particular. */
const ANYBODY: Pick<PickRequest, "operation" | "identity"> = { operation: undefined, identity: undefined };

/** What a choice is made by. */
type ChooserParts = {
  readonly clock: Clock;
  readonly health: TargetHealth;
  readonly gates: EndpointGates;
  readonly loads: TargetLoads;
  readonly rechecks: Rechecks;
  readonly restWaits: RestWaits;
};

/** Chooses targets. */
export class Chooser {
  readonly health: TargetHealth;
  readonly #clock: Clock;
  readonly #gates: EndpointGates;
  readonly #rechecks: Rechecks;
  readonly #waits: RestWaits;
  readonly #tiers: TierGate;
  readonly #side: SideRotation;
  readonly #strategies: Readonly<Record<ConfiguredStrategy, Strategy>>;
  /** Counts the turns of all rotations, which outlive the process. */
  picks = 0;
  /** What the pick under way is for; it holds for one synchronous stretch, as with `TierGate`. */
  #current = ANYBODY;

  constructor({ clock, health, gates, loads, rechecks, restWaits }: ChooserParts) {
    this.health = health;
    this.#side = new SideRotation(health);
    this.#clock = clock;
    this.#gates = gates;
    this.#rechecks = rechecks;
    this.#waits = restWaits;
    const facts = {
      availability: (target: Target) => this.availability(target, this.#current.operation),
      failedMs: (target: Target) => this.health.failedMs(target, this.#current.operation),
      mayCheck: (target: Target) => this.#mayCheck(target),
    };
    this.#tiers = new TierGate(facts, (target) => target.endpoint.priority);
    this.#strategies = {
      weighted,
      sticky,
      least_in_flight: leastInFlight(loads),
      fastest_first_token: fastestFirstToken(loads),
    };
  }

  /** Whether a target can take a request now, or why not. */
  availability(target: Target, operation?: string): Availability {
    const availability = this.health.availability(target, operation);
    return availability === "ok" && this.#gates.isFull(target.endpoint) ? "full" : availability;
  }

  /** Whether nothing is known against a target, however full it is. */
  isWell(target: Target, operation?: string): boolean {
    const availability = this.health.availability(target, operation);
    return availability === "ok" || availability === "exhausted";
  }

  /** Picks the next target and advances the rotation; undefined when none can take the request. */
  pick(model: Model, request: PickRequest): Target | undefined {
    this.picks += 1;
    return this.#choose(this.#side.inTurn(model, request), request);
  }

  /** Who would be picked now; nothing changes. */
  peek(model: Model, request: PickRequest): Target | undefined {
    return this.#choose(this.#side.copyOf(model, request), request);
  }

  #choose(model: Model, request: PickRequest): Target | undefined {
    this.#current = request;
    const strategy = this.#strategies[model.settings.strategy];
    if (request.isTried === undefined && this.health.isPristine && !model.isTiered && this.#gates.isEmpty) {
      // Nothing ever failed: there is nothing to leave out.
      return strategy.pick(model, this.#hints(request, undefined));
    }
    if (request.proof === "required") {
      if (!this.#hasProven(model, request)) return undefined;
      return strategy.pick(model, this.#hints(request, this.#tiers.isExcluded));
    }
    if (this.#tiers.admit(model, request.isTried) === "none") return undefined;
    const isProvenIn = request.proof !== undefined && this.#tiers.hasLetIn(model, this.#isProven);
    const isExcluded = isProvenIn ? this.#isExcludedOrUnproven : this.#tiers.isExcluded;
    return strategy.pick(model, this.#hints(request, isExcluded));
  }

  readonly #isProven = (target: Target): boolean => this.health.isProven(target, this.#current.operation);
  readonly #isExcludedOrUnproven = (target: Target): boolean =>
    this.#tiers.isExcluded(target) || !this.#isProven(target);

  /** Lets in the first tier that has a proven target, with these alone; false where there is none. */
  #hasProven(model: Model, { isTried }: PickRequest): boolean {
    const isOut = (target: Target): boolean => isTried?.(target) === true || !this.#isProven(target);
    return this.#tiers.admit(model, isOut) === "normal";
  }

  /** Whether another target than those tried could be asked, now or when one is no longer full. */
  hasUntried(model: Model, request: PickRequest): boolean {
    this.#current = request;
    const isLetIn = this.#tiers.admit(model, request.isTried) !== "none";
    return isLetIn || this.fullTargets(model, request).length > 0;
  }

  /** What could be asked after those tried, and what of it is proven. */
  lookAhead(model: Model, request: PickRequest): LookAhead {
    this.#current = request;
    if (this.#tiers.admit(model, request.isTried) === "none") {
      const [full] = this.fullTargets(model, { ...request, proof: "preferred" });
      const isNextProven = full !== undefined && this.#isProven(full);
      return { hasUntried: full !== undefined, isNextProven, isLaterProven: false };
    }
    const isNextProven = this.#tiers.hasLetIn(model, this.#isProven);
    const isLaterProven =
      this.#hasProven(model, request) ||
      this.fullTargets(model, { ...request, proof: "required" }).length > 0;
    return { hasUntried: true, isNextProven, isLaterProven };
  }

  /**
   * The targets where being full is all that stands in the way, the shortest queue first, and for a retry the proven
   * ones before that. Where all the queues are full, in any order.
   */
  fullTargets(model: Model, { isTried, operation, proof }: PickRequest): readonly Target[] {
    const rankOf = (target: Target): number =>
      proof === undefined || this.health.isProven(target, operation) ? 0 : 1;
    const lengthAt = ({ endpoint }: Target): number =>
      Math.min(this.#gates.queueLength(endpoint), Number.MAX_SAFE_INTEGER);
    return model.targets
      .filter((target) => isTried?.(target) !== true && this.availability(target, operation) === "full")
      .filter((target) => proof !== "required" || rankOf(target) === 0)
      .sort((left, right) => rankOf(left) - rankOf(right) || lengthAt(left) - lengthAt(right));
  }

  #mayCheck(target: Target): boolean {
    const { identity } = this.#current;
    // A rest that is over in a moment is waited for instead.
    const restMs = this.health.recoversMs(target, this.#current.operation) - this.#clock.nowMs();
    if (restMs <= this.#waits.maxMs) return false;
    return identity !== undefined && this.#rechecks.mayCheck(target.key, identity);
  }

  readonly #weightFactor = (target: Target): number =>
    this.health.weightFactor(target, this.#current.operation);

  #hints(request: PickRequest, isExcluded: IsExcluded | undefined): PickHints {
    const weightFactor = this.health.isPristine ? undefined : this.#weightFactor;
    return { isExcluded, weightFactor, isStream: request.isStream, stickyKey: request.stickyKey };
  }
}
