// Unit tests of the "did you mean" arithmetic.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { editDistance, NameIndex, nearest } from "./nearest.ts";

test("a swap of neighbours is one edit", () => {
  assert.equal(editDistance("wieght", "weight"), 1);
  assert.equal(editDistance("weight", "weight"), 0);
  assert.equal(editDistance("", "abc"), 3);
  assert.equal(editDistance("kitten", "sitting"), 3);
});

test('a limit stops the work and says only "more"', () => {
  assert.equal(editDistance("abcdef", "uvwxyz", 2), 3);
  assert.equal(editDistance("a", "abcdef", 2), 3);
});

test("distance is symmetric, zero only for equals, and never above the longer length", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
      const distance = editDistance(left, right);
      assert.equal(distance, editDistance(right, left));
      assert.equal(distance === 0, left === right);
      assert.ok(distance <= Math.max(left.length, right.length));
    }),
  );
});

test("nearest finds typos, other case and the longer name, best first", () => {
  assert.deepEqual(nearest("wieght", ["weight", "name", "models"]), ["weight"]);
  assert.deepEqual(nearest("OpenAI", ["openai", "local"]), ["openai"]);
  assert.deepEqual(nearest("gpt-4o", ["gpt-4o-mini", "gpt-4", "llama"], 3), ["gpt-4", "gpt-4o-mini"]);
  assert.deepEqual(nearest("openai/gpt-4o", ["gpt-4o", "llama"]), ["gpt-4o"]);
});

test("nothing near is nothing; absurd lengths are not compared", () => {
  assert.deepEqual(nearest("zzz", ["weight", "name"]), []);
  assert.deepEqual(nearest("", ["a"]), []);
  assert.deepEqual(nearest("x".repeat(512), ["x".repeat(511)]), []);
});

test("an index finds what a look at every name would", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "C", "-", "1"), minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 40 }), (name, names) => {
      const wanted = name.toLowerCase();
      const limit = Math.max(1, Math.min(4, Math.floor(wanted.length / 3)));
      const isNear = (other: string): boolean => {
        const shorter = Math.min(other.length, wanted.length);
        const isPart = shorter >= 3 && (other.includes(wanted) || wanted.includes(other));
        return editDistance(wanted, other, limit) <= limit || isPart;
      };
      const near = names.filter((one) => isNear(one.toLowerCase())).sort();
      assert.deepEqual(nearest(name, names, 100).toSorted(), near);
    }),
    { numRuns: 2_000 },
  );
});

test("a search compares a few hundred names at most, the likeliest first", () => {
  for (const count of [2_000, 10_000]) {
    const index = new NameIndex(Array.from({ length: count }, (_, at) => `vendor/model-${at}`));
    for (const name of [
      "vendor/model-99999",
      "vendor/mdoel-77",
      "v",
      "model",
      "nothing-like-it",
      "x".repeat(128),
    ]) {
      const before = index.compared;
      index.nearest(name, 3);
      assert.ok(index.compared - before <= 512, `${name}: ${index.compared - before}`);
    }
    assert.deepEqual(index.nearest("vendor/mdoel-777"), ["vendor/model-777"]);
  }
  const mixed = new NameIndex(
    Array.from({ length: 10_000 }, (_, at) => `${at.toString(36)}-${"abcdefgh".repeat(at % 9)}`),
  );
  mixed.nearest("gpt-4o-mini", 3);
  assert.ok(mixed.compared < 100, `${mixed.compared}`);
});
