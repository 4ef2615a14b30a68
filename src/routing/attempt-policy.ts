// What to do after an attempt failed and nothing was sent to the client: another target, the same one after a
// wait, or the end. Decides only; it neither picks targets nor waits. Called by the data plane.

import type { Clock } from "../core/clock.ts";
import type { ErrorRow } from "../core/errors.ts";
import { BACKOFF_DEFAULTS, type BackoffOptions, backoffMs } from "./backoff.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** All constants of the policy. */
export type AttemptPolicy = {
  /** Attempts of one request in all; the free retry after a stale connection is not counted. */
  readonly maxAttempts: number;
  readonly backoff: BackoffOptions;
};

/** The defaults. */
export const ATTEMPT_DEFAULTS: AttemptPolicy = { maxAttempts: 3, backoff: BACKOFF_DEFAULTS };

/** Everything the decision depends on. */
export type FailedAttempt = {
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  readonly retry: ErrorRow["retry"];
  /** Whether the same target may do better a moment later: not so with a dead key or a missing model. */
  readonly isTransient: boolean;
  /** The endpoint's wish (`waitHintMs`). */
  readonly hintMs: number | undefined;
  /** Targets that were not tried and may be asked now. */
  readonly untriedTargets: number;
  /** The target that would be next is in use and without a strike (`Breaker.isProven`). */
  readonly isNextProven: boolean;
  /** The model has no target but the one that failed. */
  readonly isOnlyTarget: boolean;
  /** What is left of the request's total time; Infinity when it has no limit. */
  readonly remainingMs: number;
};

/** Why there is no further attempt. */
export type StopReason =
  | "not_retryable"
  | "attempts_spent"
  | "deadline"
  | "no_target_left"
  | "wait_too_long"
  | "budget_spent";

/** What to do next. `next_target` and `same_target_after` have taken a retry from the budget. */
export type Decision =
  | { readonly kind: "next_target"; readonly waitMs: 0 }
  | { readonly kind: "same_target_after"; readonly waitMs: number }
  | { readonly kind: "stop"; readonly reason: StopReason };

const NEXT_TARGET: Decision = { kind: "next_target", waitMs: 0 };

/**
 * Decides what follows a failed attempt. When the decision is to go on, the retry is taken from `budget`: call
 * `budget.endRetry()` when that attempt is over.
 */
export function decideNext(
  failed: FailedAttempt,
  budget: RetryBudget,
  clock: Clock,
  policy: AttemptPolicy = ATTEMPT_DEFAULTS,
): Decision {
  if (failed.retry === "never") return stop("not_retryable");
  if (failed.attempts >= policy.maxAttempts) return stop("attempts_spent");
  if (failed.remainingMs <= 0) return stop("deadline");
  if (failed.untriedTargets > 0) {
    return budget.tryBeginRetry(failed.isNextProven) ? NEXT_TARGET : stop("budget_spent");
  }
  if (!failed.isOnlyTarget || !failed.isTransient) return stop("no_target_left");
  const waitMs = backoffMs(failed.attempts - 1, failed.hintMs, clock, policy.backoff);
  if (waitMs === undefined) return stop("wait_too_long");
  if (waitMs >= failed.remainingMs) return stop("deadline");
  return budget.tryBeginRetry(false) ? { kind: "same_target_after", waitMs } : stop("budget_spent");
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
