// What a release makes of the version and of the change log.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { changesOf, nextVersion, released } from "../../scripts/versions.ts";

const LOG = "# Changelog\n\n## [Unreleased]\n\n- A thing.\n\n## [0.1.0] - 2026-01-02\n\n- The first.\n";

test("a step makes the next version, and nothing else is a step", () => {
  assert.equal(nextVersion("0.1.9", "patch"), "0.1.10");
  assert.equal(nextVersion("0.1.9", "minor"), "0.2.0");
  assert.equal(nextVersion("0.1.9", "major"), "1.0.0");
  assert.throws(() => nextVersion("0.1.9", ""), /major, minor or patch/);
});

test("what is unreleased goes under the version, and nothing is lost", () => {
  const after = released(LOG, "0.2.0", "2026-03-04");
  assert.equal(changesOf(after, "0.2.0"), "- A thing.");
  assert.equal(changesOf(after, "0.1.0"), "- The first.");
  assert.equal(changesOf(after, "Unreleased"), "");
  assert.throws(() => released(after, "0.3.0", "2026-03-05"), /nothing stands/);
});

test("the change log can be released from", () => {
  assert.notEqual(changesOf(readFileSync("CHANGELOG.md", "utf8"), "Unreleased"), "");
});
