// Tests of `text-width.ts`: what terminals show in one or two columns.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cutToWidth, padEnd, padStart, textWidth, wrapToWidth } from "./text-width.ts";

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
  ["繁體中文，「標點」", 18],
  ["👨\u200d👩\u200d👧", 2],
  ["🇹🇼", 2],
  ["1\ufe0f\u20e3", 2],
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

test("cutting never splits what a person takes for one character", () => {
  const family = "👨\u200d👩\u200d👧";
  assert.equal(cutToWidth(`${family}${family}${family}`, 5), `${family}${family}…`);
  assert.equal(cutToWidth("e\u0301e\u0301e\u0301", 2), "e\u0301…");
});

test("wrapping breaks at spaces, by width, and indents what follows", () => {
  assert.equal(wrapToWidth("short", 20, 2), "short");
  assert.equal(wrapToWidth("one two three", 9, 2), "one two\n  three");
  assert.equal(wrapToWidth("後端 後端 後端", 11, 2), "後端 後端\n  後端");
  assert.equal(wrapToWidth("see /a/very/long/path now", 8, 0), "see\n/a/very/long/path\nnow");
  assert.equal(wrapToWidth("\u001b[31mred\u001b[39m text", 8, 0), "\u001b[31mred\u001b[39m text");
});
