// The dry run's answer: a model's candidates, their shares and who would be next. Pure; changes nothing.

import { type Message, message } from "../../language/messages.ts";
import { peekTarget } from "../../routing/balancer.ts";
import { wordsFor } from "../../routing/health/availability-words.ts";
import type { Availability } from "../../routing/health/tiers.ts";
import type { FallbackStep, Model, Target } from "../../routing/model.ts";
import type { PickRequest } from "../target/target-request.ts";
import type { Targets } from "../target/targets.ts";
import { type Rest, restsOfTarget } from "./rests.ts";

/** One candidate of a plan. */
type PlannedTarget = {
  readonly endpoint: string;
  readonly model: string;
  readonly weight: number;
  /** Its tier: a larger one is used only when nothing of the smaller ones is available. */
  readonly priority: number;
  /** Share of requests in percent while nothing fails. */
  readonly share_percent: number;
  readonly is_next: boolean;
  /** Why it would be left out; null when it would not. */
  readonly skipped: Message | null;
  /** What rests or is ejected on the way to it, and until when; empty in health. */
  readonly rests: readonly Rest[];
};

/** What would happen to a request for a model. */
export type RoutePlan = {
  readonly object: "oai_gateway.plan";
  readonly model: string;
  readonly origin: Model["origin"];
  readonly strategy: Model["settings"]["strategy"];
  readonly next: string | null;
  readonly candidates: readonly PlannedTarget[];
  /** Models that are asked when none of the candidates can serve, each with the failures that lead there. */
  readonly fallbacks: readonly FallbackStep[];
};

/** What of the request itself has a say in who is next. */
type PlannedRequest = Pick<PickRequest, "isStream" | "stickyKey"> & {
  readonly operation?: string | undefined;
};

const ANY_REQUEST: PlannedRequest = { isStream: false, stickyKey: undefined };

/**
 * The plan of a model as things stand; without targets, as it would be with every target in health. `restsOf` is for
 * who has read all rests already.
 */
export function planOf(
  model: Model,
  targets?: Targets,
  planned = ANY_REQUEST,
  restsOf?: (target: Target) => readonly Rest[],
): RoutePlan {
  const request = { isTried: undefined, ...planned };
  const tier = firstTierOf(model);
  const next =
    targets === undefined
      ? peekTarget(model, (target) => target.endpoint.priority !== tier)
      : targets.chooser.peek(model, request);
  const sharing = model.targets.filter((target) => target.endpoint.priority === tier);
  const total = sharing.reduce((sum, target) => sum + target.weight, 0);
  const candidates = model.targets.map((target) => ({
    endpoint: target.endpoint.name,
    model: target.upstreamModel,
    weight: target.weight,
    priority: target.endpoint.priority,
    share_percent: sharing.includes(target) ? sharePercent(target.weight, total, sharing.length) : 0,
    is_next: target === next,
    skipped: whySkipped(target, next, targets?.chooser.availability(target, planned.operation)),
    rests: restsOf?.(target) ?? (targets === undefined ? [] : restsOfTarget(targets, target)),
  }));
  return {
    object: "oai_gateway.plan",
    model: model.name,
    origin: model.origin,
    strategy: model.settings.strategy,
    next: next?.endpoint.name ?? null,
    candidates,
    fallbacks: model.fallbacks,
  };
}

/** The smallest priority among the targets that carry weight; of all, where none does. */
function firstTierOf(model: Model): number {
  const carrying = model.targets.filter((target) => target.weight > 0);
  const among = carrying.length > 0 ? carrying : model.targets;
  return Math.min(...among.map((target) => target.endpoint.priority));
}

/** Why a target is not asked now, but for its turn; null when that is all. */
function whySkipped(
  target: Target,
  next: Target | undefined,
  availability: Availability = "ok",
): Message | null {
  if (availability !== "ok") return wordsFor(availability);
  if (next === undefined) return null;
  if (target.weight === 0 && next.weight > 0) return message("left.draining");
  const { priority } = target.endpoint;
  return priority > next.endpoint.priority ? message("left.later_tier", { priority }) : null;
}

/** Two decimals; with every weight 0 the targets share evenly. */
function sharePercent(weight: number, total: number, count: number): number {
  const share = total === 0 ? 1 / count : weight / total;
  return Math.round(share * 10_000) / 100;
}
