// A store whose files are in trouble, with real files: another program holds the lock, the disk is full, nothing may be
// written, a file is damaged, cut off or gone. Requests go on, what is lost is counted and told once, and all recovers by
// itself.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod, mkdir, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { Condition } from "../support/condition.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { fileStore, storeEntry } from "../support/store-entries.ts";

const NOW = Date.now();
const QUESTION = { groups: [], fromMs: NOW - 3_600_000, toMs: NOW + 3_600_000 };
const isRoot = process.getuid?.() === 0;

type Rig = {
  readonly folder: string;
  readonly usage: string;
  readonly requests: string;
  readonly store: Store;
  readonly log: KeptLog;
};

async function rig(
  t: TestContext,
  maxPages?: { readonly usage?: number; readonly requests?: number },
): Promise<Rig> {
  const folder = folderFor(t);
  const log = new KeptLog();
  const [usage, requests] = [join(folder, "usage.db"), join(folder, "requests.db")];
  const store = fileStore(folder, log, maxPages);
  t.after(() => store.close());
  return { folder, usage, requests, store, log };
}

async function add(store: Store, count = 1): Promise<void> {
  for (let index = 0; index < count; index += 1)
    store.append(storeEntry({ timeMs: NOW, requestId: `r${index}` }));
  await store.flush();
}

/** Tries until it is so: recovery takes the store's own time. */
async function recovered(store: Store): Promise<void> {
  const looked = new Condition();
  const timer = setInterval(() => void store.flush().then(() => looked.notify()), 100);
  await looked.until(() => store.state().health === "ok");
  clearInterval(timer);
}

async function count(store: Store): Promise<number> {
  return (await store.usage(QUESTION))[0]?.requests ?? 0;
}

test("fault 365: while another program holds the lock, entries wait, and nothing is lost", async (t) => {
  const { store, usage, log } = await rig(t);
  await add(store);
  const other = new DatabaseSync(usage);
  other.exec("BEGIN IMMEDIATE");
  await add(store, 5);
  assert.equal(store.state().health, "locked");
  assert.equal(store.state().queued, 5);
  await add(store, 1);
  other.exec("ROLLBACK");
  other.close();
  await recovered(store);
  assert.equal(await count(store), 7);
  assert.equal(store.state().lost, 0);
  assert.deepEqual(log.events, ["store_failed", "store_recovered"]);
});

test("fault 366: a full file of requests drops its oldest entries, and the ledger has all", async (t) => {
  const { store, log } = await rig(t, { requests: 40 });
  for (let round = 0; round < 12; round += 1) await add(store, 100);
  assert.equal(await count(store), 1_200);
  assert.equal(store.state().health, "ok");
  assert.ok(log.events.includes("store_mended"), log.events.join());
  const { entries } = await store.requests({ limit: 1_000 });
  assert.ok(entries.length > 0 && entries.length < 1_000, `${entries.length} of 1,200 are kept`);
});

test("fault 366: a disk that stays full loses entries, counts them and says so once", async (t) => {
  const { store, log } = await rig(t, { usage: 40 });
  for (let round = 0; round < 45; round += 1) await add(store, 500);
  const { health, lost, queued } = store.state();
  assert.equal(health, "full");
  assert.ok(lost > 0);
  assert.ok(queued <= 20_000);
  assert.equal(log.events.filter((event) => event === "store_failed").length, 1);
});

test("fault 366: a disk that is full makes room by dropping the log of requests", {
  skip: !canMount(),
}, async (t) => {
  const disk = folderFor(t);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]);
  const log = new KeptLog();
  const store = fileStore(disk, log);
  t.after(async () => {
    await store.close();
    execFileSync("umount", ["-l", disk]);
  });
  for (let round = 0; round < 6; round += 1) await add(store, 300);
  const kept = await count(store);
  await writeFile(join(disk, "others"), Buffer.alloc(3_000_000)).catch(() => undefined);
  for (let round = 0; round < 4; round += 1) await add(store, 100);
  assert.equal(await count(store), kept + 400);
  assert.equal(store.state().lost, 0);
  assert.ok(log.events.includes("store_mended"), log.events.join());
});

test("fault 367: a file that is no database is put aside with its date, and a new one is begun", async (t) => {
  const { store, usage, requests, folder, log } = await rig(t);
  await mkdir(folder, { recursive: true });
  await writeFile(usage, "this is no database at all, and long enough to be looked at ".repeat(50));
  await writeFile(requests, Buffer.alloc(8_192, 0xa5));
  await add(store, 3);
  assert.equal(store.state().health, "ok");
  assert.equal(store.state().lost, 0);
  assert.equal(await count(store), 3);
  const names = await readdir(folder);
  assert.ok(
    names.some((name) => /^usage\.db\.corrupt-\d{4}-\d{2}-\d{2}T/.test(name)),
    names.join(),
  );
  assert.ok(
    names.some((name) => name.startsWith("requests.db.corrupt-")),
    names.join(),
  );
  await log.line("store_mended", "Usage: the file is damaged");
});

test("fault 367: a file that was damaged while it was in use is put aside, and its records are saved", async (t) => {
  const { store, usage, log } = await rig(t);
  await store.put({ kind: "key", id: "1", text: '{"name":"phone"}' });
  await store.audit({
    timeMs: NOW,
    actor: "admin",
    address: "",
    action: "key.create",
    subject: "1",
    detail: "{}",
  });
  await add(store, 2_000);
  await store.close();
  const damaged = new DatabaseSync(usage);
  const pages = damaged
    .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'ledger'")
    .all()
    .map(({ rootpage }) => Number(rootpage));
  damaged.close();
  await overwrite(
    usage,
    pages.map((page) => (page - 1) * 4_096),
  );
  const again = fileStore(join(usage, ".."), log);
  t.after(() => again.close());
  await add(again, 1);
  assert.equal(again.state().health, "ok");
  assert.equal(await count(again), 1);
  assert.deepEqual(
    (await again.records("key")).map(({ text }) => text),
    ['{"name":"phone"}'],
  );
  assert.equal((await again.audits({ limit: 5 })).entries.length, 1);
});

test("fault 367: a file that was cut off is put aside", async (t) => {
  const { store, usage, folder } = await rig(t);
  await add(store, 2_000);
  await store.close();
  const { size } = await stat(usage);
  await truncate(usage, Math.floor(size / 8_192) * 4_096 - 1_000);
  const log = new KeptLog();
  const again = fileStore(folder, log);
  t.after(() => again.close());
  await add(again, 3);
  assert.equal(again.state().health, "ok");
  assert.ok((await count(again)) >= 3);
});

test("fault 368: files that are removed while they are used are begun anew, with a word about it", async (t) => {
  const { store, folder, log } = await rig(t);
  await add(store, 2);
  for (const name of await readdir(folder)) await rm(join(folder, name));
  await add(store, 3);
  assert.equal(store.state().health, "ok");
  assert.equal(await count(store), 3);
  await log.line("store_mended", "removed or replaced");
  await rm(folder, { recursive: true });
  await add(store, 1);
  assert.equal(await count(store), 1);
});

test("fault 369: a folder that cannot be written to is told once, and is tried again", {
  skip: isRoot,
}, async (t) => {
  const { store, folder, log } = await rig(t);
  await chmod(folder, 0o500);
  await add(store, 2);
  assert.equal(store.state().health, "read_only");
  await chmod(folder, 0o700);
  await recovered(store);
  assert.equal(await count(store), 2);
  assert.deepEqual(log.events.slice(0, 2), ["store_failed", "store_recovered"]);
});

test("fault 369: a folder that is a file is told once, and is tried again", async (t) => {
  const { store, folder, log } = await rig(t);
  await rm(folder, { recursive: true });
  await writeFile(folder, "");
  await add(store, 2);
  assert.equal(store.state().health, "failed");
  assert.equal(store.state().queued, 2);
  await assert.rejects(store.usage(QUESTION), { name: "StoreFailure" });
  await rm(folder);
  await recovered(store);
  assert.equal(await count(store), 2);
  assert.ok(log.events.includes("store_recovered"));
});

test("fault 370: a file of a later version is left as it is, with a clear word", async (t) => {
  const { store, usage, log } = await rig(t);
  const later = new DatabaseSync(usage);
  later.exec("CREATE TABLE theirs (a); PRAGMA user_version = 999");
  later.close();
  await add(store, 2);
  assert.equal(store.state().health, "newer");
  assert.match(store.state().reason ?? "", /version 999/);
  await assert.rejects(store.usage(QUESTION), { code: "newer" });
  await log.line("store_failed", "left alone");
  const unchanged = new DatabaseSync(usage);
  assert.equal(unchanged.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"], 1);
  unchanged.close();
});

test("fault 365: whoever asks while the file is locked for writing is answered all the same", async (t) => {
  const { store, usage } = await rig(t);
  await add(store, 2);
  const other = new DatabaseSync(usage);
  other.exec("BEGIN IMMEDIATE");
  assert.equal(await count(store), 2);
  await assert.rejects(store.put({ kind: "key", id: "1", text: "{}" }), { code: "locked" });
  other.exec("ROLLBACK");
  other.close();
  await recovered(store);
  assert.equal(await store.put({ kind: "key", id: "1", text: "{}" }), 1);
});

function canMount(): boolean {
  if (process.platform !== "linux" || !isRoot) return false;
  const place = mkdtempSync(join(tmpdir(), "store-mount-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place]);
  if (status === 0) spawnSync("umount", ["-l", place]);
  rmSync(place, { recursive: true, force: true });
  return status === 0;
}

async function overwrite(path: string, offsets: readonly number[]): Promise<void> {
  const { open } = await import("node:fs/promises");
  const file = await open(path, "r+");
  for (const offset of offsets) await file.write(Buffer.alloc(4_096, 0xff), 0, 4_096, offset);
  await file.close();
}
