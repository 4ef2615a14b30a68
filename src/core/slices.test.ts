// Tests of slices.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runAtOnce, type SlicedWork, SliceQueue } from "./slices.ts";

function* countTo(end: number, onSlice: (slice: number) => void): SlicedWork<number> {
  for (let slice = 1; slice < end; slice += 1) {
    onSlice(slice);
    yield;
  }
  onSlice(end);
  return end;
}

test("one slice is run a turn of the event loop, however much work waits", async () => {
  const queue = new SliceQueue();
  let sinceTurn = 0;
  let most = 0;
  const onSlice = (): void => {
    sinceTurn += 1;
    most = Math.max(most, sinceTurn);
  };
  let isOver = false;
  const turn = (): void => {
    sinceTurn = 0;
    if (!isOver) setImmediate(turn);
  };
  turn();
  const results = await Promise.all([3, 5, 4].map((end) => queue.run(countTo(end, onSlice))));
  isOver = true;
  assert.deepEqual(results, [3, 5, 4]);
  assert.equal(most, 1);
});

test("works take turns, so that a small one does not wait for a large one", async () => {
  const queue = new SliceQueue();
  const order: string[] = [];
  const large = queue.run(countTo(9, (slice) => order.push(`large ${slice}`)));
  await queue.run(countTo(2, (slice) => order.push(`small ${slice}`)));
  assert.deepEqual(order, ["large 1", "small 1", "large 2", "small 2"]);
  assert.equal(await large, 9);
});

test("what a work throws is its own, and the others go on", async () => {
  const queue = new SliceQueue();
  const broken = queue.run(
    countTo(5, (slice) => {
      if (slice === 2) throw new RangeError("broken");
    }),
  );
  const whole = queue.run(countTo(4, () => undefined));
  await assert.rejects(broken, RangeError);
  assert.equal(await whole, 4);
});

test("without a queue the same work is run at once", () => {
  assert.equal(runAtOnce(countTo(7, () => undefined)), 7);
});
