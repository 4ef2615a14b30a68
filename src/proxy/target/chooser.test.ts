// Tests of the choice of a target: tiers, health, proven ones first, panic, draining ones, and looks that move nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type TargetRig, targetRig } from "../../../test/support/target-rig.ts";
import type { Proof } from "../../routing/retry/retry-policy.ts";
import type { TargetRequest } from "./target-request.ts";

const THREE = { a: {}, b: {}, c: {} };

function pick(rig: TargetRig, request: TargetRequest, proof?: Proof): string {
  return rig.targets.chooser.pick(rig.model, request, proof)?.endpoint.name ?? "-";
}

function picks(rig: TargetRig, count: number): string {
  const { request } = rig.ask();
  return Array.from({ length: count }, () => pick(rig, request)).join(" ");
}

function eject(rig: TargetRig, ...names: string[]): void {
  for (const name of names) {
    for (let strike = 0; strike < 3; strike++)
      rig.targets.health.recordStrike(rig.target(name), true, rig.clock.nowMs());
    rig.clock.advance(1);
  }
}

test("in health the rotation gives each its share", () => {
  assert.equal(picks(targetRig({ a: { weight: 2 }, b: { weight: 1 } }), 6), "a b a a b a");
});

test("a later tier serves only while the first one cannot", () => {
  const rig = targetRig({ a: {}, b: { priority: 2 } });
  assert.equal(picks(rig, 3), "a a a");
  eject(rig, "a");
  assert.equal(picks(rig, 2), "b b");
  rig.clock.advance(10_000);
  assert.equal(picks(rig, 1), "a");
});

test("a target that is ejected, rests or is full is left out; one of weight 0 comes last", () => {
  const rig = targetRig({ a: {}, b: {}, c: { maxInFlight: 1 }, d: { weight: 0 } });
  eject(rig, "a");
  rig.targets.health.cooldowns.set({ endpoint: "b", credential: 1, model: "m" }, "dead_key");
  assert.equal(picks(rig, 2), "c c");
  rig.targets.gates.take(rig.target("c").endpoint);
  assert.equal(picks(rig, 2), "d d");
});

test("what was tried is left out, and there is none when all were", () => {
  const rig = targetRig(THREE);
  const { request } = rig.ask();
  const picked = [0, 1, 2, 3].map(() => {
    const target = rig.targets.chooser.pick(rig.model, request);
    if (target !== undefined) request.tried.add(target);
    return target?.endpoint.name;
  });
  assert.deepEqual(picked, ["a", "b", "c", undefined]);
});

test("panic: where all are ejected, the one that failed longest ago", () => {
  const rig = targetRig(THREE);
  eject(rig, "b", "c", "a");
  assert.equal(picks(rig, 2), "b b");
});

test("a retry prefers a proven target, and where it must have one it takes it from a later tier or not at all", () => {
  const rig = targetRig({ a: {}, b: {}, c: { priority: 2 } });
  const strike = (name: string) => rig.targets.health.recordStrike(rig.target(name), true, rig.clock.nowMs());
  const { request } = rig.ask();
  strike("a");
  assert.deepEqual([pick(rig, request, "preferred"), pick(rig, request, "preferred")], ["b", "b"]);
  strike("b");
  assert.match(pick(rig, request, "preferred"), /[ab]/);
  assert.equal(pick(rig, request, "required"), "c");
  strike("c");
  assert.equal(pick(rig, request, "required"), "-");
});

test("a look ahead tells what is left, what of it is proven, and that a full one is still to be had", () => {
  const rig = targetRig({ a: {}, b: { maxInFlight: 1 } });
  const { chooser, gates, health } = rig.targets;
  const { request } = rig.ask();
  request.tried.add(rig.target("a"));
  assert.deepEqual(chooser.lookAhead(rig.model, request), {
    hasUntried: true,
    isNextProven: true,
    isLaterProven: true,
  });
  gates.take(rig.target("b").endpoint);
  assert.deepEqual(chooser.lookAhead(rig.model, request), {
    hasUntried: true,
    isNextProven: true,
    isLaterProven: false,
  });
  health.recordStrike(rig.target("b"), true, rig.clock.nowMs());
  assert.equal(chooser.lookAhead(rig.model, request).isNextProven, false);
  request.tried.add(rig.target("b"));
  assert.equal(chooser.hasUntried(rig.model, request), false);
});

test("a look at who is next moves no rotation and leaves nothing to save", () => {
  const rig = targetRig(THREE);
  const { chooser } = rig.targets;
  const { request } = rig.ask();
  const retry = rig.ask().request;
  retry.tried.add(rig.target("a"));
  assert.equal(pick(rig, request), "a");
  assert.equal(pick(rig, retry), "b");
  const before = rig.targets.revision;
  for (let look = 0; look < 5; look++) {
    assert.equal(chooser.peek(rig.model, request)?.endpoint.name, "b");
    assert.equal(chooser.peek(rig.model, retry)?.endpoint.name, "c");
  }
  assert.equal(rig.targets.revision, before);
  assert.equal(pick(rig, request), "b");
  assert.equal(pick(rig, retry), "c");
});
