// Tests of the loop of looks: one at a time, on whatever happens, until it is closed.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Looks } from "./looks.ts";

/** Timers ring when told to. */
function heldTimers(t: TestContext): (ms: number) => Promise<void> {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return async (ms) => {
    t.mock.timers.tick(ms);
    // What a look that has ended leads to comes in microtasks.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
}

test("each look follows the one before after as long as that has said, also one that failed", async (t) => {
  const pass = heldTimers(t);
  let seen = 0;
  const looks = new Looks(() => {
    seen += 1;
    return seen === 2 ? Promise.reject(new Error("no disk")) : Promise.resolve(100);
  });
  looks.begin(10);
  await pass(9);
  assert.equal(seen, 0);
  await pass(1);
  assert.equal(seen, 1);
  await pass(100);
  assert.equal(seen, 2);
  // It waits as long again as before the one that failed.
  await pass(99);
  assert.equal(seen, 2);
  await pass(1);
  assert.equal(seen, 3);
  await looks.close();
});

test("a look that takes long holds up the next one, and the end", async (t) => {
  const pass = heldTimers(t);
  let end = () => {};
  let seen = 0;
  const looks = new Looks(() => {
    seen += 1;
    return new Promise((resolve) => {
      end = () => resolve(10);
    });
  });
  looks.begin(10);
  await pass(10);
  await pass(1_000);
  assert.equal(seen, 1);
  let isClosed = false;
  const closing = looks.close().then(() => {
    isClosed = true;
  });
  await pass(0);
  assert.equal(isClosed, false);
  assert.equal(looks.isClosed, true);
  end();
  await closing;
  await pass(1_000);
  assert.equal(seen, 1, "nothing is looked at behind the end");
});
