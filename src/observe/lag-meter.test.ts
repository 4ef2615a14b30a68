// Tests of lag-meter.ts.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Clock } from "../core/clock.ts";
import { LAG_BEAT_MS, LagMeter } from "./lag-meter.ts";

let nowMs = 0;
const clock: Clock = { nowMs: () => nowMs, wallMs: () => 0, random: () => 0 };

beforeEach(() => {
  nowMs = 1_000;
  mock.timers.enable({ apis: ["setInterval"] });
});

afterEach(() => mock.timers.reset());

/** One beat that comes so late. */
function beat(lateMs: number): void {
  nowMs += LAG_BEAT_MS + lateMs;
  mock.timers.tick(LAG_BEAT_MS);
}

test("the lag is how late a beat comes", () => {
  const seen: number[] = [];
  const meter = new LagMeter(clock, (lagMs) => seen.push(lagMs));
  meter.start();
  meter.start();
  for (const late of [0, 1_200, 3]) beat(late);
  assert.deepEqual(seen, [0, 1_200, 3]);
  assert.equal(meter.lagMs, 3);
  meter.stop();
  beat(50);
  assert.equal(seen.length, 3);
});

test("a beat that comes early is no lag", () => {
  const meter = new LagMeter(clock, () => {});
  meter.start();
  beat(-1);
  assert.equal(meter.lagMs, 0);
  meter.stop();
});

test("a loop that is really blocked is seen", async () => {
  mock.timers.reset();
  const { systemClock } = await import("../core/clock.ts");
  const { promise, resolve } = Promise.withResolvers<number>();
  const meter = new LagMeter(systemClock, resolve);
  meter.start();
  const untilMs = performance.now() + 1.2 * LAG_BEAT_MS;
  while (performance.now() < untilMs);
  // The meter keeps no process alive: something else must.
  const anchor = setTimeout(() => {}, 60_000);
  assert.ok((await promise) >= LAG_BEAT_MS / 10);
  clearTimeout(anchor);
  meter.stop();
});
