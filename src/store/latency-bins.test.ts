import assert from "node:assert/strict";
import { test } from "node:test";
import { BINS, binOf, quantilesOf } from "./latency-bins.ts";

function countsOf(latencies: readonly number[]): readonly number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const ms of latencies) counts[binOf(ms)] = (counts[binOf(ms)] ?? 0) + 1;
  return counts;
}

test("half and 19 of 20 are right to a tenth, from a millisecond to an hour", () => {
  for (const scale of [1, 10, 300, 4_000, 100_000, 2_000_000]) {
    const latencies = Array.from({ length: 1_000 }, (_, at) => scale * (1 + at / 1_000));
    const found = quantilesOf(countsOf(latencies));
    assert.equal(found?.count, 1_000);
    for (const [value, wanted] of [
      [found?.p50, 1.5 * scale],
      [found?.p95, 1.95 * scale],
      [found?.p99, 1.99 * scale],
    ] as const)
      assert.ok(Math.abs((value ?? 0) / wanted - 1) < 0.1, `${value} for ${wanted}`);
  }
});

test("odd latencies have a bin, and none has no quantiles", () => {
  assert.deepEqual([Number.NaN, -1, 0, 0.5, 1, Number.POSITIVE_INFINITY].map(binOf), [0, 0, 0, 0, 0, 150]);
  assert.equal(quantilesOf([]), null);
});
