// Step 7, pick: which target is next for a request, by what is known of all of them: health, tiers, strategies, loads and
// limits. Asks and answers; what an attempt says of its target is for `learning.ts`, and waiting for `targets.ts`.

import type { Clock } from "../../core/clock.ts";
import type { PriceBook } from "../../pricing/price-book.ts";
import type { IsExcluded, WeightFactor } from "../../routing/balancer.ts";
import { SideRotation } from "../../routing/choice/side-rotation.ts";
import {
  cheapest,
  fastestFirstToken,
  leastInFlight,
  type PickHints,
  type Strategy,
  sticky,
  weighted,
} from "../../routing/choice/strategy.ts";
import type { TargetLoads } from "../../routing/choice/target-load.ts";
import type { Rechecks } from "../../routing/health/rechecks.ts";
import type { TargetHealth } from "../../routing/health/target-health.ts";
import {
  type Availability,
  admit,
  type Entrant,
  type TargetFacts,
  type TierFilter,
} from "../../routing/health/tiers.ts";
import type { ConfiguredStrategy, Model, Target } from "../../routing/model.ts";
import type { FailedAttempt, Proof } from "../../routing/retry/retry-policy.ts";
import type { EndpointGates } from "./endpoint-gates.ts";
import type { RestWaits } from "./rest-waits.ts";
import type { PickRequest } from "./target-request.ts";

/** What could be asked after those tried. */
export type LookAhead = Pick<FailedAttempt, "hasUntried" | "isNextProven" | "isLaterProven">;

/** What a choice is made by. */
type ChooserParts = {
  readonly clock: Clock;
  readonly health: TargetHealth;
  readonly gates: EndpointGates;
  readonly loads: TargetLoads;
  readonly rechecks: Rechecks;
  readonly restWaits: RestWaits;
  readonly prices: PriceBook;
};

/** Chooses targets. Only `pick` changes anything: whose turn it is. */
export class Chooser implements TargetFacts {
  readonly #clock: Clock;
  readonly #health: TargetHealth;
  readonly #gates: EndpointGates;
  readonly #rechecks: Rechecks;
  readonly #restWaits: RestWaits;
  readonly #side: SideRotation;
  readonly #strategies: Readonly<Record<ConfiguredStrategy, Strategy>>;
  #picks = 0;

  constructor({ clock, health, gates, loads, rechecks, restWaits, prices }: ChooserParts) {
    this.#clock = clock;
    this.#health = health;
    this.#gates = gates;
    this.#rechecks = rechecks;
    this.#restWaits = restWaits;
    this.#side = new SideRotation(health);
    this.#strategies = {
      weighted,
      sticky,
      least_in_flight: leastInFlight(loads),
      fastest_first_token: fastestFirstToken(loads),
      cheapest: cheapest((target, model) => prices.rankOf(target, model.settings.price)),
    };
  }

  /** How often a rotation was moved; rotations outlive the process. */
  get picks(): number {
    return this.#picks;
  }

  /** Whether a target can take a request now, or why not. */
  availability(target: Target, operation?: string): Availability {
    const availability = this.#health.availability(target, operation);
    return availability === "ok" && this.#gates.isFull(target.endpoint) ? "full" : availability;
  }

  /** Whether nothing is known against a target, however full it is. */
  isWell(target: Target, operation?: string): boolean {
    const availability = this.#health.availability(target, operation);
    return availability === "ok" || availability === "exhausted";
  }

  /** True while nothing ever failed and no endpoint has a limit: then there is nothing to leave out. */
  get isPristine(): boolean {
    return this.#health.isPristine && this.#gates.isEmpty;
  }

  /** Whether it is in use and without a strike. */
  isProven(target: Target, operation?: string): boolean {
    return this.#health.isProven(target, operation);
  }

  /** When it last failed, on the monotonic clock. */
  failedMs(target: Target, operation?: string): number {
    return this.#health.failedMs(target, operation);
  }

  /** When it may be back, on the monotonic clock; in the past when it is. */
  recoversMs(target: Target, operation?: string): number {
    return this.#health.recoversMs(target, operation);
  }

  /** Whether the request may be sent to a target that rests for a rate limit, to find out if it still does. */
  mayCheck(target: Target, { operation, identity }: Entrant): boolean {
    // A rest that is over in a moment is waited for instead.
    const restMs = this.#health.recoversMs(target, operation) - this.#clock.nowMs();
    if (restMs <= this.#restWaits.maxMs) return false;
    return identity !== undefined && this.#rechecks.mayCheck(target.key, identity);
  }

  /**
   * Picks the next target and moves the rotation; undefined when none can take the request. `proof`, for a retry: whether
   * the target should, or must, be in use and without a strike.
   */
  pick(model: Model, request: PickRequest, proof?: Proof): Target | undefined {
    this.#picks += 1;
    return this.#choose(this.#side.inTurn(model, request), request, proof);
  }

  /** Who would be picked now; nothing changes. */
  peek(model: Model, request: PickRequest): Target | undefined {
    return this.#choose(this.#side.copyOf(model, request), request, undefined);
  }

  #choose(model: Model, request: PickRequest, proof: Proof | undefined): Target | undefined {
    if (this.isPristine && !model.isTiered && request.isTried === undefined) {
      // Nothing ever failed: there is nothing to leave out.
      const { isStream, stickyKey } = request;
      const strategy = this.#strategies[model.settings.strategy];
      return strategy.pick(model, { isExcluded: undefined, weightFactor: undefined, isStream, stickyKey });
    }
    return this.#chooseAmong(model, request, proof);
  }

  /** Where some may have to be left out. Apart from `#choose`, which every request comes through, for its closures. */
  #chooseAmong(model: Model, request: PickRequest, proof: Proof | undefined): Target | undefined {
    const strategy = this.#strategies[model.settings.strategy];
    if (proof === "required") {
      const filter = this.#filterOfProven(model, request);
      if (filter.admission !== "normal") return undefined;
      return strategy.pick(model, this.#hints(request, filter.isExcluded));
    }
    const filter = admit(this, model, request);
    if (filter.admission === "none") return undefined;
    const isProven = (target: Target): boolean => this.#health.isProven(target, request.operation);
    const isExcluded =
      proof !== undefined && filter.hasLetIn(model, isProven)
        ? (target: Target): boolean => filter.isExcluded(target) || !isProven(target)
        : filter.isExcluded;
    return strategy.pick(model, this.#hints(request, isExcluded));
  }

  /** Lets in the first tier that has a proven target, with these alone; not `normal` where there is none. */
  #filterOfProven(model: Model, { isTried, operation, identity }: PickRequest): TierFilter {
    const isOut = (target: Target): boolean =>
      isTried?.(target) === true || !this.#health.isProven(target, operation);
    return admit(this, model, { isTried: isOut, operation, identity });
  }

  /** Whether another target than those tried could be asked, now or when one is no longer full. */
  hasUntried(model: Model, request: PickRequest): boolean {
    return admit(this, model, request).admission !== "none" || this.fullTargets(model, request).length > 0;
  }

  /** What could be asked after those tried, and what of it is proven. */
  lookAhead(model: Model, request: PickRequest): LookAhead {
    const isProven = (target: Target): boolean => this.#health.isProven(target, request.operation);
    const filter = admit(this, model, request);
    if (filter.admission === "none") {
      const [full] = this.fullTargets(model, request, "preferred");
      const isNextProven = full !== undefined && isProven(full);
      return { hasUntried: full !== undefined, isNextProven, isLaterProven: false };
    }
    const isLaterProven =
      this.#filterOfProven(model, request).admission === "normal" ||
      this.fullTargets(model, request, "required").length > 0;
    return { hasUntried: true, isNextProven: filter.hasLetIn(model, isProven), isLaterProven };
  }

  /**
   * The targets where being full is all that stands in the way, the shortest queue first, and for a retry the proven
   * ones before that. Where all the queues are full, in any order.
   */
  fullTargets(
    model: Model,
    { isTried, operation }: PickRequest,
    proof?: Proof | undefined,
  ): readonly Target[] {
    const rankOf = (target: Target): number =>
      proof === undefined || this.#health.isProven(target, operation) ? 0 : 1;
    const lengthAt = ({ endpoint }: Target): number =>
      Math.min(this.#gates.queueLength(endpoint), Number.MAX_SAFE_INTEGER);
    return model.targets
      .filter((target) => isTried?.(target) !== true && this.availability(target, operation) === "full")
      .filter((target) => proof !== "required" || rankOf(target) === 0)
      .sort((left, right) => rankOf(left) - rankOf(right) || lengthAt(left) - lengthAt(right));
  }

  #hints(request: PickRequest, isExcluded: IsExcluded | undefined): PickHints {
    const { isStream, stickyKey } = request;
    const weightFactor = this.#health.isPristine ? undefined : this.#weightFactorFor(request.operation);
    return { isExcluded, weightFactor, isStream, stickyKey };
  }

  #weightFactorFor(operation: string | undefined): WeightFactor {
    return (target) => this.#health.weightFactor(target, operation);
  }
}
