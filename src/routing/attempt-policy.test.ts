// Tests of the attempt policy and of the back-off it asks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Decision, decideNext, type FailedAttempt, mayStrike } from "./attempt-policy.ts";
import { backoffMs } from "./backoff.ts";
import { RetryBudget } from "./retry-budget.ts";

const clock = { nowMs: () => 0, wallMs: () => 0, random: () => 0.5 };

const FAILED: FailedAttempt = {
  attempts: 1,
  retry: "another_target",
  isTransient: true,
  hintMs: undefined,
  untriedTargets: 1,
  isNextProven: false,
  isOnlyTarget: false,
  remainingMs: 600_000,
};
const ONLY = { untriedTargets: 0, isOnlyTarget: true };

function stop(reason: Extract<Decision, { kind: "stop" }>["reason"]): Decision {
  return { kind: "stop", reason };
}

const cases: readonly [string, Partial<FailedAttempt>, Decision][] = [
  ["another target at once", {}, { kind: "next_target", waitMs: 0 }],
  [
    "another target although the failed one asks to wait",
    { hintMs: 60_000 },
    { kind: "next_target", waitMs: 0 },
  ],
  ["a failure that no target can mend", { retry: "never" }, stop("not_retryable")],
  ["a third attempt", { attempts: 2 }, { kind: "next_target", waitMs: 0 }],
  ["no fourth attempt", { attempts: 3 }, stop("attempts_spent")],
  ["no time left", { remainingMs: 0 }, stop("deadline")],
  ["no target left of several", { untriedTargets: 0 }, stop("no_target_left")],
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
];
for (const [name, change, expected] of cases) {
  test(`attempt policy: ${name}`, () => {
    assert.deepEqual(decideNext({ ...FAILED, ...change }, new RetryBudget(clock), clock), expected);
  });
}

test("attempt policy: a spent budget stops, but not on the way to a proven target", () => {
  const budget = new RetryBudget(clock);
  for (let index = 0; index < 10; index++) {
    assert.equal(decideNext(FAILED, budget, clock).kind, "next_target");
    budget.endRetry();
  }
  assert.deepEqual(decideNext(FAILED, budget, clock), stop("budget_spent"));
  assert.equal(decideNext({ ...FAILED, isNextProven: true }, budget, clock).kind, "next_target");
});

test("back-off doubles to 8 s", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 7].map((retry) => backoffMs(retry, undefined, clock));
  assert.deepEqual(bounds, [125, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

test("row 100: one request marks at most one endpoint, but each refused connection counts", () => {
  assert.deepEqual([mayStrike(true, 0), mayStrike(true, 1), mayStrike(false, 5)], [true, false, true]);
});
