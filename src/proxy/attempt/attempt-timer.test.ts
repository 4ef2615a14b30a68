// Tests of an attempt's timer: it rings when the wait of the moment has lasted too long, and not for one that is over.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { HeldClock } from "../../../test/support/held-clock.ts";
import { SpareTimers } from "../exchange/spare-timers.ts";
import { AttemptTimer } from "./attempt-timer.ts";

class TimerRig {
  readonly clock = new HeldClock();
  readonly timer: AttemptTimer;
  readonly #spare = new SpareTimers();
  rung = 0;
  readonly #context: TestContext;

  constructor(t: TestContext, deadlineAfterMs = Number.POSITIVE_INFINITY) {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    this.#context = t;
    this.timer = this.another(deadlineAfterMs);
  }

  another(deadlineAfterMs = Number.POSITIVE_INFINITY): AttemptTimer {
    return new AttemptTimer(this.clock, this.#spare, this.clock.nowMs() + deadlineAfterMs, () => {
      this.rung += 1;
    });
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    this.#context.mock.timers.tick(ms);
  }
}

test("it rings once when the limit is over", (t) => {
  const rig = new TimerRig(t);
  rig.timer.arm(1_000);
  rig.pass(999);
  assert.equal(rig.rung, 0);
  rig.pass(1);
  rig.pass(60_000);
  assert.equal(rig.rung, 1);
});

test("a refresh begins the same wait anew", (t) => {
  const rig = new TimerRig(t);
  rig.timer.arm(1_000);
  rig.pass(900);
  rig.timer.refresh();
  rig.pass(999);
  assert.equal(rig.rung, 0);
  rig.pass(1);
  assert.equal(rig.rung, 1);
});

test("a shorter wait counts from its own beginning, and so does a longer one", (t) => {
  const rig = new TimerRig(t);
  rig.timer.arm(10_000);
  rig.timer.arm(500);
  rig.pass(400);
  rig.timer.arm(2_000);
  rig.pass(1_999);
  assert.equal(rig.rung, 0);
  rig.pass(1);
  assert.equal(rig.rung, 1);
});

test("a timer that is set for the shortest of the waits to come is not set again for them", (t) => {
  const rig = new TimerRig(t);
  const set = t.mock.method(globalThis, "setTimeout");
  rig.timer.arm(5_000, 1_000);
  rig.pass(200);
  rig.timer.arm(1_000);
  for (let piece = 0; piece < 7; piece += 1) {
    rig.pass(100);
    rig.timer.refresh();
  }
  assert.equal(set.mock.callCount(), 1);
  assert.equal(rig.rung, 0);
});

test("the deadline cuts every wait short, and is known without a timer", (t) => {
  const rig = new TimerRig(t, 1_500);
  rig.timer.arm(1_000);
  rig.pass(900);
  rig.timer.refresh();
  rig.pass(599);
  assert.deepEqual([rig.rung, rig.timer.isOverdue], [0, false]);
  rig.clock.advance(2);
  assert.equal(rig.timer.isOverdue, true);
  rig.pass(0);
  rig.pass(1);
  assert.equal(rig.rung, 1);
});

test("a timer that is disarmed never rings again", (t) => {
  const rig = new TimerRig(t);
  rig.timer.arm(1_000);
  rig.timer.disarm();
  rig.timer.arm(1_000);
  rig.timer.refresh();
  rig.pass(60_000);
  assert.equal(rig.rung, 0);
});

test("an attempt after another sets no timer, and waits as long as it is to", (t) => {
  const rig = new TimerRig(t);
  const set = t.mock.method(globalThis, "setTimeout");
  rig.timer.arm(1_000);
  rig.pass(400);
  rig.timer.disarm();
  rig.another().arm(1_000);
  assert.equal(set.mock.callCount(), 1);
  rig.pass(999);
  assert.equal(rig.rung, 0);
  rig.pass(1);
  assert.equal(rig.rung, 1);
});

test("an attempt that has to be told sooner sets a timer of its own", (t) => {
  const rig = new TimerRig(t);
  rig.timer.arm(60_000);
  rig.timer.disarm();
  rig.another().arm(10);
  rig.pass(10);
  assert.equal(rig.rung, 1);
});

/** Has the process be late by so much from now on. */
function lateBy(t: TestContext, ms: number): void {
  const real = performance.now.bind(performance);
  t.mock.method(performance, "now", () => real() + ms);
}

test("where the process itself had no time, what has come meanwhile is read before the limit counts", async (t) => {
  const rig = new TimerRig(t);
  rig.timer.arm(1_000);
  lateBy(t, 1_500);
  rig.pass(1_000);
  assert.equal(rig.rung, 0);
  // As a read in the same turn of the event loop does.
  rig.timer.refresh();
  await new Promise(setImmediate);
  assert.equal(rig.rung, 0);
  rig.pass(1_000);
  assert.equal(rig.rung, 1);
});

for (const isOver of [false, true]) {
  const what = isOver ? "it does not ring where all is over by then" : "it rings where nothing has come";
  test(`a turn later ${what}`, async (t) => {
    const rig = new TimerRig(t);
    rig.timer.arm(1_000);
    lateBy(t, 1_500);
    rig.pass(1_000);
    if (isOver) rig.timer.disarm();
    await new Promise(setImmediate);
    assert.equal(rig.rung, isOver ? 0 : 1);
  });
}
