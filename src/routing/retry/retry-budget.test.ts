// Tests of the retry budget: its limits, and row 97 by simulation under a held clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Breaker } from "../health/breaker.ts";
import { RetryBudget } from "./retry-budget.ts";
import { decideNext } from "./retry-policy.ts";

function setUp() {
  const held = { now: 0, seed: 1 };
  const random = () => {
    held.seed = (held.seed * 48_271) % 2_147_483_647;
    return held.seed / 2_147_483_647;
  };
  const clock = { nowMs: () => held.now, wallMs: () => 0, random };
  return { held, clock, budget: new RetryBudget(clock) };
}

test("a quiet model has ten retries in 10 s, three at once", () => {
  const { held, budget } = setUp();
  budget.beginRequest();
  for (let index = 0; index < 3; index++) assert.equal(budget.tryBeginRetry(false), true);
  assert.equal(budget.tryBeginRetry(false), false, "a fourth at once");
  for (let index = 0; index < 7; index++) {
    budget.endRetry();
    assert.equal(budget.tryBeginRetry(false), true);
  }
  budget.endRetry();
  assert.equal(budget.tryBeginRetry(false), false, "an eleventh in the window");
  held.now = 10_000;
  assert.equal(budget.tryBeginRetry(false), true);
});

test("a busy model has one retry for five requests", () => {
  const { budget } = setUp();
  for (let index = 0; index < 100; index++) budget.beginRequest();
  for (let retry = 0; retry < 20; retry++) {
    assert.equal(budget.tryBeginRetry(false), true);
    budget.noteAnswer();
  }
  assert.equal(budget.tryBeginRetry(false), false);
  const { retriesDenied, activeRequests, activeRetries, retriesInWindow, requestsInWindow } =
    budget.snapshot();
  assert.deepEqual(
    [retriesDenied, activeRequests, activeRetries, retriesInWindow, requestsInWindow],
    [1, 100, 20, 20, 100],
  );
});

test("when everything begins to fail, what good requests before it allow does not feed the storm", () => {
  const { budget } = setUp();
  for (let good = 0; good < 5_000; good++) {
    budget.beginRequest();
    budget.noteAnswer();
    budget.endRequest();
  }
  let retries = 0;
  for (let request = 0; request < 2_000; request++) {
    budget.beginRequest();
    if (budget.tryBeginRetry(false)) {
      retries += 1;
      budget.endRetry();
    }
    budget.endRequest();
  }
  assert.ok(retries <= 0.2 * 2_000 + 10, `${retries} retries`);
  budget.noteAnswer();
  budget.beginRequest();
  assert.equal(budget.tryBeginRetry(false), true, "one answer ends the storm");
});

test("failing over to a proven target is counted and never denied", () => {
  const { budget } = setUp();
  budget.beginRequest();
  for (let index = 0; index < 50; index++) assert.equal(budget.tryBeginRetry(true), true);
  assert.equal(budget.tryBeginRetry(false), false);
});

type Storm = { readonly targets: number; readonly latencyMs: number; readonly seconds: number };

/** 1,000 requests a second, each target fails each call after `latencyMs`; breakers and policy as wired. */
function storm({ targets, latencyMs, seconds }: Storm): { clientCalls: number; endpointCalls: number } {
  const { held, clock, budget } = setUp();
  const breakers = Array.from({ length: targets }, () => new Breaker(clock));
  let clientCalls = 0;
  let endpointCalls = 0;
  let turn = 0;
  type Flight = { tried: number[]; target: number; startedMs: number };
  const due = new Map<number, Flight[]>();
  const send = (flight: Flight) => {
    endpointCalls++;
    flight.tried.push(flight.target);
    flight.startedMs = held.now;
    const list = due.get(held.now + latencyMs) ?? [];
    list.push(flight);
    due.set(held.now + latencyMs, list);
  };
  const fail = (flight: Flight) => {
    const breaker = breakers[flight.target];
    if (flight.tried.length === 1) breaker?.recordStrike(flight.startedMs);
    if (flight.tried.length > 1) budget.endRetry();
    const untried = breakers.map((_, index) => index).filter((index) => !flight.tried.includes(index));
    const next = untried[0];
    const decision = decideNext(
      {
        attempts: flight.tried.length,
        retry: "another_target",
        isTransient: true,
        hintMs: undefined,
        hasUntried: untried.length > 0,
        isNextProven: next !== undefined && breakers[next]?.isProven === true,
        isOnlyTarget: targets === 1,
        remainingMs: 600_000,
        isMaybeDone: false,
        isLaterProven: false,
        restMs: undefined,
      },
      budget,
      clock,
    );
    if (decision.kind === "next_target" && next !== undefined) send({ ...flight, target: next });
    else if (decision.kind === "same_target_after") send(flight);
    else budget.endRequest();
  };
  for (; held.now < seconds * 1_000; held.now++) {
    for (const flight of due.get(held.now) ?? []) fail(flight);
    due.delete(held.now);
    budget.beginRequest();
    clientCalls++;
    send({ tried: [], target: turn++ % targets, startedMs: held.now });
  }
  return { clientCalls, endpointCalls };
}

for (const targets of [1, 2, 3, 5]) {
  for (const latencyMs of [1, 100, 2_000]) {
    test(`row 97: all of ${targets} fail after ${latencyMs} ms at 1,000 requests a second: at most 1.2 calls each`, () => {
      const { clientCalls, endpointCalls } = storm({ targets, latencyMs, seconds: 30 });
      assert.ok(endpointCalls > clientCalls, "there were retries");
      assert.ok(endpointCalls <= 1.2 * clientCalls, `${endpointCalls} calls for ${clientCalls}`);
    });
  }
}
