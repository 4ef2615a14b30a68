// What to do after an attempt failed and nothing was sent to the client: another target, the same one after a
// wait, or the end. Decides only; it neither picks targets nor waits.

import type { Clock } from "../../core/clock.ts";
import type { ErrorRow } from "../../core/errors.ts";
import { BACKOFF_DEFAULTS, type BackoffOptions, backoffMs } from "./backoff.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** All constants of the policy. */
export type RetryPolicy = {
  /** Attempts of one request in all; the free retry after a stale connection is not counted. */
  readonly maxAttempts: number;
  readonly backoff: BackoffOptions;
};

/** The defaults. */
export const RETRY_DEFAULTS: RetryPolicy = { maxAttempts: 3, backoff: BACKOFF_DEFAULTS };

/** Everything the decision depends on. */
export type FailedAttempt = {
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  readonly retry: ErrorRow["retry"];
  /** Whether the same target may do better a moment later: not so with a dead key or a missing model. */
  readonly isTransient: boolean;
  /** The endpoint's wish (`waitHintMs`). */
  readonly hintMs: number | undefined;
  /** The request starts a job and may have started it: asked again, it might be done and paid twice. */
  readonly isMaybeDone: boolean;
  /** There is a target that was not tried and may be asked now, or once it is no longer full. */
  readonly hasUntried: boolean;
  /** Of those that come first there is one in use and without a strike (`Breaker.isProven`): it would be next. */
  readonly isNextProven: boolean;
  /** There is such a one among those that come later: of a later tier, draining, its allowance used up. */
  readonly isLaterProven: boolean;
  /** Until the first rest of the model's targets is over, where that is soon enough to be waited for. */
  readonly restMs: number | undefined;
  /** The model has no target but the one that failed. */
  readonly isOnlyTarget: boolean;
  /** What is left of the request's total time; Infinity when it has no limit. */
  readonly remainingMs: number;
};

/** Why there is no further attempt. */
export type StopReason =
  | "not_retryable"
  | "maybe_done"
  | "attempts_spent"
  | "deadline"
  | "no_target_left"
  | "wait_too_long"
  | "budget_spent";

/**
 * Whether the next target has to be one in use and without a strike, or is one where there is one. Only a proven one
 * may be asked without leave of the budget.
 */
export type Proof = "preferred" | "required";

/**
 * What to do next. `next_target` and `same_target_after` have taken a retry from the budget; `when_rest_is_over` has
 * not: the endpoint has said when it may be asked.
 */
export type Decision =
  | { readonly kind: "next_target"; readonly proof: Proof }
  | { readonly kind: "same_target_after"; readonly waitMs: number }
  | { readonly kind: "when_rest_is_over" }
  | { readonly kind: "stop"; readonly reason: StopReason };

const NEXT_TARGET: Decision = { kind: "next_target", proof: "preferred" };
const NEXT_PROVEN: Decision = { kind: "next_target", proof: "required" };
const WHEN_REST_IS_OVER: Decision = { kind: "when_rest_is_over" };

/**
 * Decides what follows a failed attempt. When the decision is to go on, the retry is taken from `budget`: call
 * `budget.endRetry()` when that attempt is over.
 */
export function decideNext(
  failed: FailedAttempt,
  budget: RetryBudget,
  clock: Clock,
  policy: RetryPolicy = RETRY_DEFAULTS,
): Decision {
  if (failed.isMaybeDone) return stop("maybe_done");
  if (failed.retry === "never") return stop("not_retryable");
  if (failed.attempts >= policy.maxAttempts) return stop("attempts_spent");
  if (failed.remainingMs <= 0) return stop("deadline");
  const decision = failed.hasUntried
    ? atAnotherTarget(failed, budget)
    : atTheSameTarget(failed, budget, clock, policy);
  return decision.kind === "stop" && mayAwaitRest(failed) ? WHEN_REST_IS_OVER : decision;
}

/** A proven target first, wherever it stands, before a request is given up for want of budget. */
function atAnotherTarget(failed: FailedAttempt, budget: RetryBudget): Decision {
  if (budget.tryBeginRetry(failed.isNextProven)) return NEXT_TARGET;
  return failed.isLaterProven && budget.tryBeginRetry(true) ? NEXT_PROVEN : stop("budget_spent");
}

function atTheSameTarget(
  failed: FailedAttempt,
  budget: RetryBudget,
  clock: Clock,
  policy: RetryPolicy,
): Decision {
  if (!failed.isOnlyTarget || !failed.isTransient) return stop("no_target_left");
  const { hintMs, restMs } = failed;
  // Its own word is waited for at no cost, unless that is sooner than a rest can be over.
  if (mayAwaitRest(failed) && (hintMs === undefined || hintMs >= (restMs ?? 0))) return WHEN_REST_IS_OVER;
  const waitMs = backoffMs(failed.attempts - 1, hintMs, clock, policy.backoff);
  if (waitMs === undefined) return stop("wait_too_long");
  if (waitMs >= failed.remainingMs) return stop("deadline");
  return budget.tryBeginRetry(false) ? { kind: "same_target_after", waitMs } : stop("budget_spent");
}

function mayAwaitRest({ restMs, remainingMs }: FailedAttempt): boolean {
  return restMs !== undefined && restMs < remainingMs;
}

/**
 * Whether a failure may count against the health of the endpoint. A request that was sent may itself be what
 * breaks endpoints, so it marks one at most; a connection that failed says nothing of the request.
 */
export function mayStrike(wasSent: boolean, strikesOfRequest: number): boolean {
  return !wasSent || strikesOfRequest === 0;
}

function stop(reason: StopReason): Decision {
  return { kind: "stop", reason };
}
