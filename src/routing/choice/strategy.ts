// How a model's next target is chosen: one interface, five ways. Which targets may be chosen at all is for
// `tiers.ts`.

import { type IsExcluded, pickTarget, type WeightFactor } from "../balancer.ts";
import type { ConfiguredStrategy, Model, Target } from "../model.ts";
import { stickyScore } from "./rendezvous.ts";
import type { TargetLoads } from "./target-load.ts";

/** What a pick may depend on. */
export type PickHints = {
  /** Targets to leave out: tried already, not available, of another tier. */
  readonly isExcluded: IsExcluded | undefined;
  /** Undefined unless a target of the model is in slow start. */
  readonly weightFactor: WeightFactor | undefined;
  readonly isStream: boolean;
  /** What stays together: a session header, `prompt_cache_key`, `user`. */
  readonly stickyKey: string | undefined;
};

/** A way to choose. Every one leaves weight 0 (draining) to the last and picks undefined when all are excluded. */
export interface Strategy {
  readonly name: ConfiguredStrategy;
  /** The next target. O(targets of the model). Advances the rotation, if it uses it. */
  pick(model: Model, hints: PickHints): Target | undefined;
}

/** Smooth weighted round-robin, exact: the default. */
export const weighted: Strategy = {
  name: "weighted",
  pick: (model, hints) => pickTarget(model, hints.isExcluded, hints.weightFactor),
};

/** The fewest requests under way for its weight; open streams count until their end. */
export function leastInFlight(loads: TargetLoads): Strategy {
  return new LowestCost("least_in_flight", (target, hints) => {
    return (loads.of(target.key).inFlight + 1) / weightOf(target, hints);
  });
}

/**
 * The shortest expected wait for the first token: its recent peak times what is under way ("peak EWMA"). Weights
 * do not count, but for 0 and for slow start. All targets are looked at, not two by lot: a model has few.
 */
export function fastestFirstToken(loads: TargetLoads): Strategy {
  return new LowestCost("fastest_first_token", (target, hints) => {
    const load = loads.of(target.key);
    const waitMs = (hints.isStream ? load.stream : load.plain).valueMs(loads.nowMs());
    return (waitMs * (load.inFlight + 1)) / (hints.weightFactor?.(target) ?? 1);
  });
}

/** What a target costs, for comparison with others of the same model; Infinity where nobody knows. */
export type RankOf = (target: Target, model: Model) => number;

/** The lowest price; equals take turns by their weights, and what nobody has priced comes last. */
export function cheapest(rankOf: RankOf): Strategy {
  return new LowestCost("cheapest", (target, _hints, model) => rankOf(target, model));
}

/**
 * The same target for the same key while it is available, the next by rank when it is not, each key for itself, so
 * that the keys of a dead endpoint spread over all others. Requests without a key rotate.
 */
export const sticky: Strategy = {
  name: "sticky",
  pick(model, hints) {
    const { stickyKey } = hints;
    if (stickyKey === undefined) return weighted.pick(model, hints);
    return best(model, hints, stickyKey, false) ?? best(model, hints, stickyKey, true);
  },
};

function best(model: Model, hints: PickHints, key: string, isDraining: boolean): Target | undefined {
  let bestTarget: Target | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const target of model.targets) {
    if ((target.weight === 0) !== isDraining) continue;
    if (hints.isExcluded?.(target)) continue;
    const score = stickyScore(key, target.key, weightOf(target, hints));
    if (score <= bestScore && bestTarget !== undefined) continue;
    bestTarget = target;
    bestScore = score;
  }
  return bestTarget;
}

/** Draining targets weigh 1: they are only compared with each other. */
function weightOf(target: Target, hints: PickHints): number {
  return (target.weight === 0 ? 1 : target.weight) * (hints.weightFactor?.(target) ?? 1);
}

type CostOf = (target: Target, hints: PickHints, model: Model) => number;

/** The target of the lowest cost; equals take turns by their weights. */
class LowestCost implements Strategy {
  readonly name: ConfiguredStrategy;
  readonly #costOf: CostOf;

  constructor(name: ConfiguredStrategy, costOf: CostOf) {
    this.name = name;
    this.#costOf = costOf;
  }

  pick(model: Model, hints: PickHints): Target | undefined {
    const lowest = this.#lowestOf(model, hints, false) ?? this.#lowestOf(model, hints, true) ?? 0;
    const isWorse = (target: Target): boolean =>
      hints.isExcluded?.(target) === true || this.#costOf(target, hints, model) > lowest;
    return pickTarget(model, isWorse, hints.weightFactor);
  }

  #lowestOf(model: Model, hints: PickHints, isDraining: boolean): number | undefined {
    let lowest: number | undefined;
    for (const target of model.targets) {
      if ((target.weight === 0) !== isDraining) continue;
      if (hints.isExcluded?.(target)) continue;
      const cost = this.#costOf(target, hints, model);
      if (lowest === undefined || cost < lowest) lowest = cost;
    }
    return lowest;
  }
}
