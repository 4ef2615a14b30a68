// Tests of saved-lists.ts, on a real folder.

import assert from "node:assert/strict";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { KeptLog } from "../../test/support/kept-log.ts";
import { systemClock } from "../core/clock.ts";
import { FileSavedLists, MemorySavedLists } from "./saved-lists.ts";

const owner = { name: "openai", baseUrl: "https://api.openai.com/v1" };
const list = { entries: [{ id: "a", owned_by: "x" }, { id: "b/c:d" }], goodWallMs: 1_700_000_000_000 };

let root = "";
let folder = "";
let log = new KeptLog();

before(async () => {
  root = await mkdtemp(join(tmpdir(), "saved-lists-"));
});

beforeEach(async () => {
  folder = await mkdtemp(join(root, "data-"));
  log = new KeptLog();
});

after(() => rm(root, { recursive: true, force: true }));

test("what was saved is there for the next process", async () => {
  const lists = new FileSavedLists(folder, log, systemClock);
  assert.equal(await lists.load(owner), undefined);
  lists.save(owner, list);
  await lists.flush();
  const next = new FileSavedLists(folder, log, systemClock);
  assert.deepEqual(await next.load(owner), list);
  assert.equal(await next.load({ ...owner, baseUrl: "https://other" }), undefined);
  assert.equal(await next.load({ ...owner, name: "other" }), undefined);
  assert.equal(next.failures + lists.failures, 0);
});

test("of many saves the last stays, nothing half-written is left, files are private", async () => {
  const lists = new FileSavedLists(folder, log, systemClock);
  for (let at = 0; at < 20; at += 1) {
    lists.save(owner, { entries: [{ id: `m${at}` }], goodWallMs: at });
    lists.save({ ...owner, name: "second" }, { entries: [{ id: `s${at}` }], goodWallMs: at });
  }
  await lists.flush();
  assert.deepEqual((await lists.load(owner))?.entries, [{ id: "m19" }]);
  const files = await readdir(join(folder, "catalogue"));
  assert.equal(files.length, 2);
  for (const file of files) assert.match(file, /^[0-9a-f]{32}\.json$/);
  assert.doesNotMatch(await readFile(join(folder, "catalogue", files[0] ?? ""), "utf8"), /api\.openai\.com/);
});

test("a corrupt file is as good as none, and is warned of once", async () => {
  const lists = new FileSavedLists(folder, log, systemClock);
  lists.save(owner, list);
  await lists.flush();
  const [file = ""] = await readdir(join(folder, "catalogue"));
  for (const content of ["", '{"models":[{"id":"a"', "[]", '{"data":[]}', "\0\0\0", '{"models":7}']) {
    await writeFile(join(folder, "catalogue", file), content);
    assert.equal(await lists.load(owner), undefined, content);
  }
  assert.equal(lists.failures, 6);
  assert.deepEqual(log.events, ["saved_lists_failed"]);
  lists.save(owner, list);
  await lists.flush();
  assert.deepEqual(await lists.load(owner), list);
});

test("a file that is larger than any list is not read", async () => {
  const lists = new FileSavedLists(folder, log, systemClock, 1_048_576);
  lists.save(owner, list);
  await lists.flush();
  const [file = ""] = await readdir(join(folder, "catalogue"));
  // A whole list, so that only its size speaks against it.
  await appendFile(join(folder, "catalogue", file), " ".repeat(2_097_152));
  assert.equal(await lists.load(owner), undefined);
  assert.deepEqual(log.events, ["saved_lists_failed"]);
  assert.deepEqual(await readdir(join(folder, "catalogue")), [`${file}.corrupt`]);
});

test("a folder that cannot be written loses the list and nothing else", async () => {
  // A file where the folder should be: fails for every user, root too.
  const blocked = join(folder, "blocked");
  await writeFile(blocked, "");
  const lists = new FileSavedLists(blocked, log, systemClock);
  lists.save(owner, list);
  await lists.flush();
  lists.save(owner, list);
  await lists.flush();
  assert.equal(await lists.load(owner), undefined);
  assert.equal(lists.failures, 3);
  assert.deepEqual(log.events, ["saved_lists_failed"]);
});

test("lists in memory are found by name and address", async () => {
  const lists = new MemorySavedLists();
  lists.save(owner, list);
  await lists.flush();
  assert.deepEqual(await lists.load({ ...owner }), list);
  assert.equal(await lists.load({ ...owner, name: "other" }), undefined);
});
