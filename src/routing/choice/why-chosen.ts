// Why a target was chosen and which others were passed over, found at the moment of the choice by what is known then.
// Changes nothing, and allocates nothing where nobody was passed over.

import {
  type ChoiceReason,
  MOST_PASSED_OVER,
  type PassedOver,
  type PassedOverReason,
  plainChoice,
  type TargetChoice,
} from "../../core/summary.ts";
import type { IsExcluded } from "../balancer.ts";
import type { Availability } from "../health/tiers.ts";
import type { Model, Target } from "../model.ts";

/** What an attempt is for, where that alone says why its target was asked. */
export type Occasion = "first" | "again" | "hedge" | "room" | "rest_over" | "fallback" | "home";

/** A choice at the last: what was left could not be used as it should be. */
const WHEN_FORCED: Partial<Readonly<Record<Availability, ChoiceReason>>> = {
  ejected: "panic",
  rate_limited: "check",
  dead_key: "last_resort",
  quota: "last_resort",
  model_missing: "last_resort",
};

/** What is known of targets at that moment. */
export interface ChoiceFacts {
  /** Nothing is known against any target: then `availability` need not be asked. */
  readonly isPristine: boolean;
  /** Whether a target can take a request now, or why not. */
  availability(target: Target, operation?: string): Availability;
  /** Whether it is in use and without a strike. */
  isProven(target: Target, operation?: string): boolean;
}

/** The choice of a target, before it counts as tried. */
export type ChoiceRequest = {
  readonly isTried: IsExcluded | undefined;
  readonly operation: string;
  readonly stickyKey: string | undefined;
  readonly occasion: Occasion;
};

/** Why this target of the model was chosen for the request. O(targets). */
export function choiceOf(
  facts: ChoiceFacts,
  model: Model,
  target: Target,
  request: ChoiceRequest,
): TargetChoice {
  let passed: PassedOver[] | undefined;
  let rivals = 0;
  // By index: an iterator would be allocated for each request.
  for (let index = 0; index < model.targets.length; index++) {
    const other = model.targets[index];
    if (other === undefined || other.key === target.key) continue;
    const why = whyPassed(facts, other, target, request);
    if (why === undefined) rivals += 1;
    else passed = [...(passed ?? []), { endpoint: other.endpoint.name, why }];
  }
  const reason =
    occasionOf(facts, target, request) ??
    (rivals === 0 ? whyAlone(model, passed) : whyAmong(model, request.stickyKey));
  return passed === undefined ? plainChoice(reason) : { reason, passedOver: bounded(passed) };
}

/** What is wrong with a target is told before what is only configured so. */
function bounded(passed: readonly PassedOver[]): readonly PassedOver[] {
  if (passed.length <= MOST_PASSED_OVER) return passed;
  const isConfigured = ({ why }: PassedOver): boolean => why === "tier" || why === "weight";
  const sorted = passed.toSorted((left, right) => Number(isConfigured(left)) - Number(isConfigured(right)));
  return sorted.slice(0, MOST_PASSED_OVER);
}

/** Why not this one; undefined where it could have been chosen as well. */
function whyPassed(
  facts: ChoiceFacts,
  other: Target,
  chosen: Target,
  { isTried, operation }: ChoiceRequest,
): PassedOverReason | undefined {
  if (isTried?.(other) === true) return "tried";
  const availability = availabilityOf(facts, other, operation);
  if (availability === "disabled") return other.endpoint.isDraining === true ? "drained" : "disabled";
  if (availability !== "ok" && availability !== "exhausted") return availability;
  if (other.endpoint.priority > chosen.endpoint.priority) return "tier";
  if (availability === "exhausted" && availabilityOf(facts, chosen, operation) === "ok") return "exhausted";
  if (other.weight === 0 && chosen.weight > 0) return "weight";
  // Retries prefer those without a strike, whatever their tier.
  if (isTried === undefined || facts.isProven(other, operation)) return undefined;
  return facts.isProven(chosen, operation) ? "unproven" : undefined;
}

/** What the attempt itself says, whatever the strategy. */
function occasionOf(
  facts: ChoiceFacts,
  target: Target,
  { isTried, operation, occasion }: ChoiceRequest,
): ChoiceReason | undefined {
  if (occasion === "again" || occasion === "hedge" || occasion === "room" || occasion === "rest_over")
    return occasion;
  const forced = WHEN_FORCED[availabilityOf(facts, target, operation)];
  if (forced !== undefined) return forced;
  if (isTried !== undefined) return "failover";
  return occasion === "first" ? undefined : occasion;
}

function whyAlone({ targets, origin }: Model, passed: readonly PassedOver[] | undefined): ChoiceReason {
  if (origin === "pin" || origin === "prefix") return "pin";
  if (targets.length === 1) return "only";
  return passed?.every(({ why }) => why === "tier") === true ? "tier" : "only_left";
}

function whyAmong({ settings: { strategy } }: Model, stickyKey: string | undefined): ChoiceReason {
  return strategy === "weighted" || (strategy === "sticky" && stickyKey === undefined) ? "turn" : strategy;
}

function availabilityOf(facts: ChoiceFacts, target: Target, operation: string): Availability {
  return facts.isPristine ? "ok" : facts.availability(target, operation);
}
