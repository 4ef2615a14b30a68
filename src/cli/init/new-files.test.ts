// Tests of new-files.ts: keys that are added to a `.env` are read from it as they were typed, and go into no pipe.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { folderFor } from "../../../test/support/folder.ts";
import { addToEnvFile } from "./new-files.ts";

test("what was there stays, and each key is read as it was typed, whatever signs it has", async (t) => {
  const folder = folderFor(t);
  const keys = ["plain", "a#b", "a'b", "a'b\\nc", 'a"b\\n', "a`b$c", "a'b\"c#d"];
  const path = join(folder, ".env");
  await writeFile(path, "OLD=1", { mode: 0o600 });
  await addToEnvFile(folder, new Map(keys.map((key, index) => [`KEY_${index}`, key])));
  const text = await readFile(path, "utf8");
  const entries = keys.map((key, index) => [`KEY_${index}`, key] as const);
  assert.deepEqual({ ...parseEnv(text) }, { OLD: "1", ...Object.fromEntries(entries) });
  assert.ok(text.startsWith("OLD=1\n") && text.endsWith("\n"));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test("a file that others could read is closed to them, and that is told", async (t) => {
  const folder = folderFor(t);
  const path = join(folder, ".env");
  assert.equal(await addToEnvFile(folder, new Map([["A", "1"]])), "own");
  assert.equal(await addToEnvFile(folder, new Map([["B", "2"]])), "own");
  await chmod(path, 0o644);
  assert.equal(await addToEnvFile(folder, new Map([["C", "3"]])), "tightened");
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(await readFile(path, "utf8"), "A=1\nB=2\nC=3\n");
});

test("nothing is written into a pipe", async (t) => {
  const folder = folderFor(t);
  execFileSync("mkfifo", [join(folder, ".env")]);
  await assert.rejects(addToEnvFile(folder, new Map([["KEY", "k"]])), { code: "ENOTSUP" });
});

test("a file in UTF-16, as PowerShell writes it, is one in UTF-8 afterwards", async (t) => {
  const folder = folderFor(t);
  const path = join(folder, ".env");
  const old = Buffer.from("\ufeffOLD=1\r\n", "utf16le");
  for (const bytes of [old, Buffer.from(old).swap16()]) {
    await writeFile(path, bytes, { mode: 0o600 });
    await addToEnvFile(folder, new Map([["A", "1"]]));
    assert.equal(await readFile(path, "utf8"), "OLD=1\r\nA=1\n");
  }
});
