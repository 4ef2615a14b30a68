// Tests of `text-width.ts`: what terminals show in one or two columns.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cutToWidth, padEnd, padStart, textWidth } from "./text-width.ts";

const CASES: readonly (readonly [string, number])[] = [
  ["", 0],
  ["plain", 5],
  ["é", 1],
  ["e\u0301", 1],
  ["後端", 4],
  ["端點 local", 10],
  ["ｆｕｌｌ", 8],
  ["ﾊﾝｶｸ", 4],
  ["한국어", 6],
  ["𠮷", 2],
  ["✔ ! ✖ ·", 7],
  ["😀", 2],
  ["👩\u200d🚀", 2],
  ["\u001b[32mgreen\u001b[0m", 5],
  ["a\u200bb", 2],
];

test("width counts East Asian characters as two and marks as none", () => {
  for (const [text, width] of CASES) assert.equal(textWidth(text), width, JSON.stringify(text));
});

test("padding goes by width, not by length", () => {
  assert.equal(padEnd("後端", 6), "後端  ");
  assert.equal(padStart("後端", 6), "  後端");
  assert.equal(padEnd("longer", 3), "longer");
});

test("cutting never splits a wide character", () => {
  assert.equal(cutToWidth("後端後端", 4), "後…");
  assert.equal(cutToWidth("後端後端", 8), "後端後端");
  assert.equal(cutToWidth("abcdef", 4), "abc…");
  assert.equal(cutToWidth("abcdef", 4, "~"), "abc~");
});
