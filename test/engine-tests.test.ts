// Which tests are run on the other engine as well: all that could come out otherwise on it.

import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { engineTests, Imports, importsIn, reachesEngine } from "../scripts/engine-tests.ts";

const ROOT = resolve(import.meta.dirname, "..");
const CHOSEN: ReadonlySet<string> = new Set(engineTests());

test("every test that starts a gateway or a command is run on the other engine", () => {
  const starts =
    /support\/(?:world|cli|workers|start-gateway|call-rig|admin-rig)\.ts"|node:child_process|\bUSUAL_ENGINE\b/;
  const left = globSync(["src/**/*.test.ts", "test/*/**/*.test.ts"], { cwd: ROOT })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => starts.test(readFileSync(resolve(ROOT, file), "utf8")) && !CHOSEN.has(file));
  assert.deepEqual(left, []);
  assert.ok(CHOSEN.size > 150, `${CHOSEN.size} tests`);
});

test("a test of a pure function is not run twice", () => {
  const twice = [...CHOSEN].filter((file) => /^src\/(?:bytes|core|wires|routing|pricing)\//.test(file));
  assert.deepEqual(twice, []);
});

test("an import counts however it is written, and a type alone does not", () => {
  const text = [
    'import a from "./a.ts";',
    'import { type B, b } from "./b.ts";',
    'import {\n  c,\n  d,\n} from "./c.ts";',
    'import "./e.ts";',
    'export { f } from "./f.ts";',
    'export * from "./g.ts";',
    'import type { H } from "./h.ts";',
    'import type {\n  I,\n} from "./i.ts";',
    'const j = await import("./j.ts");',
    "const k = await import(name);",
    'const l = require("./l.cjs");',
  ].join("\n");
  const found = [
    "./a.ts",
    "./b.ts",
    "./c.ts",
    "./e.ts",
    "./f.ts",
    "./g.ts",
    "./j.ts",
    Imports.UNKNOWN,
    "./l.cjs",
  ];
  assert.deepEqual([...importsIn(text)].sort(), found.sort());
});

test("what is imported by others than the test itself counts as well, and each of it is there", () => {
  const imports = new Imports();
  assert.ok(reachesEngine("test/support/world.ts", imports));
  assert.ok(!reachesEngine("src/bytes/edits.ts", imports));
  // Tests hold programs as text, whose imports are none.
  const files = globSync("{src,test}/**/*.ts", { cwd: ROOT, exclude: ["**/*.test.ts"] });
  const missing = files.flatMap((file) =>
    imports
      .of(file.replaceAll("\\", "/"))
      .filter((target) => /^(?:src|test|scripts|bin)\//.test(target) && !existsSync(resolve(ROOT, target)))
      .map((target) => `${file}: ${target}`),
  );
  assert.deepEqual(missing, []);
});
