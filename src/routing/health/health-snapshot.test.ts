// Tests of what is shown of health, budgets and loads: plain data, of what failed or is under way, and reading it
// changes nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldClock } from "../../../test/support/held-clock.ts";
import { listedBy, makeEndpoint, makePlan } from "../../../test/support/routing-fixtures.ts";
import { Rotations } from "../balancer.ts";
import { TargetLoads } from "../choice/target-load.ts";
import type { Target } from "../model.ts";
import { RetryBudgets } from "../retry/retry-budgets.ts";
import { RoutingTable } from "../table/table.ts";
import { Cooldowns } from "./cooldown.ts";
import { TargetHealth } from "./target-health.ts";

function setUp(): { clock: HeldClock; health: TargetHealth; target: Target } {
  const clock = new HeldClock();
  const health = new TargetHealth(clock, new Cooldowns(clock));
  const plan = makePlan([makeEndpoint("a")]);
  const [target] = new RoutingTable(plan, [listedBy("a", "m")], new Rotations()).resolve("m")?.targets ?? [];
  assert.ok(target);
  return { clock, health, target };
}

test("what never failed is in no list", () => {
  const { health } = setUp();
  assert.deepEqual(health.snapshot(), { endpoints: [], operations: [], spent: [], rests: [] });
});

test("breakers, spent allowances and rests are told with their times, and as data that JSON takes", () => {
  const { clock, health, target } = setUp();
  for (let strike = 0; strike < 3; strike++) health.recordStrike(target, true, clock.nowMs(), "rerank");
  health.recordStrike(target, false, clock.nowMs());
  health.markExhausted(target, 2_000);
  health.cooldowns.set({ endpoint: "a", credential: 1, model: "m" }, "rate_limited", 3_000);
  const { endpoints, operations, spent, rests } = health.snapshot();
  const nowMs = clock.nowMs();
  assert.deepEqual(
    endpoints.map(({ endpoint, state, consecutiveStrikes }) => [endpoint, state, consecutiveStrikes]),
    [["a", "closed", 1]],
  );
  assert.deepEqual(
    operations.map(({ target: key, operation, state, untilMs }) => [key, operation, state, untilMs - nowMs]),
    [["a/m", "rerank", "open", 10_000]],
  );
  assert.deepEqual(spent, [{ target: "a/m", untilMs: nowMs + 2_000 }]);
  assert.deepEqual(rests, [
    { endpoint: "a", credential: 1, model: "m", untilMs: nowMs + 3_000, class: "rate_limited" },
  ]);
  clock.advance(2_000);
  assert.deepEqual(health.snapshot().spent, []);
});

test("loads and budgets are told by name", () => {
  const { clock } = setUp();
  const loads = new TargetLoads(clock);
  loads.of("a/m").begin();
  assert.deepEqual(loads.snapshot(), [{ target: "a/m", inFlight: 1, streamMs: 250, plainMs: 250 }]);
  const budgets = new RetryBudgets(clock);
  budgets.of("m").beginRequest();
  budgets.of("m").tryBeginRetry(false);
  assert.deepEqual(budgets.snapshot(), [
    {
      model: "m",
      requestsInWindow: 1,
      retriesInWindow: 1,
      activeRequests: 1,
      activeRetries: 1,
      retriesGranted: 1,
      retriesDenied: 0,
    },
  ]);
});
