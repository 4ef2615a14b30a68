// Which tests share a process: each is run once all the same, and what would last beyond a test is alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isLasting, shared, usualTests } from "../scripts/test-files.ts";

test("every test is run once, alone or in one of the shared processes", () => {
  const files = usualTests();
  const { alone, groups } = shared(files);
  assert.deepEqual([...alone, ...groups.flat()].sort(), files);
  assert.ok(alone.length < files.length / 4, `${alone.length} of ${files.length} are alone`);
});

test("what is put back by the end of a test, is only read, or is waited for may be shared", () => {
  for (const text of [
    't.mock.timers.enable({ apis: ["setTimeout"] });',
    't.mock.method(dns, "lookup", fake);',
    "t.after(() => close());",
    'const { SystemRoot } = process.env;\nconst path = process.env["PATH"] ?? "";',
    "if (process.env.HOME === undefined) return;",
    "spawn(process.execPath, [...process.argv.slice(1)], { env: { ...process.env, HOME: home } });",
  ])
    assert.ok(!isLasting(text, ["node:child_process", "node:worker_threads"]), text);
});

test("what stays changed, or counts all that a process has, is alone", () => {
  for (const text of [
    'mock.timers.enable({ apis: ["setTimeout"] });',
    "before(() => open());",
    'process.env["HOME"] = home;',
    "process.env.HOME ??= home;",
    'delete process.env["HOME"];',
    "Object.assign(process.env, more);",
    "globalThis.fetch = fake;",
    't.mock.method(globalThis, "fetch", fake);',
    'process.on("exit", end);',
    "const held = process.memoryUsage().heapUsed;",
    "const all = process.getActiveResourcesInfo();",
  ])
    assert.ok(isLasting(text, []), text);
  assert.ok(isLasting("", ["node:async_hooks"]));
});
