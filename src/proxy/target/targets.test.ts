// Tests of acquiring a target: at once, after a wait for a slot or for a rest, not at all, and of clients that leave
// meanwhile. Whatever becomes of a wait, no slot is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { atOnce, failedAs, type TargetRig, targetRig } from "../../../test/support/target-rig.ts";
import type { Lease } from "./lease.ts";

const ONE_SLOT = { maxInFlight: 1, queue: { max: 2, timeoutMs: 5_000 } };

function acquire({ targets, model }: TargetRig, request: Parameters<TargetRig["targets"]["acquire"]>[1]) {
  return targets.acquire(model, request);
}

function counts({ targets }: TargetRig): Record<string, readonly [inFlight: number, waiting: number]> {
  const gates = targets.gates.snapshot();
  return Object.fromEntries(gates.map(({ endpoint, inFlight, waiting }) => [endpoint, [inFlight, waiting]]));
}

/** Holds the only slot of each. */
function fill(rig: TargetRig, ...names: string[]): Lease[] {
  return names.map((name) => atOnce(rig.targets.acquireAt(rig.model, rig.target(name), rig.ask().request)));
}

test("where a target has room the lease is there at once", () => {
  const rig = targetRig({ a: {}, b: ONE_SLOT });
  const { request } = rig.ask();
  const first = atOnce(acquire(rig, request));
  const second = atOnce(acquire(rig, request));
  assert.deepEqual([first.endpoint, second.endpoint], ["a", "b"]);
  assert.deepEqual(counts(rig), { b: [1, 0] });
  second.release();
  assert.deepEqual(counts(rig), { b: [0, 0] });
});

test("where all are full it waits for a slot, and takes the one that is free first", async () => {
  const rig = targetRig({ a: ONE_SLOT, b: ONE_SLOT });
  const [, atB] = fill(rig, "a", "b");
  const { request } = rig.ask();
  const waiting = acquire(rig, request);
  assert.ok(waiting instanceof Promise);
  assert.equal(
    Object.values(counts(rig)).reduce((sum, [, queued]) => sum + queued, 0),
    1,
  );
  atB?.release();
  const lease = await waiting;
  assert.equal(lease?.endpoint, "b");
  assert.deepEqual(counts(rig), { a: [1, 0], b: [1, 0] });
  lease?.release();
  assert.deepEqual(counts(rig), { a: [1, 0], b: [0, 0] });
});

test("who comes to a slot of a target that rests by then looks for another", async () => {
  const rig = targetRig({ a: ONE_SLOT, b: ONE_SLOT });
  const [atA, atB] = fill(rig, "a", "b");
  const waiting = acquire(rig, rig.ask({ awaitsRests: false }).request);
  rig.targets.health.cooldowns.set({ endpoint: "a", credential: 1, model: "m" }, "dead_key");
  atA?.release();
  await setImmediate();
  assert.deepEqual(counts(rig), { a: [0, 0], b: [1, 1] });
  atB?.release();
  assert.equal((await waiting)?.endpoint, "b");
});

test("where all queues are full it is told at once that all are", async () => {
  const rig = targetRig({ a: { maxInFlight: 1, queue: { max: 0, timeoutMs: 5_000 } } });
  fill(rig, "a");
  const { request } = rig.ask();
  assert.equal(await acquire(rig, request), undefined);
  assert.equal(request.isFull, true);
  assert.deepEqual(counts(rig), { a: [1, 0] });
});

test("a wait for a slot ends with its time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = targetRig({ a: ONE_SLOT });
  fill(rig, "a");
  const { request } = rig.ask();
  const waiting = acquire(rig, request);
  t.mock.timers.tick(5_000);
  assert.equal(await waiting, undefined);
  assert.equal(request.isFull, true);
});

test("a client that leaves while it waits for a slot holds none, in whichever order the two come", async () => {
  for (const isFreedFirst of [false, true]) {
    const rig = targetRig({ a: ONE_SLOT });
    const [held] = fill(rig, "a");
    const { request, leave } = rig.ask();
    const waiting = acquire(rig, request);
    if (isFreedFirst) held?.release();
    leave();
    if (!isFreedFirst) held?.release();
    await assert.rejects(async () => await waiting, { code: "client_closed" });
    assert.deepEqual(counts(rig), { a: [0, 0] });
  }
});

/** The only target rests for a second. */
function resting(maxWaitMs: number): TargetRig {
  const rig = targetRig({ a: {} });
  rig.targets.restWaits.maxMs = maxWaitMs;
  rig.targets.health.cooldowns.set({ endpoint: "a", credential: 1, model: "m" }, "rate_limited", 1_000);
  return rig;
}

test("where all rest it waits for the end of the first rest, if that is soon", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = resting(2_000);
  const { request } = rig.ask();
  assert.equal(rig.targets.restMs(rig.model, request), 1_000);
  const waiting = acquire(rig, request);
  assert.equal(rig.targets.snapshot().awaitingRests, 1);
  rig.clock.advance(1_000);
  t.mock.timers.tick(1_000);
  const lease = await waiting;
  assert.equal(lease?.endpoint, "a");
  assert.equal(rig.targets.snapshot().awaitingRests, 0);
});

test("it does not wait for a rest that is too long, that goes past the deadline, or where it must not", async () => {
  const cases = [
    { maxWaitMs: 999, wish: {} },
    { maxWaitMs: 2_000, wish: { deadlineMs: 1_000_500 } },
    { maxWaitMs: 2_000, wish: { awaitsRests: false } },
  ];
  for (const { maxWaitMs, wish } of cases) {
    const rig = resting(maxWaitMs);
    const { request } = rig.ask(wish);
    assert.equal(await acquire(rig, request), undefined);
    assert.equal(await rig.targets.acquireAfterRest(rig.model, request), undefined);
    assert.deepEqual([request.isFull, rig.targets.restWaits.waiting], [false, 0]);
  }
});

test("a client that leaves while it waits for a rest frees its place in the row", async () => {
  const rig = resting(2_000);
  const { request, leave } = rig.ask();
  const waiting = acquire(rig, request);
  leave();
  await assert.rejects(async () => await waiting, { code: "client_closed" });
  assert.equal(rig.targets.restWaits.waiting, 0);
});

test("a target that asked this request alone to wait is asked again when that is over", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = targetRig({ a: {} });
  rig.targets.restWaits.maxMs = 3_000;
  const { request } = rig.ask();
  const lease = atOnce(acquire(rig, request));
  lease.end(failedAs(lease.target, "rate_limited", ["retry-after", "2"]));
  assert.equal(rig.targets.lookAhead(rig.model, request).hasUntried, false);
  const waiting = rig.targets.acquireAfterRest(rig.model, request);
  rig.clock.advance(2_000);
  t.mock.timers.tick(2_000);
  assert.equal((await waiting)?.endpoint, "a");
});

test("a second attempt beside the first takes what is free now, if it may, and never waits", () => {
  const rig = targetRig({ a: {}, b: ONE_SLOT });
  const { targets, model } = rig;
  const { request } = rig.ask();
  atOnce(acquire(rig, request));
  assert.equal(
    targets.acquireBeside(model, request, () => false),
    undefined,
  );
  assert.deepEqual(counts(rig), { b: [0, 0] });
  assert.equal(targets.acquireBeside(model, request, () => true)?.endpoint, "b");
  const other = rig.ask().request;
  other.tried.add(rig.target("a"));
  assert.equal(
    targets.acquireBeside(model, other, () => assert.fail("there is none to begin at")),
    undefined,
  );
});

test("where only a key failed, another of the same endpoint may be tried", () => {
  const rig = targetRig({
    a: {
      credentials: [
        { id: 1, apiKey: "one" },
        { id: 2, apiKey: "two" },
      ],
    },
  });
  const { request } = rig.ask();
  const first = atOnce(acquire(rig, request));
  assert.equal(first.credential.id, 1);
  first.end(failedAs(first.target, "dead_key"));
  assert.equal(rig.targets.lookAhead(rig.model, request).hasUntried, true);
  assert.equal(atOnce(acquire(rig, request)).credential.id, 2);
});

test("what is known is told as data, and goes with its endpoint", () => {
  const rig = targetRig({ a: ONE_SLOT }, { strategy: "least_in_flight" });
  const lease = atOnce(acquire(rig, rig.ask().request));
  rig.targets.budgets.of("m").beginRequest();
  rig.targets.health.recordStrike(lease.target, false, rig.clock.nowMs());
  const { health, loads, budgets, gates } = rig.targets.snapshot();
  assert.deepEqual(
    [health.endpoints.length, loads.map(({ inFlight }) => inFlight), budgets.map(({ model }) => model)],
    [1, [1], ["m"]],
  );
  assert.deepEqual(gates, [{ endpoint: "a", max: 1, inFlight: 1, waiting: 0, shed: 0 }]);
  lease.release();
  rig.targets.forget("a");
  assert.deepEqual(rig.facts, [{ kind: "forgotten", endpoint: "a" }]);
  assert.deepEqual(rig.targets.snapshot().health.endpoints, []);
  assert.deepEqual(rig.targets.snapshot().loads, []);
});
