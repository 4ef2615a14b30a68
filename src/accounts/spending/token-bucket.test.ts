// Tests of token-bucket.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TokenBucket } from "./token-bucket.ts";

const MINUTE_MS = 60_000;

test("a full bucket gives all that it holds at once, and as much again over its window", () => {
  const bucket = new TokenBucket(60, MINUTE_MS, 0);
  for (let count = 0; count < 60; count += 1) {
    assert.equal(bucket.waitMs(1, 0), 0);
    bucket.take(1, 0);
  }
  assert.equal(bucket.waitMs(1, 0), 1_000);
  assert.equal(Math.round(bucket.waitMs(1, 999)), 1);
  assert.equal(bucket.waitMs(1, 1_000), 0);
  assert.equal(bucket.fullInMs(0), MINUTE_MS);
  assert.equal(bucket.level(10 * MINUTE_MS), 60);
});

test("what was used above the expectation is paid back before anything else is let through", () => {
  const bucket = new TokenBucket(100, MINUTE_MS, 0);
  bucket.take(250, 0);
  assert.equal(bucket.level(0), -150);
  assert.equal(bucket.waitMs(1, 0), (151 / 100) * MINUTE_MS);
  bucket.take(-500, 0);
  assert.equal(bucket.level(0), 100);
});

test("who asks for more than there can ever be waits until the bucket is full", () => {
  const bucket = new TokenBucket(100, MINUTE_MS, 0);
  assert.equal(bucket.waitMs(1_000, 0), 0);
  bucket.take(50, 0);
  assert.equal(bucket.waitMs(1_000, 0), MINUTE_MS / 2);
});

test("another size keeps what was used", () => {
  const bucket = new TokenBucket(100, MINUTE_MS, 0);
  bucket.take(30, 0);
  bucket.resize(50, 0);
  assert.equal(bucket.level(0), 20);
  bucket.resize(10, 0);
  assert.equal(bucket.level(0), -20);
});

test("whatever is asked for when, in no window is more let through than twice the size, and the level stays within bounds", () => {
  const step = fc.record({ pauseMs: fc.nat(20_000), count: fc.integer({ min: 1, max: 30 }) });
  const property = fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step), (capacity, steps) => {
    const bucket = new TokenBucket(capacity, MINUTE_MS, 0);
    const taken: { readonly atMs: number; readonly count: number }[] = [];
    let nowMs = 0;
    for (const { pauseMs, count } of steps) {
      nowMs += pauseMs;
      const wanted = Math.min(count, capacity);
      const waitMs = bucket.waitMs(wanted, nowMs);
      if (waitMs === 0) {
        bucket.take(wanted, nowMs);
        taken.push({ atMs: nowMs, count: wanted });
      } else {
        // It says when: then it is let through, and no sooner.
        assert.equal(bucket.waitMs(wanted, nowMs + waitMs + 0.001), 0);
        assert.ok(bucket.waitMs(wanted, nowMs + waitMs * 0.9) > 0);
      }
      const level = bucket.level(nowMs);
      assert.ok(level >= -1e-6 && level <= capacity);
      const inWindow = taken.filter(({ atMs }) => atMs > nowMs - MINUTE_MS);
      const sum = inWindow.reduce((total, one) => total + one.count, 0);
      assert.ok(sum <= 2 * capacity + 1e-6, `${sum} of ${capacity}`);
    }
  });
  fc.assert(property);
});
