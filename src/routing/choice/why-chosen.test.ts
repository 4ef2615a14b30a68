// Tests of why a target is said to have been chosen: a code for each way, and who was passed over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { atOnce, failedAs, targetRig } from "../../../test/support/target-rig.ts";
import { MOST_PASSED_OVER, plainChoice, type TargetChoice } from "../../core/summary.ts";
import type { Model } from "../model.ts";
import { choiceOf, type Occasion } from "./why-chosen.ts";

const ONE_SLOT = { maxInFlight: 1, queue: { max: 2, timeoutMs: 5_000 } };

type Rig = ReturnType<typeof targetRig>;

/** The choice for the next attempt of a request. */
function chosen(rig: Rig, asked = rig.ask(), model: Model = rig.model): TargetChoice {
  return atOnce(rig.targets.acquire(model, asked.request, "preferred")).choice;
}

test("a turn of the rotation at which nobody is passed over is one and the same object", () => {
  const rig = targetRig({ a: {}, b: {} });
  assert.equal(chosen(rig), plainChoice("turn"));
  assert.equal(chosen(rig), chosen(rig));
  assert.deepEqual(plainChoice("turn"), { reason: "turn", passedOver: [] });
  assert.equal(chosen(targetRig({ a: {} })), plainChoice("only"));
});

test("a strategy, a session and a pin are told by their names", () => {
  for (const strategy of ["least_in_flight", "fastest_first_token", "cheapest"] as const)
    assert.equal(chosen(targetRig({ a: {}, b: {} }, { strategy })).reason, strategy);
  const rig = targetRig({ a: {}, b: {} }, { strategy: "sticky" });
  assert.equal(chosen(rig, rig.ask({ stickyKey: "one" })).reason, "sticky");
  assert.equal(chosen(rig).reason, "turn");
  const one = targetRig({ a: {} });
  for (const origin of ["pin", "prefix"] as const)
    assert.equal(chosen(one, one.ask(), { ...one.model, origin }).reason, "pin");
  for (const cause of ["home", "fallback"] as const)
    assert.equal(chosen(rig, rig.ask({ cause })).reason, cause);
});

test("others are passed over for what is known against them", () => {
  const rig = targetRig({
    a: {},
    drained: { isDraining: true },
    off: { enabled: false },
    full: ONE_SLOT,
    limited: {},
    dead: {},
    later: { priority: 2 },
    light: { weight: 0 },
  });
  rig.targets.health.hasDraining = true;
  atOnce(rig.targets.acquireAt(rig.model, rig.target("full"), rig.ask().request));
  const { cooldowns } = rig.targets.health;
  cooldowns.set({ endpoint: "limited", credential: 1, model: undefined }, "rate_limited");
  cooldowns.set({ endpoint: "dead", credential: 1, model: undefined }, "dead_key");
  assert.deepEqual(chosen(rig), {
    reason: "only_left",
    passedOver: [
      { endpoint: "drained", why: "drained" },
      { endpoint: "full", why: "full" },
      { endpoint: "limited", why: "rate_limited" },
      { endpoint: "dead", why: "dead_key" },
      { endpoint: "later", why: "tier" },
      { endpoint: "light", why: "weight" },
    ],
  });
});

test("the first tier is told where nothing else has left one alone", () => {
  const rig = targetRig({ a: {}, b: { priority: 2 } });
  assert.deepEqual(chosen(rig), { reason: "tier", passedOver: [{ endpoint: "b", why: "tier" }] });
});

test("after a failure another one is asked, then the same one again", () => {
  const rig = targetRig({ a: {}, b: {} });
  const asked = rig.ask();
  const first = atOnce(rig.targets.acquire(rig.model, asked.request));
  first.end(failedAs(first.target, "server_error"));
  const tried = { endpoint: first.endpoint, why: "tried" };
  assert.deepEqual(chosen(rig, asked), { reason: "failover", passedOver: [tried] });
  const again = atOnce(rig.targets.acquireAt(rig.model, first.target, asked.request));
  assert.equal(again.choice.reason, "again");
});

test("a retry that prefers a target without a strike says so of the others", () => {
  const rig = targetRig({ a: {}, b: {}, c: {} });
  rig.targets.learning.strike(rig.target("b"), true, rig.clock.nowMs(), "chat");
  const asked = rig.ask();
  asked.request.tried.add(rig.target("a"));
  assert.deepEqual(chosen(rig, asked), {
    reason: "failover",
    passedOver: [
      { endpoint: "a", why: "tried" },
      { endpoint: "b", why: "unproven" },
    ],
  });
});

test("a second attempt beside the first, and one that waited for room, are told", async () => {
  const rig = targetRig({ a: ONE_SLOT, b: ONE_SLOT });
  const asked = rig.ask();
  const first = atOnce(rig.targets.acquire(rig.model, asked.request));
  const beside = rig.targets.acquireBeside(rig.model, asked.request, () => true);
  assert.equal(beside?.choice.reason, "hedge");
  const waiting = rig.targets.acquire(rig.model, rig.ask().request);
  first.release();
  await setImmediate();
  assert.deepEqual((await waiting)?.choice, {
    reason: "room",
    passedOver: [{ endpoint: beside?.endpoint, why: "full" }],
  });
});

test("what is asked although it should not be says why", () => {
  const cases = [
    ["rate_limited", "check"],
    ["dead_key", "last_resort"],
    ["quota", "last_resort"],
    ["model_missing", "last_resort"],
    ["ejected", "panic"],
  ] as const;
  const { model, target, ask } = targetRig({ a: {}, b: {} });
  for (const [availability, reason] of cases) {
    const facts = { isPristine: false, availability: () => availability, isProven: () => true };
    assert.deepEqual(choiceOf(facts, model, target("a"), ask().request), {
      reason,
      passedOver: [{ endpoint: "b", why: availability }],
    });
  }
});

test("the end of a rest is told, and an allowance that is spent", () => {
  const { model, target, ask } = targetRig({ a: {}, b: {} });
  const facts = {
    isPristine: false,
    availability: ({ endpoint }: { endpoint: { name: string } }) =>
      endpoint.name === "b" ? ("exhausted" as const) : ("ok" as const),
    isProven: () => true,
  };
  const { request } = ask();
  assert.deepEqual(choiceOf(facts, model, target("a"), request), {
    reason: "only_left",
    passedOver: [{ endpoint: "b", why: "exhausted" }],
  });
  const occasion: Occasion = "rest_over";
  assert.equal(choiceOf(facts, model, target("a"), Object.assign(request, { occasion })).reason, occasion);
});

test("of many only the first are named, and what is wrong comes before what is configured so", () => {
  const later = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`l${index}`, { priority: 2 }]));
  const rig = targetRig({ a: {}, ...later, z: {} });
  rig.targets.health.cooldowns.set({ endpoint: "z", credential: 1, model: undefined }, "quota");
  const { passedOver } = chosen(rig);
  assert.equal(passedOver.length, MOST_PASSED_OVER);
  assert.deepEqual(passedOver[0], { endpoint: "z", why: "quota" });
});
