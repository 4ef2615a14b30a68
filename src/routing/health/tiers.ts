// Which of a model's targets may be chosen now: those of the first tier that has an available one, or, when there
// is none at all, the least bad. Which of them is chosen is for `strategy.ts`. Called by the data plane before each
// pick and, without effect, by the dry run.

import type { IsExcluded } from "../balancer.ts";
import type { Model, Target } from "../model.ts";
import type { CooldownClass } from "../saved-cooldown.ts";

/** Whether a target can take a request now, or why not. `exhausted` can, but others first. */
export type Availability = "ok" | "exhausted" | "disabled" | "full" | "ejected" | CooldownClass;

/** What is known of targets; implemented by `target-health.ts`. O(1) in the number of targets. */
export interface TargetFacts {
  availability(target: Target): Availability;
  /** When it last failed, on the monotonic clock. */
  failedMs(target: Target): number;
  /** Whether this request may find out if a rate limit still holds: another one met it. */
  mayCheck?(target: Target): boolean;
}

/**
 * How the request is let in. `panic`: all are ejected, which is ignored, for an outage must not be made by us.
 * `check`: all that is left rests for a rate limit, which may have been about one request. `last_resort`: there is
 * nothing but dead keys, empty accounts and missing models; one of them may have been mended.
 */
export type Admission = "normal" | "panic" | "check" | "last_resort" | "none";

/** Rank of a target; the smallest is used first. */
export type PriorityOf = (target: Target) => number;

/** Targets of equal priority. */
export type Tier = { readonly priority: number; readonly targets: readonly Target[] };

/** The tiers of a model, first to last, for the table of models and for diagnostics. */
export function tiersOf(targets: readonly Target[], priorityOf: PriorityOf): readonly Tier[] {
  const priorities = [...new Set(targets.map(priorityOf))].sort((left, right) => left - right);
  return priorities.map((priority) => {
    return { priority, targets: targets.filter((target) => priorityOf(target) === priority) };
  });
}

/**
 * Lets targets in or keeps them out. One gate serves all requests: `admit` looks at the model, and `isExcluded`
 * then holds until the next `admit`, so that both and the pick belong into one synchronous stretch. No allocation.
 */
export class TierGate {
  readonly #facts: TargetFacts;
  readonly #priorityOf: PriorityOf;
  #isTried: IsExcluded | undefined;
  /** In normal admission: the tier, and whether its exhausted targets are let in. */
  #priority = 0;
  #isExhaustedLetIn = false;
  /** In panic and as last resort: the only one let in. */
  #only: Target | undefined;

  constructor(facts: TargetFacts, priorityOf: PriorityOf) {
    this.#facts = facts;
    this.#priorityOf = priorityOf;
  }

  /** Decides who is let in; `isTried` says which targets this request has had already. O(targets). */
  admit(model: Model, isTried: IsExcluded | undefined): Admission {
    this.#isTried = isTried;
    this.#only = undefined;
    if (this.#findTier(model, false) || this.#findTier(model, true)) return "normal";
    // Waiting for one in health is better than a request risked on one that is ejected.
    if (this.#hasFull(model)) return "none";
    this.#only = this.#leastRecentlyFailed(model, isEjected);
    if (this.#only !== undefined) return "panic";
    if (this.#hasRateLimited(model)) {
      this.#only = model.targets.find((target) => this.#mayCheck(target));
      return this.#only === undefined ? "none" : "check";
    }
    this.#only = this.#leastRecentlyFailed(model, isUnusable);
    return this.#only === undefined ? "none" : "last_resort";
  }

  /** Whether the last `admit` keeps a target out. */
  readonly isExcluded: IsExcluded = (target) => {
    if (this.#only !== undefined) return target !== this.#only;
    if (this.#isTried?.(target) === true || this.#priorityOf(target) !== this.#priority) return true;
    const availability = this.#facts.availability(target);
    return availability !== "ok" && !(this.#isExhaustedLetIn && availability === "exhausted");
  };

  /** Whether one that the last `admit` lets in, and that would come first for its weight, is such a one. */
  hasLetIn(model: Model, isMeant: (target: Target) => boolean): boolean {
    const letIn = model.targets.filter((target) => !this.isExcluded(target));
    const carrying = letIn.filter((target) => target.weight > 0);
    return (carrying.length > 0 ? carrying : letIn).some(isMeant);
  }

  #findTier(model: Model, isDraining: boolean): boolean {
    let isFound = false;
    for (const target of model.targets) {
      if ((target.weight === 0) !== isDraining || this.#isTried?.(target) === true) continue;
      const availability = this.#facts.availability(target);
      if (availability !== "ok" && availability !== "exhausted") continue;
      const priority = this.#priorityOf(target);
      if (isFound && priority > this.#priority) continue;
      const isBetterTier = !isFound || priority < this.#priority;
      const isExhausted = availability === "exhausted";
      this.#isExhaustedLetIn = isBetterTier ? isExhausted : this.#isExhaustedLetIn && isExhausted;
      this.#priority = priority;
      isFound = true;
    }
    return isFound;
  }

  #mayCheck(target: Target): boolean {
    if (this.#isTried?.(target) === true || this.#facts.availability(target) !== "rate_limited") return false;
    return this.#facts.mayCheck?.(target) === true;
  }

  #leastRecentlyFailed(model: Model, isMeant: (availability: Availability) => boolean): Target | undefined {
    let found: Target | undefined;
    for (const target of model.targets) {
      if (this.#isTried?.(target) === true || !isMeant(this.#facts.availability(target))) continue;
      if (found === undefined || this.#isBefore(target, found)) found = target;
    }
    return found;
  }

  #isBefore(target: Target, other: Target): boolean {
    if ((target.weight === 0) !== (other.weight === 0)) return other.weight === 0;
    return this.#facts.failedMs(target) < this.#facts.failedMs(other);
  }

  #hasFull(model: Model): boolean {
    for (const target of model.targets) {
      if (this.#isTried?.(target) !== true && this.#facts.availability(target) === "full") return true;
    }
    return false;
  }

  /** A tried one counts too: the client is told to wait for it. */
  #hasRateLimited(model: Model): boolean {
    for (const target of model.targets) {
      if (this.#facts.availability(target) === "rate_limited") return true;
    }
    return false;
  }
}

function isEjected(availability: Availability): boolean {
  return availability === "ejected";
}

function isUnusable(availability: Availability): boolean {
  return availability === "dead_key" || availability === "quota" || availability === "model_missing";
}
