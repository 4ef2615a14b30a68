// Tests of node-sqlite.ts: of all that is warned of while the module loads only its own warning is left out.

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { nodeSqlite } from "./node-sqlite.ts";

test("only the warning that SQLite is experimental is left out, and only while the module is loaded", async () => {
  const told: string[] = [];
  const onWarning = ({ message }: Error): void => void told.push(message);
  process.on("warning", onWarning);
  const last = once(process, "warning", { signal: AbortSignal.timeout(60_000) });
  const module = nodeSqlite(() => {
    process.emitWarning("SQLite is an experimental feature", "ExperimentalWarning");
    process.emitWarning("another");
    return process.getBuiltinModule("node:sqlite");
  });
  await last;
  process.emitWarning("SQLite later");
  await once(process, "warning");
  process.off("warning", onWarning);
  assert.deepEqual(told, ["another", "SQLite later"]);
  assert.equal(typeof module.DatabaseSync, "function");
});
