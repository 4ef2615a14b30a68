// The folder of a test is there for each of its hooks, and gone after the last.

import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folderFor } from "./folder.ts";

test("a folder is empty, and goes when the hooks of its test are over, those behind it too", async (t) => {
  let folder = "";
  await t.test("one that writes to its end", (inner) => {
    folder = folderFor(inner);
    assert.deepEqual(readdirSync(folder), []);
    mkdirSync(join(folder, "below"));
    inner.after(async () => {
      await new Promise(setImmediate);
      writeFileSync(join(folder, "below", "late"), "");
    });
  });
  assert.ok(folder !== "" && !existsSync(folder));
});

test("it goes after a test that has taken its rights away, and after one that has removed it", async (t) => {
  const folders: string[] = [];
  await t.test("one without rights", (inner) => {
    const folder = folderFor(inner);
    writeFileSync(join(folder, "file"), "");
    chmodSync(folder, 0o000);
    folders.push(folder);
  });
  await t.test("one that removes it", (inner) => {
    const folder = folderFor(inner);
    rmSync(folder, { recursive: true });
    folders.push(folder);
  });
  assert.deepEqual(folders.map(existsSync), [false, false]);
});
