// Tests of mask.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { maskKey } from "./mask.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["sk-proj-0123456789abcdefa1b2", "sk-…a1b2"],
  ["gsk_0123456789abcdefghijWXYZ", "gsk_…WXYZ"],
  ["AIzaSy0123456789abcdefghijk9", "…ijk9"],
  ["sk-short", "sk-…"],
  ["sk-", "…"],
  ["hunter2", "…"],
  ["", "…"],
  ["sk-0123456789abcdefghijk\u001b[2J", "sk-…"],
];

test("a masked key shows its prefix and four characters at most", () => {
  for (const [key, shown] of CASES) assert.equal(maskKey(key), shown, JSON.stringify(key));
});
