// The dry run's answer: a model's candidates, their shares and who would be next. Pure; changes nothing. Called by
// `pages.ts` for the request header, and through the gateway by the command `route`.

import { peekTarget } from "../routing/balancer.ts";
import type { Model } from "../routing/model.ts";

/** One candidate of a plan. */
export type PlannedTarget = {
  readonly endpoint: string;
  readonly model: string;
  readonly weight: number;
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
  readonly next: string | null;
  readonly candidates: readonly PlannedTarget[];
};

/** The plan of a model as things stand. */
export function planOf(model: Model): RoutePlan {
  const next = peekTarget(model, undefined);
  const total = model.targets.reduce((sum, target) => sum + target.weight, 0);
  const candidates = model.targets.map((target) => ({
    endpoint: target.endpoint.name,
    model: target.upstreamModel,
    weight: target.weight,
    share_percent: sharePercent(target.weight, total, model.targets.length),
    is_next: target === next,
    skipped: target.weight === 0 && total > 0 ? "draining (weight 0)" : null,
  }));
  return {
    object: "oai_gateway.plan",
    model: model.name,
    origin: model.origin,
    next: next?.endpoint.name ?? null,
    candidates,
  };
}

/** Two decimals; with every weight 0 the targets share evenly. */
function sharePercent(weight: number, total: number, count: number): number {
  const share = total === 0 ? 1 / count : weight / total;
  return Math.round(share * 10_000) / 100;
}
