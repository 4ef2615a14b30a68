// Tests of the row in which requests wait for the end of a rest: how long each, how many, and whose end it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldClock } from "../../../test/support/held-clock.ts";
import { makeEndpoint, makeOverride, makePlan } from "../../../test/support/routing-fixtures.ts";
import { Rotations } from "../../routing/balancer.ts";
import type { Availability } from "../../routing/health/tiers.ts";
import type { Model, Target } from "../../routing/model.ts";
import { RoutingTable } from "../../routing/table/table.ts";
import { firstRestEnd, RestWaits } from "./rest-waits.ts";

/** A model with a target at each of these endpoints. */
function modelAt(...names: string[]): Model {
  const overrides = [makeOverride("m", ...names.map((name) => `${name}/m`))];
  const plan = makePlan(
    names.map((name) => makeEndpoint(name)),
    { overrides },
  );
  const model = new RoutingTable(plan, [], new Rotations()).resolve("m");
  assert.ok(model);
  return model;
}

function targetsOf(model: Model): [Target, Target] {
  const [one, two] = model.targets;
  assert.ok(one && two);
  return [one, two];
}

test("each goes a little after the one before, from the end of the rest on, and each target has its row", () => {
  const clock = new HeldClock();
  const [one, two] = targetsOf(modelAt("a", "b"));
  const rests = new RestWaits(clock);
  const endMs = clock.nowMs() + 900;
  const waits = [one, one, two, one].map((target) => rests.enter({ target, endMs }));
  assert.deepEqual(waits, [900, 902, 900, 904]);
  clock.advance(910);
  // Nobody stands before it any more.
  assert.equal(rests.enter({ target: one, endMs: clock.nowMs() }), 0);
});

test("who would have to go more than a second after the end does not wait; the row is bounded by that", () => {
  const clock = new HeldClock();
  const [target] = targetsOf(modelAt("a", "b"));
  const rests = new RestWaits(clock);
  const end = { target, endMs: clock.nowMs() + 500 };
  let entered = 0;
  while (rests.enter(end) !== undefined) entered += 1;
  assert.deepEqual([entered, rests.waiting], [501, 501]);
});

test("all rows together are bounded too, and whoever leaves makes room", () => {
  const clock = new HeldClock();
  const rests = new RestWaits(clock);
  const targets = Array.from({ length: 5 }, (_, index) => targetsOf(modelAt(`a${index}`, "b"))[0]);
  let entered = 0;
  for (const target of targets) {
    for (let time = 0; time < 400; time += 1) {
      if (rests.enter({ target, endMs: clock.nowMs() + 500 }) !== undefined) entered += 1;
    }
  }
  assert.deepEqual([entered, rests.waiting], [1_024, 1_024]);
  const [first] = targets;
  assert.ok(first);
  rests.leave();
  assert.notEqual(rests.enter({ target: first, endMs: clock.nowMs() + 500 }), undefined);
});

test("the first end counts, of those only that have one", () => {
  const model = modelAt("a", "b");
  const [one, two] = targetsOf(model);
  const facts = (states: readonly Availability[], ends: readonly number[]) => ({
    availability: (target: Target) => states[model.targets.indexOf(target)] ?? "ok",
    recoversMs: (target: Target) => ends[model.targets.indexOf(target)] ?? 0,
  });
  const cases: readonly [readonly Availability[], readonly number[], Target | undefined][] = [
    [["rate_limited", "rate_limited"], [9, 5], two],
    [["rate_limited", "ejected"], [9, 5], one],
    [["disabled", "model_missing"], [1, 5], two],
    [["full", "exhausted"], [1, 5], undefined],
    [["rate_limited", "ok"], [Number.POSITIVE_INFINITY, 0], undefined],
  ];
  for (const [states, ends, expected] of cases) {
    const first = firstRestEnd(facts(states, ends), model, undefined, () => undefined);
    assert.equal(first?.target, expected, states.join());
  }
  // What one was told alone counts for it alone, and never sooner than the rest of all.
  const toldMs = (target: Target) => (target === two ? 7 : undefined);
  assert.deepEqual(firstRestEnd(facts(["ok", "ok"], [0, 0]), model, undefined, toldMs), {
    target: two,
    endMs: 7,
  });
  const both = firstRestEnd(facts(["rate_limited", "rate_limited"], [8, 9]), model, undefined, toldMs);
  assert.deepEqual(both, { target: one, endMs: 8 });
});
