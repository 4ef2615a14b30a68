// Tests of `text-table.ts`: golden tables.

import assert from "node:assert/strict";
import { test } from "node:test";
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
