// Tests of `text-width.ts`: what terminals show in one or two columns.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cutToWidth, longestPart, padEnd, padStart, textWidth, wrapToWidth } from "./text-width.ts";

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
  ["1\u20e3", 2],
  ["❤\ufe0f", 2],
  ["👍🏽", 2],
  ["🇹🇼🇯🇵", 4],
  ["\u1112\u1161\u11ab", 2],
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

test("Chinese is broken between its characters, never within a word of letters or before a full stop", () => {
  assert.equal(wrapToWidth("用戶端金鑰", 4, 0), "用戶\n端金\n鑰");
  assert.equal(wrapToWidth("加上 --force 覆寫，或", 12, 0), "加上 --force\n覆寫，或");
  assert.equal(wrapToWidth("執行中。好", 6, 0), "執行\n中。好");
  assert.equal(wrapToWidth("寫進（config.yaml）吧", 8, 0), "寫進\n（config.yaml）\n吧");
  assert.equal(
    wrapToWidth("\u001b[31m✖\u001b[39m 找不到設定檔", 8, 2),
    "\u001b[31m✖\u001b[39m 找不\n  到設定\n  檔",
  );
});

test("the spaces that a text begins with stay, and count", () => {
  assert.equal(wrapToWidth("  fix: one two", 11, 7), "  fix:\n       one\n       two");
  assert.equal(wrapToWidth("  one two", 9, 2), "  one two");
});

test("the longest part is what wrapping keeps whole", () => {
  assert.equal(longestPart("see /a/path now"), 7);
  assert.equal(longestPart("後端「local」端點"), 9);
});
