// Tests of the ends of leases: what each kind of outcome teaches, and that what was held is given back exactly once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atOnce, failedAs, type TargetRig, targetRig } from "../../../test/support/target-rig.ts";
import { wireFailure } from "../outcome/classify.ts";
import type { AttemptOutcome } from "../outcome/outcome.ts";
import type { Lease } from "./lease.ts";

const LIMITED = { maxInFlight: 2, queue: { max: 0, timeoutMs: 1_000 } };

function rigWithLease(): { rig: TargetRig; lease: Lease } {
  const rig = targetRig({ a: LIMITED }, { strategy: "least_in_flight" });
  return { rig, lease: atOnce(rig.targets.acquire(rig.model, rig.ask().request)) };
}

/** Attempts under way at the gate, by the load, and at the endpoint. */
function held({ targets }: TargetRig): readonly (number | undefined)[] {
  const { gates, loads, underWay } = targets.snapshot();
  return [gates[0]?.inFlight, loads[0]?.inFlight, underWay.get("a") ?? 0];
}

/** Strikes on the endpoint, and on the model's operations there. */
function strikes({ targets }: TargetRig): readonly [endpoint: number, operations: number] {
  const { endpoints, operations } = targets.health.snapshot();
  return [endpoints[0]?.consecutiveStrikes ?? 0, operations[0]?.consecutiveStrikes ?? 0];
}

const OUTCOMES: readonly [string, (lease: Lease) => AttemptOutcome][] = [
  ["an answer", () => ({ kind: "answered", fault: undefined })],
  ["a broken answer", () => ({ kind: "answered", fault: "upstream_cut_off" })],
  ["a failure", ({ target }) => failedAs(target, "server_error")],
  ["a refusal", ({ target }) => failedAs(target, "rate_limited")],
  ["a client that left", () => ({ kind: "client_gone" })],
  ["a rival that was faster", () => ({ kind: "lost" })],
  ["a fault of the gateway", () => ({ kind: "broken", error: new Error("ours") })],
];
for (const [name, outcomeOf] of OUTCOMES) {
  test(`after ${name} the slot, the load and the count are given back, once`, () => {
    const { rig, lease } = rigWithLease();
    const other = atOnce(rig.targets.acquireAt(rig.model, lease.target, rig.ask().request));
    assert.deepEqual(held(rig), [2, 2, 2]);
    lease.end(outcomeOf(lease));
    assert.deepEqual(held(rig), [1, 1, 1]);
    lease.end(outcomeOf(lease));
    lease.release();
    assert.deepEqual(held(rig), [1, 1, 1]);
    other.release();
    assert.deepEqual(held(rig), [0, 0, 0]);
  });
}

test("an attempt that could not begin teaches nothing", () => {
  const { rig, lease } = rigWithLease();
  lease.release();
  lease.end(failedAs(lease.target, "server_error"));
  assert.deepEqual(
    [held(rig), strikes(rig)],
    [
      [0, 0, 0],
      [0, 0],
    ],
  );
  assert.equal(rig.targets.health.isPristine, true);
});

test("a failure that was sent strikes the model there, a connection that failed the endpoint", () => {
  const sent = rigWithLease();
  sent.lease.end(failedAs(sent.lease.target, "server_error"));
  assert.deepEqual(strikes(sent.rig), [0, 1]);
  const unsent = rigWithLease();
  const { target } = unsent.lease;
  unsent.lease.end(wireFailure(target, "upstream_connect_failed", undefined, "ECONNREFUSED"));
  assert.deepEqual(strikes(unsent.rig), [1, 0]);
});

test("an answer that breaks off is a strike and no success; whole, it ends the row of strikes", () => {
  const { rig, lease } = rigWithLease();
  lease.recordAnswer([]);
  lease.end({ kind: "answered", fault: "upstream_cut_off" });
  assert.deepEqual(strikes(rig), [0, 1]);
  const next = atOnce(rig.targets.acquireAt(rig.model, lease.target, rig.ask().request));
  next.recordAnswer([]);
  next.end({ kind: "answered", fault: undefined });
  assert.deepEqual(strikes(rig), [0, 0]);
});

test("a request strikes one endpoint at most, but each connection that failed counts", () => {
  const rig = targetRig({ a: {}, b: {}, c: {} });
  const { request } = rig.ask();
  for (let attempt = 0; attempt < 2; attempt++) {
    const lease = atOnce(rig.targets.acquire(rig.model, request));
    lease.end(failedAs(lease.target, "server_error"));
  }
  const third = atOnce(rig.targets.acquire(rig.model, request));
  third.end(wireFailure(third.target, "upstream_connect_failed", undefined, "ECONNREFUSED"));
  const { endpoints, operations } = rig.targets.health.snapshot();
  assert.deepEqual(
    [operations.map(({ target }) => target), endpoints.map(({ endpoint }) => endpoint)],
    [["a/m"], ["c"]],
  );
});

test("a rate limit makes the model rest under its key, tells it, and is no strike", () => {
  const { rig, lease } = rigWithLease();
  lease.end(failedAs(lease.target, "rate_limited", ["retry-after", "7"]));
  const scope = { endpoint: "a", credential: 1, model: "m" };
  const untilMs = rig.clock.nowMs() + 7_000;
  assert.deepEqual(rig.facts, [
    { kind: "rests", scope, why: "rate_limited", untilMs, hasSeveralKeys: false },
  ]);
  assert.deepEqual([rig.logged, strikes(rig)], [["rest_began"], [0, 0]]);
});

test("the third strike ejects, which is told once; the answer to a probe ends it, and only one probe is out", () => {
  const { rig, lease } = rigWithLease();
  lease.release();
  const leaseNow = (): Lease => atOnce(rig.targets.acquireAt(rig.model, lease.target, rig.ask().request));
  for (let strike = 0; strike < 4; strike++) leaseNow().end(failedAs(lease.target, "server_error"));
  const untilMs = rig.clock.nowMs() + 10_000;
  const ejected = { kind: "ejected", target: lease.target, operation: "chat", untilMs };
  assert.deepEqual(rig.facts, [ejected]);
  rig.clock.advance(10_000);
  const probe = leaseNow();
  const isProbeOut = (): boolean | undefined => rig.targets.health.snapshot().operations[0]?.isProbeOut;
  assert.equal(isProbeOut(), true);
  probe.end({ kind: "client_gone" });
  assert.equal(isProbeOut(), false, "a probe without an outcome is given back");
  const second = leaseNow();
  second.recordAnswer([]);
  assert.deepEqual(rig.facts, [ejected, { kind: "returned", target: lease.target, operation: "chat" }]);
  second.end({ kind: "answered", fault: undefined });
  assert.deepEqual(rig.logged, ["endpoint_ejected", "endpoint_returned"]);
});

test("a client that leaves before any head, and an attempt that was overtaken, say nothing of health", () => {
  for (const kind of ["client_gone", "lost"] as const) {
    const { rig, lease } = rigWithLease();
    rig.clock.advance(900);
    lease.end({ kind });
    assert.equal(rig.targets.health.isPristine, true);
    // One that was overtaken was waited for so long; one whose client left was not.
    const [load] = rig.targets.snapshot().loads;
    assert.equal(load?.plainMs, kind === "lost" ? 900 : 250);
  }
});

test("an answer that says nothing is left of its allowance puts the target last until then", () => {
  const { rig, lease } = rigWithLease();
  lease.recordAnswer(["x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "4s"]);
  lease.end({ kind: "answered", fault: undefined });
  assert.deepEqual(rig.targets.health.snapshot().spent, [
    { target: "a/m", untilMs: rig.clock.nowMs() + 4_000 },
  ]);
});
