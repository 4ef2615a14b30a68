// Tests of spare-timers.ts.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SpareTimers } from "./spare-timers.ts";

function counted(): { rung: number; ring(): void } {
  return {
    rung: 0,
    ring() {
      this.rung += 1;
    },
  };
}

/** The calls of `setTimeout` from now on. */
function timersSet(t: TestContext): () => number {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const set = t.mock.method(globalThis, "setTimeout");
  return () => set.mock.callCount();
}

test("a timer that was given back rings for who has it then, and for nobody else", (t) => {
  const set = timersSet(t);
  const timers = new SpareTimers();
  const [one, two] = [counted(), counted()];
  timers.giveBack(timers.take(1_000, one));
  timers.take(1_000, two);
  assert.equal(set(), 1);
  t.mock.timers.tick(1_000);
  assert.deepEqual([one.rung, two.rung], [0, 1]);
});

test("one that would ring too late is not lent", (t) => {
  const set = timersSet(t);
  const timers = new SpareTimers();
  const owner = counted();
  timers.giveBack(timers.take(60_000, counted()));
  timers.take(10, owner);
  assert.equal(set(), 2);
  t.mock.timers.tick(10);
  assert.equal(owner.rung, 1);
});

test("one that has rung for nobody is gone", (t) => {
  const set = timersSet(t);
  const timers = new SpareTimers();
  const owner = counted();
  timers.giveBack(timers.take(1_000, counted()));
  t.mock.timers.tick(1_000);
  timers.take(1_000, owner);
  assert.equal(set(), 2);
  t.mock.timers.tick(1_000);
  assert.equal(owner.rung, 1);
});

test("so many as may run on are kept, and the others are cleared", (t) => {
  const set = timersSet(t);
  const timers = new SpareTimers();
  const lent = Array.from({ length: 300 }, () => timers.take(1_000, counted()));
  for (const timer of lent) timers.giveBack(timer);
  for (let again = 0; again < 300; again += 1) timers.take(1_000, counted());
  assert.equal(set(), 300 + 300 - 256);
});

test("one that runs for nobody keeps no process from ending, and one that was lent again does", () => {
  const before = held();
  const timers = new SpareTimers();
  const timer = timers.take(60_000, counted());
  assert.equal(held(), before + 1);
  timers.giveBack(timer);
  assert.equal(held(), before);
  timers.take(60_000, counted());
  assert.equal(held(), before + 1);
  timer.clear();
});

function held(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}
