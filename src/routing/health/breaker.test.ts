// Tests of the health state machine: its rules one by one, then the promises that hold for any history.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Breaker } from "./breaker.ts";
import { BREAKER_DEFAULTS } from "./breaker-options.ts";

function heldClock(startMs = 1_000_000) {
  const held = { now: startMs, lot: 0 };
  const clock = { nowMs: () => held.now, wallMs: () => 0, random: () => held.lot };
  return { held, clock };
}

function setUp() {
  const { held, clock } = heldClock();
  const breaker = new Breaker(clock);
  const strike = (times = 1) => {
    for (let index = 0; index < times; index++) breaker.recordStrike(held.now);
  };
  const succeed = (times = 1) => {
    for (let index = 0; index < times; index++) breaker.recordSuccess(held.now);
  };
  const probe = () => {
    held.now = Math.max(held.now, breaker.until);
    assert.notEqual(breaker.tryAcquireProbe(), 0);
  };
  return { held, breaker, strike, succeed, probe };
}

test("three strikes in a row eject for 10 s; a success in between starts the count anew", () => {
  const { held, breaker, strike, succeed } = setUp();
  strike(2);
  succeed();
  strike(2);
  assert.equal(breaker.state, "closed");
  strike();
  assert.equal(breaker.state, "open");
  assert.equal(breaker.until, held.now + 10_000);
  assert.equal(breaker.isAvailable, false);
  held.now += 9_999;
  assert.equal(breaker.state, "open");
  held.now += 1;
  assert.equal(breaker.state, "half_open");
  assert.equal(breaker.isAvailable, true);
});

test("half of at least ten requests in 30 s eject, not of nine, and not when they are old", () => {
  const { held, breaker, strike, succeed } = setUp();
  for (let pair = 0; pair < 4; pair++) {
    succeed();
    strike();
  }
  succeed();
  assert.equal(breaker.state, "closed", "nine requests are too few");
  held.now += 31_000;
  strike();
  assert.equal(breaker.state, "closed", "the four strikes are forgotten");
  for (let pair = 0; pair < 4; pair++) {
    succeed();
    strike();
  }
  succeed();
  assert.equal(breaker.state, "closed");
  strike();
  assert.equal(breaker.state, "open", "six of eleven");
});

test("row 98: an endpoint that flaps is ejected for longer each time", () => {
  const { held, breaker, strike, succeed, probe } = setUp();
  const lengths: number[] = [];
  for (let round = 0; round < 40; round++) {
    strike(3);
    lengths.push(breaker.until - held.now);
    probe();
    succeed();
    held.now += 5_000;
  }
  assert.deepEqual(lengths.slice(0, 4), [10_000, 20_000, 30_000, 40_000]);
  assert.equal(lengths.at(-1), 300_000);
});

test("a failed probe ejects for longer; a success halves n; healthy time lowers it", () => {
  const { held, breaker, strike, succeed, probe } = setUp();
  strike(3);
  for (let failure = 0; failure < 7; failure++) {
    probe();
    strike();
  }
  assert.equal(breaker.snapshot().ejections, 8);
  assert.equal(breaker.until - held.now, 80_000);
  probe();
  succeed();
  assert.equal(breaker.state, "closed");
  assert.equal(breaker.snapshot().ejections, 4);
  held.now += 60_000;
  strike(3);
  assert.equal(breaker.snapshot().ejections, 3, "two healthy intervals off four, and this ejection");
  probe();
  succeed();
  held.now += 3_600_000;
  strike(3);
  assert.equal(breaker.snapshot().ejections, 1);
});

test("jitter shortens an ejection by at most a fifth", () => {
  const { held, breaker, strike } = setUp();
  held.lot = 0.5;
  strike(3);
  assert.equal(breaker.until - held.now, 9_000);
});

test("row 99: one probe at a time, given back when it is aborted, lost when its owner vanishes", () => {
  const { held, breaker, strike } = setUp();
  strike(3);
  assert.equal(breaker.tryAcquireProbe(), 0, "none while open");
  held.now = breaker.until;
  const first = breaker.tryAcquireProbe();
  assert.notEqual(first, 0);
  assert.equal(breaker.tryAcquireProbe(), 0);
  assert.equal(breaker.isAvailable, false);
  breaker.releaseProbe(first);
  assert.equal(breaker.isAvailable, true);
  const second = breaker.tryAcquireProbe();
  breaker.releaseProbe(first);
  assert.equal(breaker.tryAcquireProbe(), 0, "a token of an earlier probe frees nothing");
  held.now += BREAKER_DEFAULTS.probeLeaseMs;
  const third = breaker.tryAcquireProbe();
  assert.ok(third > second);
  breaker.releaseProbe(second);
  assert.equal(breaker.isProbeOut, true);
});

test("requests from before the ejection neither lengthen nor end it, nor strike after the recovery", () => {
  const { held, breaker, strike, succeed, probe } = setUp();
  const before = held.now - 50;
  strike(3);
  const { until } = breaker;
  breaker.recordStrike(before);
  breaker.recordSuccess(before);
  assert.equal(breaker.state, "open");
  assert.equal(breaker.until, until);
  probe();
  breaker.recordStrike(before);
  breaker.recordSuccess(before);
  assert.equal(breaker.state, "half_open");
  succeed();
  for (let late = 0; late < 5; late++) breaker.recordStrike(before);
  assert.equal(breaker.state, "closed");
});

test("panic mode: a success while open closes, a strike does not lengthen", () => {
  const { held, breaker, strike } = setUp();
  strike(3);
  const { until } = breaker;
  held.now += 100;
  breaker.recordStrike(held.now);
  assert.equal(breaker.until, until);
  breaker.recordSuccess(held.now);
  assert.equal(breaker.state, "closed");
});

test("slow start: from a tenth to the whole in 30 s, and only after an ejection", () => {
  const { held, breaker, strike, succeed, probe } = setUp();
  assert.equal(breaker.weightFactor(), 1);
  strike(3);
  probe();
  succeed();
  assert.equal(breaker.weightFactor(), 0.1);
  held.now += 15_000;
  assert.equal(breaker.weightFactor(), 0.55);
  held.now += 15_000;
  assert.equal(breaker.weightFactor(), 1);
});

test("new constants cut an ejection that runs to the new cap", () => {
  const { held, breaker, strike } = setUp();
  strike(3);
  breaker.configure({ ...BREAKER_DEFAULTS, windowMs: 10_000, maxEjectionMs: 1_000 });
  assert.equal(breaker.until, held.now + 1_000);
});

type Step =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "lot"; readonly value: number }
  | { readonly kind: "success" | "strike"; readonly ageMs: number }
  | { readonly kind: "probe" | "release" | "probe_success" | "probe_strike" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat(500), fc.nat(20_000), fc.nat(10_000_000)),
    }),
    fc.record({ kind: fc.constant("lot" as const), value: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
    fc.record({ kind: fc.constantFrom("success" as const, "strike" as const), ageMs: fc.nat(40_000) }),
    fc.record({
      kind: fc.constantFrom(
        "probe" as const,
        "release" as const,
        "probe_success" as const,
        "probe_strike" as const,
      ),
    }),
  ),
  { maxLength: 120 },
);

test("property: never past the cap, never two probes at once, and always a way back", () => {
  fc.assert(
    fc.property(steps, (history) => {
      const { held, clock } = heldClock();
      const breaker = new Breaker(clock);
      // Probes that are out: token to the time of its start.
      const out = new Map<number, number>();
      for (const step of history) {
        if (step.kind === "wait") held.now += step.ms;
        if (step.kind === "lot") held.lot = step.value;
        if (step.kind === "success") breaker.recordSuccess(held.now - step.ageMs);
        if (step.kind === "strike") breaker.recordStrike(held.now - step.ageMs);
        if (step.kind === "probe") {
          const token = breaker.tryAcquireProbe();
          if (token !== 0) {
            const alive = [...out.values()].filter(
              (startedMs) => held.now < startedMs + BREAKER_DEFAULTS.probeLeaseMs,
            );
            assert.deepEqual(alive, [], "two probes at once");
            out.set(token, held.now);
          }
        }
        const [oldest] = out;
        if (oldest !== undefined && ["release", "probe_success", "probe_strike"].includes(step.kind)) {
          const [token, startedMs] = oldest;
          if (step.kind === "probe_success") breaker.recordSuccess(startedMs);
          if (step.kind === "probe_strike") breaker.recordStrike(startedMs);
          breaker.releaseProbe(token);
          out.delete(token);
        }
        // A new ejection or a recovery ends the round of probes.
        if (breaker.state !== "half_open") out.clear();
        assert.ok(breaker.until - held.now <= BREAKER_DEFAULTS.maxEjectionMs);
        assert.ok(breaker.weightFactor() >= BREAKER_DEFAULTS.slowStartFloor && breaker.weightFactor() <= 1);
      }
      // The owner of whatever probe is out has vanished.
      held.now += BREAKER_DEFAULTS.maxEjectionMs + BREAKER_DEFAULTS.probeLeaseMs;
      assert.notEqual(breaker.state, "open");
      if (breaker.state === "half_open") {
        assert.notEqual(breaker.tryAcquireProbe(), 0);
        breaker.recordSuccess(held.now);
      }
      assert.equal(breaker.state, "closed");
      held.now += BREAKER_DEFAULTS.slowStartMs;
      assert.equal(breaker.weightFactor(), 1);
    }),
    { numRuns: 500 },
  );
});
