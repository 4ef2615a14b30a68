// Tests of `text-table.ts`: golden tables.

import assert from "node:assert/strict";
import { test } from "node:test";
import { textWidth } from "../../core/text-width.ts";
import { layOutTable } from "./text-table.ts";

test("columns align by what a terminal shows", () => {
  const rows = [
    ["✔ local", "weight 2", "4 models", "3 ms"],
    ["✔ 端點一", "weight 10", "62 models", "198 ms"],
    ["\u001b[31m✖\u001b[39m c", "weight 1", "", "connection refused"],
  ];
  assert.deepEqual(layOutTable(rows, { right: [2, 3] }), [
    "  ✔ local    weight 2     4 models                 3 ms",
    "  ✔ 端點一   weight 10   62 models               198 ms",
    "  \u001b[31m✖\u001b[39m c        weight 1                connection refused",
  ]);
});

test("a header widens its column and empty tails are cut", () => {
  assert.deepEqual(layOutTable([["a", ""]], { header: ["Endpoint", "Notes"], indent: "", gap: 2 }), [
    "Endpoint  Notes",
    "a",
  ]);
});

const WIDE_ROWS = [
  ["✖ openai", "401 key rejected: the endpoint rejects this key", "fix: renew api_key (config.yaml:4:5)"],
  ["✖ 端點一", "沒有在 10 秒內回應，連線逾時", "修正：啟動端點，或更正 base_url（config.yaml:9:5）"],
];

test("a table that is too wide shrinks its widest columns, and breaks no word", () => {
  assert.deepEqual(layOutTable(WIDE_ROWS, { width: 80 }), [
    "  ✖ openai   401 key rejected: the endpoint     fix: renew api_key",
    "             rejects this key                   (config.yaml:4:5)",
    "  ✖ 端點一   沒有在 10 秒內回應，連線逾時       修正：啟動端點，或更正 base_url",
    "                                                （config.yaml:9:5）",
  ]);
});

test("where columns would break words, each row is a paragraph", () => {
  const rows = [["a", "3 ms", "", "qwen3:8b-instruct-q4_K_M at both"]];
  assert.deepEqual(layOutTable(rows, { width: 28, header: ["Name", "Reach", "Auth", "Notes"] }), [
    "  a",
    "    Reach 3 ms",
    "    Notes",
    "      qwen3:8b-instruct-q4_K_M",
    "      at both",
  ]);
  const short = [["a", "3 ms", "–", "x at both"]];
  assert.deepEqual(
    layOutTable(short, { width: 24, blank: "–", header: ["Name", "Reach", "Authentication", "N"] }),
    ["  a", "    Reach 3 ms", "    N x at both"],
  );
});

test("no line is wider than the terminal, in either language", () => {
  for (const width of [40, 60, 80, 120])
    for (const line of layOutTable(WIDE_ROWS, { width }))
      assert.ok(textWidth(line) <= width, `${width}: ${line}`);
});
