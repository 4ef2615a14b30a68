// The store's threads: none before it is needed, none any more after a while without work, and another one after one that
// has failed.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createSilentLog } from "../../src/observe/silent-log.ts";
import { lineOf } from "../../src/store/entry-line.ts";
import { StoreLine } from "../../src/store/threads/store-line.ts";
import { folderFor } from "../support/folder.ts";
import { fileStore, KEEP_LONG, storeEntry } from "../support/store-entries.ts";

function lineIn(t: TestContext, folder: string): StoreLine {
  const [usagePath, requestsPath] = [join(folder, "usage.db"), join(folder, "requests.db")];
  const line = new StoreLine(() => ({ role: "writer", usagePath, requestsPath, keep: KEEP_LONG }), false);
  t.after(() => line.close());
  return line;
}

test("a store that nobody needs has no thread and writes no file", async (t) => {
  const folder = folderFor(t);
  const store = fileStore(folder, createSilentLog());
  await store.flush();
  await store.close();
  assert.deepEqual(await readdir(folder), []);
});

test("a thread without work ends after two minutes, and the next question starts another", async (t) => {
  const line = lineIn(t, folderFor(t));
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await line.ask("open", undefined);
  assert.equal(line.isRunning, true);
  line.mayEnd = () => false;
  t.mock.timers.tick(121_000);
  assert.equal(line.isRunning, true);
  line.mayEnd = () => true;
  t.mock.timers.tick(121_000);
  assert.equal(line.isRunning, false);
  assert.equal((await line.ask("open", undefined)).usage.health, "ok");
  assert.equal(line.isRunning, true);
});

test("whoever waits for a thread that fails hears of it, and the next question is answered", async (t) => {
  const line = lineIn(t, folderFor(t));
  await line.ask("open", undefined);
  const unheard = line.ask("append", undefined as unknown as string);
  await assert.rejects(unheard, { name: "StoreFailure" });
  assert.equal((await line.ask("append", lineOf(storeEntry()))).usage.health, "ok");
});

test("a store that is closed counts what comes too late, and refuses questions", async (t) => {
  const store = fileStore(folderFor(t), createSilentLog());
  store.append(storeEntry());
  await store.close();
  store.append(storeEntry());
  assert.equal(store.state().lost, 1);
  await assert.rejects(store.usage({ groups: [], fromMs: 0, toMs: 1 }), { code: "closed" });
});

test("a store that has been read leaves no log of changes behind when it is closed", async (t) => {
  // Whoever closes last takes over the log of changes, which one that only reads cannot.
  const folder = folderFor(t);
  for (const day of [1, 2]) {
    const store = fileStore(folder, createSilentLog());
    await store.usage({ groups: [], fromMs: 0, toMs: day });
    store.append(storeEntry());
    await store.usage({ groups: [], fromMs: 0, toMs: day });
    await store.close();
    assert.deepEqual((await readdir(folder)).toSorted(), ["requests.db", "usage.db"], `time ${day}`);
  }
});
