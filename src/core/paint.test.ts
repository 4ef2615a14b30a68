// Tests of `paint.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { painter } from "./paint.ts";

test("a text is painted whatever standard output is, and its style ends with it", () => {
  const paint = painter(true);
  assert.equal(paint("red", "x"), "\u001b[31mx\u001b[39m");
  assert.equal(paint(["bold", "red"], "x"), "\u001b[1m\u001b[31mx\u001b[39m\u001b[22m");
});

test("without colour nothing is added", () => {
  assert.equal(painter(false)(["bold", "red"], "x"), "x");
});
