// Tests of answer-cache.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerCache, type CachedAnswer } from "./answer-cache.ts";

const FOR_EVER = Number.POSITIVE_INFINITY;

function answerOf(bytes: number, changes: Partial<CachedAnswer> = {}): CachedAnswer {
  return {
    headers: ["content-type", "text/plain"],
    body: Buffer.alloc(bytes),
    isStream: false,
    modelName: "m",
    mark: "1",
    keptMs: 0,
    untilMs: 1_000,
    ...changes,
  };
}

function cacheOf(maxBytes: number, maxAnswerBytes = maxBytes): AnswerCache {
  const cache = new AnswerCache();
  cache.configure({ maxBytes, maxAnswerBytes });
  return cache;
}

test("its bytes are those of what is in it, whatever was put in, replaced, aged and dropped", () => {
  const cache = cacheOf(10_000);
  // Numbers that look random, and are the same each time.
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % below;
  };
  for (let count = 0; count < 2_000; count += 1) {
    const key = String(next(20));
    if (next(3) === 0) cache.find(key, next(1_500), FOR_EVER);
    else cache.keep(key, answerOf(next(4_000), { mark: String(next(2)) }));
    if (next(50) === 0) cache.retain(() => "1");
    assert.ok(cache.snapshot().bytes <= 10_000);
  }
  cache.retain(() => undefined);
  assert.deepEqual([cache.snapshot().entries, cache.snapshot().bytes], [0, 0]);
});

test("what is too old for one request is kept for others, and what is over for none", () => {
  const cache = cacheOf(10_000);
  cache.keep("a", answerOf(1));
  assert.equal(cache.find("a", 500, 499), undefined);
  assert.notEqual(cache.find("a", 500, 500), undefined);
  assert.equal(cache.find("a", 500, -1), undefined);
  assert.equal(cache.find("a", 1_000, FOR_EVER), undefined);
  assert.deepEqual(cache.snapshot(), { entries: 0, bytes: 0, maxBytes: 10_000, hits: 1, misses: 3 });
});

test("answers that are coming have the same bound all together, and give it back", () => {
  const cache = cacheOf(1_000, 600);
  assert.equal(cache.take(600, 600), true);
  assert.equal(cache.take(1, 601), false);
  assert.equal(cache.take(400, 400), true);
  assert.equal(cache.take(1, 1), false);
  cache.release(600);
  assert.equal(cache.take(600, 600), true);
});

test("a smaller bound drops what is too much at once", () => {
  const cache = cacheOf(10_000);
  for (const key of ["a", "b", "c"]) cache.keep(key, answerOf(2_000));
  cache.configure({ maxBytes: 3_000, maxAnswerBytes: 3_000 });
  assert.equal(cache.snapshot().entries, 1);
  assert.notEqual(cache.find("c", 0, FOR_EVER), undefined);
});
