// Which of a model's targets may be chosen now: those of the first tier that has an available one, or, when there
// is none at all, the least bad. Which of them is chosen is for `strategy.ts`.

import type { IsExcluded } from "../balancer.ts";
import type { Model, Target } from "../model.ts";
import type { CooldownClass } from "../saved-cooldown.ts";
import type { Asker } from "./rechecks.ts";

/** Whether a target can take a request now, or why not. `exhausted` can, but others first. */
export type Availability = "ok" | "exhausted" | "disabled" | "full" | "ejected" | CooldownClass;

/** Who asks to be let in. */
export type Entrant = {
  /** The targets that this request has had already; undefined while there are none. */
  readonly isTried: IsExcluded | undefined;
  /** Health is kept for each operation; chat where it is left out. */
  readonly operation?: string | undefined;
  /** Tells the request from others, where it may be let through to a target that rests for a rate limit. */
  readonly identity?: (() => Asker) | undefined;
};

/** What is known of targets. O(1) in the number of targets. */
export interface TargetFacts {
  availability(target: Target, operation?: string): Availability;
  /** When it last failed, on the monotonic clock. */
  failedMs(target: Target, operation?: string): number;
  /** Whether this request may find out if a rate limit still holds: another one met it. */
  mayCheck?(target: Target, entrant: Entrant): boolean;
}

/**
 * How the request is let in. `panic`: what is left is ejected or rests, and one ejection is ignored, since otherwise the
 * gateway itself would make an outage of it. `check`: all that is left rests for a rate limit, which may have been about one request.
 * `last_resort`: there is nothing but dead keys, empty accounts and missing models; one of them may have been mended.
 */
export type Admission = "normal" | "panic" | "check" | "last_resort" | "none";

/** What a look at all targets has found. */
type LetIn = {
  readonly admission: Admission;
  /** In normal admission: the tier, and whether its exhausted targets are let in. */
  priority: number;
  isExhaustedLetIn: boolean;
  /** In panic, for a check and as last resort: the only one let in. */
  readonly only: Target | undefined;
};

/** Which targets are let in: an answer of its own, which later questions do not change. */
export class TierFilter {
  readonly admission: Admission;
  /** Whether a target is kept out. */
  readonly isExcluded: IsExcluded;

  constructor(facts: TargetFacts, { isTried, operation }: Entrant, letIn: LetIn) {
    this.admission = letIn.admission;
    this.isExcluded = (target) => {
      if (letIn.admission !== "normal") return target !== letIn.only;
      if (target.endpoint.priority !== letIn.priority || isTried?.(target) === true) return true;
      const availability = facts.availability(target, operation);
      return availability !== "ok" && !(letIn.isExhaustedLetIn && availability === "exhausted");
    };
  }

  /** Whether one that is let in, and that would come first for its weight, is such a one. */
  hasLetIn(model: Model, isMeant: (target: Target) => boolean): boolean {
    const letIn = model.targets.filter((target) => !this.isExcluded(target));
    const carrying = letIn.filter((target) => target.weight > 0);
    return (carrying.length > 0 ? carrying : letIn).some(isMeant);
  }
}

/** Decides which of the model's targets are let in. O(targets). */
export function admit(facts: TargetFacts, model: Model, entrant: Entrant): TierFilter {
  const letIn =
    tierOf(facts, model, entrant, false) ??
    tierOf(facts, model, entrant, true) ??
    leastBad(facts, model, entrant);
  return new TierFilter(facts, entrant, letIn);
}

/** The first tier that can take the request: among the targets that draining ones stand back for, or among those. */
function tierOf(
  facts: TargetFacts,
  model: Model,
  { isTried, operation }: Entrant,
  isDraining: boolean,
): LetIn | undefined {
  let found: LetIn | undefined;
  for (const target of model.targets) {
    if ((target.weight === 0) !== isDraining || isTried?.(target) === true) continue;
    const availability = facts.availability(target, operation);
    if (availability !== "ok" && availability !== "exhausted") continue;
    const isExhausted = availability === "exhausted";
    const { priority } = target.endpoint;
    if (found === undefined)
      found = { admission: "normal", priority, isExhaustedLetIn: isExhausted, only: undefined };
    else if (priority < found.priority) {
      found.priority = priority;
      found.isExhaustedLetIn = isExhausted;
    } else if (priority === found.priority) found.isExhaustedLetIn &&= isExhausted;
  }
  return found;
}

/** None can be used as it should be: the one that is the least risk, or none. */
function leastBad(facts: TargetFacts, model: Model, entrant: Entrant): LetIn {
  const { isTried, operation } = entrant;
  const isUntried = (target: Target): boolean => isTried?.(target) !== true;
  // Waiting for one in health is better than a request risked on one that is ejected.
  if (model.targets.some((one) => isUntried(one) && facts.availability(one, operation) === "full"))
    return NOBODY;
  const ejected = leastRecentlyFailed(facts, model, entrant, isEjected);
  if (ejected !== undefined) return alone("panic", ejected);
  // A tried one counts too: the client is told to wait for it.
  const isLimited = (target: Target): boolean => facts.availability(target, operation) === "rate_limited";
  if (model.targets.some(isLimited)) {
    const checked = model.targets.find(
      (one) => isUntried(one) && isLimited(one) && facts.mayCheck?.(one, entrant) === true,
    );
    return checked === undefined ? NOBODY : alone("check", checked);
  }
  const unusable = leastRecentlyFailed(facts, model, entrant, isUnusable);
  return unusable === undefined ? NOBODY : alone("last_resort", unusable);
}

const NOBODY: LetIn = alone("none", undefined);

function alone(admission: Admission, only: Target | undefined): LetIn {
  return { admission, priority: 0, isExhaustedLetIn: false, only };
}

function leastRecentlyFailed(
  facts: TargetFacts,
  model: Model,
  { isTried, operation }: Entrant,
  isMeant: (availability: Availability) => boolean,
): Target | undefined {
  const isBefore = (target: Target, other: Target): boolean => {
    if ((target.weight === 0) !== (other.weight === 0)) return other.weight === 0;
    return facts.failedMs(target, operation) < facts.failedMs(other, operation);
  };
  let found: Target | undefined;
  for (const target of model.targets) {
    if (isTried?.(target) === true || !isMeant(facts.availability(target, operation))) continue;
    if (found === undefined || isBefore(target, found)) found = target;
  }
  return found;
}

function isEjected(availability: Availability): boolean {
  return availability === "ejected";
}

function isUnusable(availability: Availability): boolean {
  return availability === "dead_key" || availability === "quota" || availability === "model_missing";
}
