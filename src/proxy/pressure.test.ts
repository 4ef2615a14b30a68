// Tests of pressure.ts.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Clock } from "../core/clock.ts";
import {
  type MemoryReading,
  memoryLimitBytes,
  Pressure,
  type PressureChange,
  pressureLimits,
  readMemory,
} from "./pressure.ts";

const LIMITS = { lagMs: 500, lateForMs: 1_500, heapShare: 0.8, rssShare: 0.9, bodyBytes: 1_000 };
const CALM: MemoryReading = { heapBytes: 100, heapLimitBytes: 1_000, rssBytes: 100, rssLimitBytes: 1_000 };

/** A pressure whose time and memory the test sets; each beat takes half a second and its lag. */
class Rig {
  memory = CALM;
  nowMs = 0;
  readonly changes: PressureChange[] = [];
  readonly pressure: Pressure;

  constructor() {
    const clock: Clock = { nowMs: () => this.nowMs, wallMs: () => 0, random: () => 0 };
    this.pressure = new Pressure({
      clock,
      limits: LIMITS,
      readMemory: () => this.memory,
      onChange: (change) => this.changes.push(change),
    });
  }

  beat(lagMs: number, memory: Partial<MemoryReading> = {}): boolean {
    this.memory = { ...CALM, ...memory };
    this.nowMs += 500 + lagMs;
    this.pressure.onBeat(lagMs);
    return this.pressure.isShedding;
  }
}

test("one stop of the event loop sheds nothing, however long; lateness that lasts does", () => {
  const rig = new Rig();
  assert.equal(rig.beat(30_000), false);
  assert.equal(rig.beat(0), false);
  const shed = [600, 600, 600, 600].map((lagMs) => rig.beat(lagMs));
  assert.deepEqual(shed, [false, false, true, true]);
  assert.equal(rig.pressure.reason, "event_loop");
});

test("shedding ends well below where it began, and each change is told once with its reason", () => {
  const rig = new Rig();
  for (const lagMs of [600, 600, 600, 600]) rig.beat(lagMs);
  assert.equal(rig.beat(450), true);
  assert.equal(rig.beat(400), false);
  // From there it begins anew.
  assert.equal(rig.beat(600), false);
  assert.deepEqual(
    rig.changes.map((change) => change.reason),
    ["event_loop", undefined],
  );
});

test("a heap near its limit sheds at once, and until it is well below", () => {
  const rig = new Rig();
  assert.equal(rig.beat(0, { heapBytes: 799 }), false);
  assert.equal(rig.beat(0, { heapBytes: 800 }), true);
  assert.equal(rig.pressure.reason, "heap");
  assert.equal(rig.beat(0, { heapBytes: 690 }), true);
  assert.equal(rig.beat(0, { heapBytes: 670 }), false);
  assert.equal(rig.beat(0, { heapBytes: 790 }), false);
});

test("memory near what the process may use sheds at once, and until it is well below", () => {
  const rig = new Rig();
  assert.equal(rig.beat(0, { rssBytes: 899 }), false);
  assert.equal(rig.beat(0, { rssBytes: 900 }), true);
  assert.equal(rig.pressure.reason, "memory");
  assert.equal(rig.beat(0, { rssBytes: 770 }), true);
  assert.equal(rig.beat(0, { rssBytes: 760 }), false);
});

test("one reason after the other is one time of shedding", () => {
  const rig = new Rig();
  for (const lagMs of [600, 600, 600]) rig.beat(lagMs);
  assert.equal(rig.beat(0, { heapBytes: 900 }), true);
  assert.equal(rig.pressure.reason, "heap");
  rig.beat(0);
  assert.equal(rig.changes.length, 2);
});

test("bodies have room up to the bound, and one alone whatever its size", () => {
  const { pressure } = new Rig();
  assert.equal(pressure.tryHold(5_000), true);
  assert.equal(pressure.tryHold(1), false);
  assert.equal(pressure.tryHold(0), true);
  pressure.release(5_000);
  assert.equal(pressure.tryHold(600), true);
  assert.equal(pressure.tryHold(400), true);
  assert.equal(pressure.tryHold(1), false);
  assert.equal(pressure.bodyBytes, 1_000);
  pressure.release(600);
  assert.equal(pressure.tryHold(500), true);
});

test("an idle process on this machine is far from its bounds", () => {
  const memory = readMemory(memoryLimitBytes());
  const limits = pressureLimits(memory);
  assert.ok(memory.heapBytes > 0 && memory.heapBytes < memory.heapLimitBytes * limits.heapShare);
  assert.ok(memory.rssBytes > 0 && memory.rssBytes < memory.rssLimitBytes * limits.rssShare);
  assert.ok(limits.bodyBytes >= 256 * 1024 * 1024);
});

test("where no file can be opened to read the memory from, what the heap says must do", (t) => {
  t.after(() => mock.restoreAll());
  mock.method(process.memoryUsage, "rss", () => {
    throw new Error("EMFILE");
  });
  const memory = readMemory(1_000);
  assert.ok(memory.rssBytes >= memory.heapBytes);
});
