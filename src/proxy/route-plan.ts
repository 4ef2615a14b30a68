// The dry run's answer: a model's candidates, their shares and who would be next. Pure; changes nothing. Called by
// `pages.ts` for the request header, and through the gateway by the command `route`.

import { peekTarget } from "../routing/balancer.ts";
import type { Model, Target } from "../routing/model.ts";
import type { Availability } from "../routing/tiers.ts";
import { wordsFor } from "./all-failed.ts";
import type { Steering } from "./steering.ts";

/** One candidate of a plan. */
export type PlannedTarget = {
  readonly endpoint: string;
  readonly model: string;
  readonly weight: number;
  /** Its tier: a larger one is used only when nothing of the smaller ones is available. */
  readonly priority: number;
  /** Share of requests in percent while nothing fails. */
  readonly share_percent: number;
  readonly is_next: boolean;
  /** Why it would be left out; null when it would not. */
  readonly skipped: string | null;
};

/** What would happen to a request for a model. */
export type RoutePlan = {
  readonly object: "oai_gateway.plan";
  readonly model: string;
  readonly origin: Model["origin"];
  readonly strategy: Model["settings"]["strategy"];
  readonly next: string | null;
  readonly candidates: readonly PlannedTarget[];
  /** Models that are asked when none of the candidates can serve. */
  readonly fallbacks: readonly string[];
};

/** The plan of a model as things stand; without a steering, as it would be with every target in health. */
export function planOf(model: Model, steering?: Steering): RoutePlan {
  const request = { isTried: undefined, isStream: false, stickyKey: undefined };
  const next = steering === undefined ? firstOf(model) : steering.peek(model, request).target;
  const total = model.targets.reduce((sum, target) => sum + target.weight, 0);
  const candidates = model.targets.map((target) => ({
    endpoint: target.endpoint.name,
    model: target.upstreamModel,
    weight: target.weight,
    priority: target.endpoint.priority,
    share_percent: sharePercent(target.weight, total, model.targets.length),
    is_next: target === next,
    skipped: whySkipped(steering?.availability(target) ?? "ok", target.weight === 0 && total > 0),
  }));
  return {
    object: "oai_gateway.plan",
    model: model.name,
    origin: model.origin,
    strategy: model.settings.strategy,
    next: next?.endpoint.name ?? null,
    candidates,
    fallbacks: model.fallbacks.map((step) => step.model),
  };
}

function firstOf(model: Model): Target | undefined {
  return peekTarget(model, undefined);
}

function whySkipped(availability: Availability, isDraining: boolean): string | null {
  return wordsFor(availability) ?? (isDraining ? "draining (weight 0)" : null);
}

/** Two decimals; with every weight 0 the targets share evenly. */
function sharePercent(weight: number, total: number, count: number): number {
  const share = total === 0 ? 1 / count : weight / total;
  return Math.round(share * 10_000) / 100;
}
