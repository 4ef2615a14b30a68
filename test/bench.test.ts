// The load rig works: its figures are what docs/benchmarks.md publishes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { test } from "node:test";

const RIG = resolve(import.meta.dirname, "../bench/rig/main.ts");

test("the load rig measures plain requests and streams, and none of them fails", () => {
  const args = ["--rounds", "1", "--seconds", "0.2", "--scenarios", "S1,S3", "--only", "gateway"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [RIG, ...args], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /FAILED|NaN|Infinity/);
  for (const figure of ["S1: ", "S3: ", "S6: "])
    assert.match(stdout, new RegExp(`^\\| ${figure}.*\\| \\d`, "m"), stdout);
});
