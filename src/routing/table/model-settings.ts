// Which settings hold for a model: looks them up in the plan and puts them over those of an endpoint. Pure.

import { matchesGlob } from "../../core/glob.ts";
import type { Endpoint, Fallback, ModelSettings, RoutingPlan, Timeouts } from "../model.ts";

/** The settings of a public name: of the first entry that matches, else the general ones. O(entries). */
export function settingsOf(plan: RoutingPlan, name: string): ModelSettings {
  return plan.models.find((settings) => matchesGlob(settings.pattern, name)) ?? plan.defaults;
}

/** The limits of an attempt: the endpoint's, with those of the model over them. */
export function timeoutsOf(settings: ModelSettings, endpoint: Endpoint): Timeouts {
  // Most models have none of their own, and there may be thousands.
  for (const _ in settings.timeouts) return { ...endpoint.timeouts, ...settings.timeouts };
  return endpoint.timeouts;
}

/** The chain of a public name; undefined when it has none. */
export function fallbackOf(plan: RoutingPlan, name: string): Fallback | undefined {
  return plan.fallbacks.find((fallback) => fallback.name === name);
}
