// Tests of gate.ts where its slots are borrowed from other processes.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Gate } from "./gate.ts";

const UNCANCELLED = (): void => {};

test("a gate with borrowed slots says when it is full, and who comes waits a moment for one of another process", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const gate = new Gate({ max: 1, queueMax: 0, queueMs: 1_000 });
  let asked = 0;
  gate.borrow({ onFull: () => (asked += 1), graceMs: 100, graceMax: 2 });
  assert.equal(gate.isFull, false);
  gate.lend(0);
  assert.equal(gate.isFull, true);
  assert.equal(asked, 1);
  const [first, second, third] = [1, 2, 3].map(() => gate.enter(UNCANCELLED));
  assert.equal(await third, "full");
  assert.equal(gate.isQueueFull, true);
  gate.lend(1);
  assert.equal(await first, "entered");
  mock.timers.tick(100);
  assert.equal(await second, "full");
  // Slots that are taken away cut nobody.
  gate.lend(0);
  assert.equal(gate.inFlight, 1);
  gate.leave();
  assert.equal(gate.tryEnter(), false);
});
