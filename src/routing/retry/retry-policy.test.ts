// Tests of the retry policy and of the back-off it asks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "./backoff.ts";
import { RetryBudget } from "./retry-budget.ts";
import { type Decision, decideNext, type FailedAttempt, mayStrike } from "./retry-policy.ts";

const clock = { nowMs: () => 0, wallMs: () => 0, random: () => 0.5 };

const FAILED: FailedAttempt = {
  attempts: 1,
  retry: "another_target",
  isTransient: true,
  hintMs: undefined,
  hasUntried: true,
  isMaybeDone: false,
  isNextProven: false,
  isLaterProven: false,
  restMs: undefined,
  isOnlyTarget: false,
  remainingMs: 600_000,
};
const NEXT: Decision = { kind: "next_target", proof: "preferred" };
const REST: Decision = { kind: "when_rest_is_over" };
const ONLY = { hasUntried: false, isOnlyTarget: true };

function stop(reason: Extract<Decision, { kind: "stop" }>["reason"]): Decision {
  return { kind: "stop", reason };
}

const cases: readonly [string, Partial<FailedAttempt>, Decision][] = [
  ["another target at once", {}, NEXT],
  ["another target although the failed one asks to wait", { hintMs: 60_000 }, NEXT],
  ["a failure that no target can mend", { retry: "never" }, stop("not_retryable")],
  ["a third attempt", { attempts: 2 }, NEXT],
  ["no fourth attempt", { attempts: 3 }, stop("attempts_spent")],
  ["no time left", { remainingMs: 0 }, stop("deadline")],
  ["no target left of several", { hasUntried: false }, stop("no_target_left")],
  ["the only target, full jitter", ONLY, { kind: "same_target_after", waitMs: 125 }],
  ["the only target, second time", { ...ONLY, attempts: 2 }, { kind: "same_target_after", waitMs: 250 }],
  ["the only target, hint", { ...ONLY, hintMs: 9_000 }, { kind: "same_target_after", waitMs: 9_000 }],
  ["the only target, long hint", { ...ONLY, hintMs: 10_001 }, stop("wait_too_long")],
  [
    "the only target, hint past the deadline",
    { ...ONLY, hintMs: 9_000, remainingMs: 9_000 },
    stop("deadline"),
  ],
  ["the only target, dead key", { ...ONLY, isTransient: false }, stop("no_target_left")],
  ["a job that may have been started", { isMaybeDone: true, isNextProven: true }, stop("maybe_done")],
  ["the end of a rest, where no target is left", { hasUntried: false, restMs: 900 }, REST],
  ["another target before any rest", { restMs: 900 }, NEXT],
  ["a rest past the deadline", { hasUntried: false, restMs: 900, remainingMs: 900 }, stop("no_target_left")],
  ["the only target, at the end of its rest", { ...ONLY, hintMs: 1_000, restMs: 1_000 }, REST],
  [
    "the only target, that wants less than a rest",
    { ...ONLY, hintMs: 60, restMs: 1_000 },
    { kind: "same_target_after", waitMs: 60 },
  ],
];
for (const [name, change, expected] of cases) {
  test(`retry policy: ${name}`, () => {
    assert.deepEqual(decideNext({ ...FAILED, ...change }, new RetryBudget(clock), clock), expected);
  });
}

test("retry policy: a spent budget stops, but for proven targets wherever they stand, and for rests", () => {
  const budget = new RetryBudget(clock);
  for (let index = 0; index < 6; index++) {
    assert.equal(budget.tryBeginRetry(false), true);
    budget.endRetry();
  }
  for (let index = 0; index < 4; index++) {
    assert.equal(decideNext(FAILED, budget, clock).kind, "next_target");
    budget.endRetry();
  }
  assert.deepEqual(decideNext(FAILED, budget, clock), stop("budget_spent"));
  assert.deepEqual(decideNext({ ...FAILED, isNextProven: true }, budget, clock), NEXT);
  const later: Decision = { kind: "next_target", proof: "required" };
  assert.deepEqual(decideNext({ ...FAILED, isLaterProven: true }, budget, clock), later);
  const before = budget.snapshot().retriesGranted;
  assert.deepEqual(decideNext({ ...FAILED, restMs: 900 }, budget, clock), REST);
  assert.equal(budget.snapshot().retriesGranted, before);
});

test("back-off doubles to 8 s", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 7].map((retry) => backoffMs(retry, undefined, clock));
  assert.deepEqual(bounds, [125, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

test("row 100: one request marks at most one endpoint, but each refused connection counts", () => {
  assert.deepEqual([mayStrike(true, 0), mayStrike(true, 1), mayStrike(false, 5)], [true, false, true]);
});
