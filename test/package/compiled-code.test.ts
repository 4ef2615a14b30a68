// Tests of bin/compiled-code.cjs: a program runs the same with and without kept code, and what is kept is used by the
// next start alone where it is whole.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { loadProgram } from "../../bin/compiled-code.cjs";

const LOADER = join(import.meta.dirname, "../../bin/compiled-code.cjs");

let root = "";
let folder = "";
let program = "";

before(() => {
  root = mkdtempSync(join(tmpdir(), "oai-gateway-code-"));
  program = join(root, "program.cjs");
  writeFileSync(
    program,
    Module.wrap(`const path = require("node:path");
     function sum(a) { let all = 0; for (const one of a) all += one; return all; }
     exports.main = () => [sum([1, 2, 3]), path.basename(__filename), require("./beside.cjs").name];\n`),
  );
  writeFileSync(join(root, "beside.cjs"), 'exports.name = "beside";\n');
});

beforeEach(() => {
  folder = mkdtempSync(join(root, "code-"));
});

after(() => rmSync(root, { recursive: true, force: true }));

/** Loads the program in a process of its own, and keeps its code at these stages. */
function start(stages: readonly string[], build = "one"): { answer: unknown; keeps: boolean } {
  const source = `
    const { loadProgram } = require(${JSON.stringify(LOADER)});
    const loaded = loadProgram(${JSON.stringify(program)}, { folder: ${JSON.stringify(folder)}, build: "${build}" });
    const answer = loaded.exports.main();
    for (const stage of ${JSON.stringify(stages)}) loaded.keepCode?.(stage);
    console.log(JSON.stringify({ answer, keeps: loaded.keepCode !== undefined }));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", source], { encoding: "utf8" }));
}

const files = (): string[] => readdirSync(folder);
const only = (): string => join(folder, files()[0] ?? "");

const ANSWER = [6, "program.cjs", "beside"];

test("a start without kept code keeps it, and the next one has nothing to keep", () => {
  assert.deepEqual(start(["started", "answered"]), { answer: ANSWER, keeps: true });
  assert.equal(files().length, 1);
  if (process.platform !== "win32") assert.equal(statSync(only()).mode & 0o777, 0o600);
  assert.deepEqual(start(["started", "answered"]), { answer: ANSWER, keeps: false });
});

test("code that was kept before a request was answered is kept once more, and never less of it", () => {
  start(["started"]);
  const first = readFileSync(only());
  assert.deepEqual(start(["started"]), { answer: ANSWER, keeps: true });
  assert.deepEqual(readFileSync(only()), first);
  start(["started", "answered"]);
  assert.notDeepEqual(readFileSync(only()), first);
  assert.equal(start([]).keeps, false);
});

test("a file that is cut, changed, empty or of something else is not used, and is replaced", () => {
  start(["answered"]);
  const whole = readFileSync(only());
  const turned = Buffer.from(whole);
  turned[whole.length - 9] = (turned[whole.length - 9] ?? 0) ^ 1;
  const another = Buffer.from(whole);
  another[4] = 1;
  for (const damaged of [whole.subarray(0, -1), turned, another, Buffer.alloc(0), Buffer.from("not code")]) {
    writeFileSync(only(), damaged);
    assert.deepEqual(start(["answered"]), { answer: ANSWER, keeps: true });
    assert.equal(start([]).keeps, false);
  }
});

test("another build has a file of its own, and few builds are kept", () => {
  for (const [at, build] of ["a", "b", "c", "d", "e", "f"].entries()) {
    start(["answered"], build);
    for (const file of files()) if (file.includes(`-${build}-`)) utimesSync(join(folder, file), at, at);
  }
  assert.deepEqual(
    files().map((file) => file.split("-")[1]),
    ["c", "d", "e", "f"],
  );
  assert.equal(start([], "f").keeps, false);
});

test("without a folder, and with one that cannot be written, the program runs", () => {
  const place = folder;
  folder = join(place, "gone");
  assert.deepEqual(start(["started", "answered"]), { answer: ANSWER, keeps: true });
  folder = place;
  assert.deepEqual(files(), []);
  const { exports, keepCode } = loadProgram(program, { folder: undefined, build: "one" });
  assert.deepEqual(exports.main(), ANSWER);
  assert.equal(keepCode, undefined);
});
