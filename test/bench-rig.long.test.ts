// The load rig works: its figures are what docs/benchmarks.md publishes. Each of its runs starts a dozen processes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runRig } from "./support/bench-rig.ts";

test("the load rig measures both engines with plain requests and streams, and none of them fails", () => {
  const args = ["--seconds", "0.1", "--scenarios", "S1,S3", "--only", "fast,node"];
  const { status, stdout, stderr } = runRig(args);
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /FAILED|NaN|Infinity/);
  for (const figure of ["S1: ", "S3: "])
    assert.match(stdout, new RegExp(`^\\| ${figure}.*\\| \\d\\S* \\| \\d`, "m"), stdout);
});

test("it measures clients that leave, an endpoint that fails, one behind TLS, and the public shape", () => {
  const args = ["--seconds", "0.1", "--scenarios", "S6,S7,S8,G2", "--only", "fast"];
  const { status, stdout, stderr } = runRig(args);
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /FAILED|NaN|Infinity|gave no answer/);
  for (const figure of ["S6: .*streams left.*", "S7: ", "S8: ", "G2: .*p50", "G3: .*start"])
    assert.match(stdout, new RegExp(`^\\| ${figure}.*\\| \\d`, "m"), stdout);
});
