// Unit tests of the "did you mean" arithmetic.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { editDistance, nearest } from "./nearest.ts";

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

test("a search compares few names letter by letter, however many there are and however alike", () => {
  const alike = Array.from({ length: 10_000 }, (_, at) => `vendor/model-${String(at).padStart(5, "0")}`);
  const budget = { left: 400 };
  assert.ok(nearest("vendor/model-x0001", alike, 3, budget).length <= 3);
  assert.ok(budget.left >= 0);
  // Names that differ are told apart by their letters alone.
  const others = Array.from({ length: 10_000 }, (_, at) => `other-thing-${at}-of-many`);
  const untouched = { left: 400 };
  assert.deepEqual(nearest("gpt-6-astral-mini-quick", [...others, "gpt-6-astral-mini-quik"], 1, untouched), [
    "gpt-6-astral-mini-quik",
  ]);
  assert.ok(untouched.left > 390, `${400 - untouched.left} comparisons`);
});
