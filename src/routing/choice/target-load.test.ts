// Tests of the estimate of first-token times and of the registry of loads.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PeakEwma, TargetLoads } from "./target-load.ts";

test("a slow answer counts at once, quick ones mend it slowly, silence lets it sink", () => {
  const wait = new PeakEwma();
  assert.equal(wait.valueMs(0), 250);
  wait.observe(100, 0);
  assert.equal(wait.valueMs(0), 100);
  wait.observe(900, 0);
  assert.equal(wait.valueMs(0), 900);
  wait.observe(100, 15_000);
  const mended = wait.valueMs(15_000);
  assert.ok(mended > 500 && mended < 700, `${mended}`);
  assert.ok(wait.valueMs(15_000 + 300_000) < 1);
});

test("property: the estimate is never above the slowest answer", () => {
  const samples = fc.array(fc.record({ ms: fc.nat(100_000), gapMs: fc.nat(60_000) }), { minLength: 1 });
  fc.assert(
    fc.property(samples, (history) => {
      const wait = new PeakEwma();
      let nowMs = 0;
      for (const { ms, gapMs } of history) {
        nowMs += gapMs;
        wait.observe(ms, nowMs);
      }
      const value = wait.valueMs(nowMs);
      assert.ok(value >= 0 && value <= Math.max(...history.map(({ ms }) => ms)) + 1e-6);
    }),
  );
});

test("loads outlive a reload; forgotten ones must be idle", () => {
  const loads = new TargetLoads({ nowMs: () => 0, wallMs: () => 0, random: () => 0 });
  const kept = loads.of("a/m");
  loads.of("b/m").begin();
  loads.of("c/m");
  loads.retain((key) => key === "a/m");
  assert.equal(loads.of("a/m"), kept);
  assert.equal(loads.of("b/m").inFlight, 1);
});
