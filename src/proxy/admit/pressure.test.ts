// Tests of pressure.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../core/clock.ts";
import {
  type MemoryReading,
  memoryLimitBytes,
  PRESSURE_LIMITS,
  Pressure,
  type PressureChange,
  readMemory,
} from "./pressure.ts";

const LIMITS = { lagMs: 500, lateForMs: 1_500, heapShare: 0.8, heldShare: 0.9 };
const CALM: MemoryReading = { heapBytes: 100, heapLimitBytes: 1_000, heldBytes: 100, limitBytes: 1_000 };

/** A pressure whose time and memory the test sets; each beat takes half a second and its lag. */
class Rig {
  memory = CALM;
  nowMs = 0;
  readonly changes: PressureChange[] = [];
  /** What a collection leaves; undefined: it finds nothing to give back. */
  afterCollection: Partial<MemoryReading> | undefined;
  collections = 0;
  collectionMs = 0;
  readonly pressure: Pressure;

  constructor() {
    const clock: Clock = { nowMs: () => this.nowMs, wallMs: () => 0, random: () => 0 };
    this.pressure = new Pressure({
      clock,
      limits: LIMITS,
      readMemory: () => this.memory,
      collect: () => {
        this.collections += 1;
        this.nowMs += this.collectionMs;
        this.memory = { ...this.memory, ...this.afterCollection };
      },
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

test("held memory near what the process may use sheds at once, and until it is well below", () => {
  const rig = new Rig();
  assert.equal(rig.beat(0, { heldBytes: 899 }), false);
  assert.equal(rig.beat(0, { heldBytes: 900 }), true);
  assert.equal(rig.pressure.reason, "memory");
  assert.equal(rig.beat(0, { heldBytes: 770 }), true);
  assert.equal(rig.beat(0, { heldBytes: 760 }), false);
});

test("one reason after the other is one time of shedding", () => {
  const rig = new Rig();
  for (const lagMs of [600, 600, 600]) rig.beat(lagMs);
  assert.equal(rig.beat(0, { heapBytes: 900 }), true);
  assert.equal(rig.pressure.reason, "heap");
  rig.beat(0);
  assert.equal(rig.changes.length, 2);
});

test("memory that nobody holds sheds nothing: it is collected first, and not at every beat", () => {
  const rig = new Rig();
  rig.afterCollection = { heldBytes: 100 };
  assert.equal(rig.beat(0, { heldBytes: 950 }), false);
  assert.equal(rig.collections, 1);
  assert.equal(
    rig.beat(0, { heldBytes: 950 }),
    true,
    "a second collection so soon would be a pause for nothing",
  );
  assert.equal(rig.collections, 1);
  for (let beats = 0; beats < 4 && rig.beat(0, { heldBytes: 950 }); beats += 1);
  assert.equal(rig.pressure.isShedding, false);
  assert.equal(rig.collections, 2);
});

test("a peak that is over ends the shedding although nothing new is allocated", () => {
  const rig = new Rig();
  assert.equal(rig.beat(0, { heldBytes: 950 }), true);
  rig.afterCollection = { heldBytes: 50 };
  const beats = [1, 2, 3, 4].map(() => rig.beat(0, { heldBytes: 950 }));
  assert.ok(beats.includes(false), "open again within ten seconds of beats");
});

test("the process's own reading is whole, and no share of its bounds is spent by having started", () => {
  const memory = readMemory(memoryLimitBytes());
  assert.ok(memory.heapBytes > 0 && memory.heldBytes >= memory.heapBytes);
  assert.ok(memory.heapBytes < memory.heapLimitBytes);
  assert.ok(memory.heldBytes < memory.limitBytes * PRESSURE_LIMITS.heldShare);
});

test("a collection takes little of the time however long one takes", () => {
  const rig = new Rig();
  rig.collectionMs = 1_000;
  for (let beats = 0; beats < 98; beats += 1) rig.beat(0, { heldBytes: 950 });
  // At the first beat, and again after fifty seconds of beats of half a second.
  assert.equal(rig.collections, 1);
  for (let beats = 0; beats < 10; beats += 1) rig.beat(0, { heldBytes: 950 });
  assert.equal(rig.collections, 2);
});
