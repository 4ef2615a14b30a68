// Tests of what comes behind the end of a stream: how long it may go on, and what makes it an end after all.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { HeldClock } from "../../../test/support/held-clock.ts";
import { SpareTimers } from "../exchange/spare-timers.ts";
import { AttemptTimer } from "./attempt-timer.ts";
import { StreamTail } from "./stream-tail.ts";

const EVENT = { isOver: true, hadEvent: true };
const COMMENT = { isOver: true, hadEvent: false };

/** A tail whose end is counted, with a limit of silence for the stream before it. */
function tailOf(t: TestContext, idleMs = 60_000) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const clock = new HeldClock();
  const made = { ended: 0 };
  const timer = new AttemptTimer(clock, new SpareTimers(), Number.POSITIVE_INFINITY, () => {
    made.ended += 1;
  });
  const tail = new StreamTail(clock, timer, idleMs);
  const pass = (ms: number): void => {
    clock.advance(ms);
    t.mock.timers.tick(ms);
  };
  return { made, tail, pass };
}

test("three seconds without an event end it, whatever comments come", (t) => {
  const { made, tail, pass } = tailOf(t);
  tail.note(EVENT);
  for (let second = 0; second < 2; second += 1) {
    pass(1_000);
    tail.note(COMMENT);
  }
  pass(999);
  assert.equal(made.ended, 0);
  pass(1);
  assert.equal(made.ended, 1);
});

test("events that belong behind the end prolong it, to fifteen seconds in all", (t) => {
  const { made, tail, pass } = tailOf(t);
  tail.note(EVENT);
  for (let times = 0; times < 7; times += 1) {
    pass(2_000);
    tail.note(EVENT);
  }
  pass(999);
  assert.equal(made.ended, 0);
  pass(1);
  assert.equal(made.ended, 1);
});

test("more of the answer shows that it was no end: the usual limit holds again", (t) => {
  const { made, tail, pass } = tailOf(t);
  tail.note(EVENT);
  tail.note({ isOver: false, hadEvent: true });
  pass(59_999);
  assert.equal(made.ended, 0);
  pass(1);
  assert.equal(made.ended, 1);
});

test("a limit of silence that is shorter holds here as well", (t) => {
  const { made, tail, pass } = tailOf(t, 400);
  tail.note(EVENT);
  pass(400);
  assert.equal(made.ended, 1);
});
