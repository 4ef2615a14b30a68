// Row 21 of the fault catalogue as a table, and whatever else providers have been seen to send.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { remainingIsZero, waitHintMs } from "./retry-after.ts";

const WALL_MS = Date.parse("2025-06-01T12:00:00Z");
const clock = { nowMs: () => 0, wallMs: () => WALL_MS, random: () => 0 };

const hints: readonly [string, readonly string[], number | undefined][] = [
  ["nothing", [], undefined],
  ["no known header", ["x-other", "5"], undefined],
  ["seconds", ["Retry-After", "20"], 20_000],
  ["seconds with spaces", ["retry-after", " 20 "], 20_000],
  ["fractional seconds", ["retry-after", "0.5"], 500],
  ["zero", ["retry-after", "0"], 0],
  ["negative", ["retry-after", "-7"], 0],
  ["10^9 seconds", ["retry-after", "1000000000"], 3_600_000],
  ["1e9 seconds", ["retry-after", "1e9"], 3_600_000],
  ["infinite", ["retry-after", "1e999"], undefined],
  ["a date", ["retry-after", "Sun, 01 Jun 2025 12:01:00 GMT"], 60_000],
  ["a date of RFC 850", ["retry-after", "Sunday, 01-Jun-25 12:01:00 GMT"], 60_000],
  ["a date of asctime", ["retry-after", "Sun Jun  1 12:01:00 2025"], 60_000],
  ["an RFC 3339 date", ["retry-after", "2025-06-01T12:00:30Z"], 30_000],
  ["a past date", ["retry-after", "Sun, 01 Jun 2025 11:00:00 GMT"], 0],
  ["garbage", ["retry-after", "soon 5"], undefined],
  ["empty", ["retry-after", ""], undefined],
  ["very long", ["retry-after", "1".repeat(1_000)], undefined],
  ["garbage, then a readable one", ["retry-after", "soon", "retry-after-ms", "1500"], 1_500],
  ["ms", ["retry-after-ms", "120.5"], 120.5],
  ["seconds win over ms", ["retry-after-ms", "1500", "retry-after", "2"], 2_000],
  ["reset in seconds", ["x-ratelimit-reset", "17"], 17_000],
  ["reset just below 30 days", ["x-ratelimit-reset", "2591999"], 3_600_000],
  ["reset as Unix seconds", ["X-RateLimit-Reset", String(WALL_MS / 1_000 + 40)], 40_000],
  ["reset as Unix milliseconds", ["x-ratelimit-reset", String(WALL_MS + 40_000)], 40_000],
  ["reset in the past", ["x-ratelimit-reset", "1700000000"], 0],
  ["retry-after wins over reset", ["x-ratelimit-reset", "17", "retry-after", "3"], 3_000],
  ["requests and tokens", ["x-ratelimit-reset-requests", "1s", "x-ratelimit-reset-tokens", "6m0s"], 1_000],
  ["tokens alone", ["x-ratelimit-reset-tokens", "6m0s"], 360_000],
  ["milliseconds unit", ["x-ratelimit-reset-requests", "120ms"], 120],
  ["fractional unit", ["x-ratelimit-reset-tokens", "7.66s"], 7_660],
  ["all units", ["x-ratelimit-reset-tokens", "0h32m3.5s"], 1_923_500],
  ["plain number", ["x-ratelimit-reset-requests", "2", "x-ratelimit-reset-tokens", "x"], 2_000],
  ["unit without number", ["x-ratelimit-reset-requests", "ms"], undefined],
  [
    "the sooner of two dates",
    [
      "anthropic-ratelimit-requests-reset",
      "2025-06-01T12:00:30Z",
      "Anthropic-RateLimit-Input-Tokens-Reset",
      "2025-06-01T12:00:10Z",
    ],
    10_000,
  ],
  ["half a pair", ["retry-after"], undefined],
];
for (const [name, headers, expected] of hints) {
  test(`row 21, wait hint: ${name}`, () => {
    const hint = waitHintMs(headers, clock);
    if (expected === undefined) assert.equal(hint, undefined);
    else assert.ok(Math.abs((hint ?? Number.NaN) - expected) < 1e-6, `${hint} is not ${expected}`);
  });
}

test("property: whatever a header says, the hint is absent or a finite number from 0", () => {
  const name = fc.constantFrom(
    "retry-after",
    "retry-after-ms",
    "x-ratelimit-reset",
    "x-ratelimit-reset-tokens",
  );
  const value = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(name, value, (header, text) => {
      const hint = waitHintMs([header, text], clock);
      assert.ok(hint === undefined || (Number.isFinite(hint) && hint >= 0));
    }),
  );
});

test("remaining is zero only when a remaining header says 0", () => {
  assert.equal(remainingIsZero(["x-ratelimit-remaining-tokens", "0"]), true);
  assert.equal(remainingIsZero(["X-RateLimit-Remaining", "0"]), true);
  assert.equal(remainingIsZero(["anthropic-ratelimit-requests-remaining", "0"]), true);
  assert.equal(remainingIsZero(["x-ratelimit-remaining-tokens", "10", "x-count", "0"]), false);
  assert.equal(remainingIsZero(["x-ratelimit-limit-requests", "0"]), false);
  assert.equal(remainingIsZero([]), false);
});
