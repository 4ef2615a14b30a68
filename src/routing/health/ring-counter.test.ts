// Tests of the sliding count, against a list of times.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RingCounter } from "./ring-counter.ts";

test("counts events and forgets them a bucket at a time", () => {
  const counter = new RingCounter(10_000, 10);
  counter.add(0);
  counter.add(999);
  counter.add(1000);
  assert.equal(counter.sum(9_999), 3);
  assert.equal(counter.sum(10_000), 1);
  assert.equal(counter.sum(11_000), 0);
  counter.add(60_000);
  assert.equal(counter.sum(60_000), 1);
  counter.clear();
  assert.equal(counter.sum(60_000), 0);
});

test("property: equals the number of events in the newest buckets", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 200 }), (gaps) => {
      const counter = new RingCounter(5000, 5);
      const times: number[] = [];
      let nowMs = 12_345;
      for (const gap of gaps) {
        nowMs += gap;
        counter.add(nowMs);
        times.push(nowMs);
        const oldestBucket = Math.floor(nowMs / 1000) - 4;
        assert.equal(
          counter.sum(nowMs),
          times.filter((time) => Math.floor(time / 1000) >= oldestBucket).length,
        );
      }
    }),
  );
});
