// Tests of time-ordered-id.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeOrderedIds } from "./time-ordered-id.ts";

const IDS = new TimeOrderedIds();
const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

test("an id is a UUID of version 7 with the time in it", () => {
  for (const wallMs of [0, 1, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 1_764_182_592_123, 2 ** 48 - 1]) {
    const id = IDS.next(wallMs);
    assert.match(id, SHAPE);
    assert.equal(timeOf(id), wallMs);
  }
});

test("a fraction of a millisecond is left out", () => {
  assert.equal(timeOf(IDS.next(1_764_182_592_123.9)), 1_764_182_592_123);
});

test("ids sort by time, and those of one moment differ", () => {
  const ids = [1_764_182_592_123, 1_764_182_592_124, 1_764_182_658_000].map((wallMs) => IDS.next(wallMs));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(Array.from({ length: 1_000 }, () => IDS.next(5))).size, 1_000);
});
