// A run of the tests on the other engine is one, in every process that it starts.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { ENGINE_NAMES } from "../../../src/config/schema/engine-name.ts";

const here = (file: string): string => new URL(file, import.meta.url).href;
const SWITCH = here("other-engine.mjs");
const EVAL = ["--input-type=module", "--eval"];
const SAY = `const { USUAL_ENGINE } = await import("${here("../../../src/config/schema/engine-name.ts")}");
console.log(USUAL_ENGINE);`;

/** What a process says: started as given, in this environment. */
function saidBy(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env });
  assert.equal(stderr, "");
  return stdout.trim();
}

test("the usual engine is the other one where a process is started with the switch", () => {
  const usual = saidBy([...EVAL, SAY]);
  const other = saidBy(["--import", SWITCH, ...EVAL, SAY]);
  assert.deepEqual([usual, other].sort(), [...ENGINE_NAMES].sort());
});

test("and in the processes that such a process starts, in environments of their own too", () => {
  const tell = `const { SHARED_ENV } = await import("${here("../cli.ts")}");
console.log(String(SHARED_ENV.NODE_OPTIONS));`;
  assert.equal(saidBy([...EVAL, tell]), "undefined");
  assert.equal(saidBy(["--import", SWITCH, ...EVAL, tell]), `--import=${SWITCH}`);
  const other = saidBy(["--import", SWITCH, ...EVAL, SAY]);
  assert.equal(saidBy([...EVAL, SAY], { NODE_OPTIONS: `--import=${SWITCH}` }), other);
});
