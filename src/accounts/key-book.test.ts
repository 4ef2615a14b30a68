// Tests of key-book.ts, with the table that requests look into and the pepper in a folder.

import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../../test/support/folder.ts";
import { HeldClock } from "../../test/support/held-clock.ts";
import { KeptLog } from "../../test/support/kept-log.ts";
import { MemoryStore } from "../../test/support/memory-store.ts";
import { keyDigest } from "./client-key.ts";
import { KeyBook } from "./key-book.ts";
import { KeyRefusal, type KeyRefusalCode } from "./key-refusal.ts";
import { KeyTable } from "./key-table.ts";
import { PEPPER_FILE, Pepper } from "./pepper.ts";

type Rig = {
  readonly book: KeyBook;
  readonly table: KeyTable;
  readonly store: MemoryStore;
  readonly clock: HeldClock;
  readonly log: KeptLog;
  readonly folder: string;
};

async function rig(t: TestContext, given: { store?: MemoryStore; folder?: string } = {}): Promise<Rig> {
  const folder = given.folder ?? folderFor(t);
  const store = given.store ?? new MemoryStore();
  const table = new KeyTable();
  const clock = new HeldClock();
  const log = new KeptLog();
  const book = new KeyBook({ store, pepper: new Pepper(folder), table, clock, log });
  t.after(() => book.close());
  await book.load();
  return { book, table, store, clock, log, folder };
}

async function refusedWith(code: KeyRefusalCode, work: Promise<unknown>, field?: string): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof KeyRefusal);
    assert.equal(error.code, code);
    if (field !== undefined) assert.equal(error.field, field);
    return true;
  });
}

test("a key is good at once, shown once, and nowhere in the store", async (t) => {
  const { book, table, store, folder, clock } = await rig(t);
  assert.equal(table.isNeeded, false);
  const { view, key } = await book.create({ name: "phone", tags: ["family"], models: ["gpt-*"] });
  assert.match(key, /^ogw_[a-z0-9]{8}_[A-Za-z0-9]{40}$/);
  assert.ok(key.startsWith(`${view.prefix}_`));
  assert.equal(table.isNeeded, true);
  const caller = table.find(key, clock.wallMs());
  assert.equal(caller?.name, "phone");
  assert.equal(caller?.id, view.id);
  assert.deepEqual(caller?.tags, ["family"]);
  const secret = key.slice(key.lastIndexOf("_") + 1);
  const kept = JSON.stringify(await store.records("key"));
  assert.ok(!kept.includes(secret));
  // Without the pepper no guess can be tested.
  assert.ok(!kept.includes(keyDigest(key)));
  assert.ok(!JSON.stringify(book.list()).includes(secret));
  const { mode } = await stat(join(folder, PEPPER_FILE));
  if (process.platform !== "win32") assert.equal(mode & 0o777, 0o600);
});

test("another process reads the same keys", async (t) => {
  const first = await rig(t);
  const { key } = await first.book.create({ name: "phone", limits: { requests: { minute: 5 } } });
  const second = await rig(t, first);
  assert.equal(second.table.find(key, 0)?.name, "phone");
  assert.equal(second.book.get("phone")?.limits?.requests?.minute, 5);
});

test("a rotated key has a new secret, and the old one is good for its time of grace", async (t) => {
  const { book, table, clock } = await rig(t);
  const { view, key } = await book.create({ name: "phone" });
  const rotated = await book.rotate("phone", 60_000);
  assert.equal(rotated.view.id, view.id);
  assert.notEqual(rotated.key, key);
  assert.equal(rotated.view.oldUntilMs, clock.wallMs() + 60_000);
  assert.equal(table.find(key, clock.wallMs() + 59_999)?.id, view.id);
  assert.equal(table.find(key, clock.wallMs() + 60_000), undefined);
  assert.equal(table.find(rotated.key, clock.wallMs() + 60_000)?.id, view.id);
  const again = await book.rotate(view.id);
  assert.equal(table.find(rotated.key, clock.wallMs()), undefined);
  assert.equal(table.find(again.key, clock.wallMs())?.id, view.id);
});

test("a key is disabled, changed and deleted at once; after the last one nobody needs a key", async (t) => {
  const { book, table, folder } = await rig(t);
  const { view, key } = await book.create({ name: "phone", owner: "anna", expiresMs: 5 });
  assert.equal((await book.setDisabled("phone", true)).isDisabled, true);
  assert.equal(table.find(key, 0)?.isDisabled, true);
  const changed = await book.update(view.id, { name: "tablet", expiresMs: null, isDisabled: false });
  assert.equal(changed.name, "tablet");
  assert.equal(changed.expiresMs, undefined);
  assert.equal(changed.owner, "anna");
  assert.equal(table.find(key, 0)?.expiresMs, Number.POSITIVE_INFINITY);
  await book.delete("tablet");
  assert.equal(table.find(key, 0), undefined);
  assert.equal(table.isNeeded, false);
  assert.deepEqual(await readdir(folder), []);
});

test("names are unique over configuration and store, and what the file sets is read-only", async (t) => {
  const { book, log } = await rig(t);
  book.configure([{ name: "desk", digest: keyDigest("abc") }]);
  await refusedWith("name_taken", book.create({ name: "desk" }), "name");
  await refusedWith("read_only", book.setDisabled("desk", true));
  await refusedWith("read_only", book.delete("config:desk"));
  await refusedWith("not_found", book.rotate("nobody"));
  await book.create({ name: "phone" });
  await refusedWith("name_taken", book.create({ name: "phone" }), "name");
  book.configure([{ name: "phone", digest: keyDigest("abc") }]);
  assert.ok(log.events.includes("key_name_twice"));
  assert.deepEqual(
    book.list().map(({ name, source }) => [name, source]),
    [
      ["phone", "config"],
      ["phone", "store"],
    ],
  );
});

test("what cannot be is refused, with the field", async (t) => {
  const { book } = await rig(t);
  const odd: readonly [string, object][] = [
    ["name", { name: "" }],
    ["name", { name: "x".repeat(10_240) }],
    ["name", { name: "a\u001b[31m" }],
    ["name", { name: "a\u202eb" }],
    ["name", { name: "#3" }],
    ["tags", { name: "a", tags: ["a,b"] }],
    ["models", { name: "a", models: [] }],
    ["endpoints", { name: "a", endpoints: ["\n"] }],
    ["addresses", { name: "a", addresses: ["10.0.0.0/33"] }],
    ["addresses", { name: "a", addresses: ["example.com"] }],
    ["expiresMs", { name: "a", expiresMs: Number.NaN }],
    ["limits", { name: "a", limits: { requests: { minute: 0 } } }],
    ["limits", { name: "a", limits: { parallel: 1.5 } }],
    ["budget", { name: "a", budget: { nanoDollars: 1, per: "year" } }],
    ["budget", { name: "a", budget: { nanoDollars: 1, per: "day", timeZone: "Mars/Base" } }],
    ["key", { name: "a", key: "short" }],
    ["key", { name: "a", key: `${"k".repeat(20)} ` }],
  ];
  for (const [field, wish] of odd) await refusedWith("invalid", book.create(wish as { name: string }), field);
  await book.create({ name: "'; DROP TABLE keys; --<script>" });
  assert.equal(book.list().length, 1);
});

test("a key that clients have already is taken as it is, once", async (t) => {
  const { book, table } = await rig(t);
  const { key, view } = await book.create({ name: "old", key: "sk-1234567890abcdefghij" });
  assert.equal(table.find(key, 0)?.name, "old");
  assert.equal(view.prefix, "sk-1...");
  await refusedWith("key_taken", book.create({ name: "other", key }), "key");
});

test("who changes a key that another has changed is told", async (t) => {
  const first = await rig(t);
  await first.book.create({ name: "phone" });
  const second = await rig(t, first);
  await first.book.setDisabled("phone", true);
  await refusedWith("changed", second.book.setDisabled("phone", false));
  assert.equal(second.book.get("phone")?.isDisabled, true);
  await refusedWith("changed", first.book.setDisabled("phone", false, 1));
});

test("a gateway that had keys stays closed while they cannot be read, and one that had none is open", async (t) => {
  const store = new MemoryStore();
  const first = await rig(t, { store });
  store.failure = new Error("locked");
  await first.book.load();
  assert.equal(first.table.isNeeded, false);
  store.failure = undefined;
  await first.book.load();
  const { key } = await first.book.create({ name: "phone" });
  const second = await rig(t, first);
  store.failure = new Error("locked");
  await second.book.load();
  assert.equal(second.table.isNeeded, true);
  assert.equal(second.table.isWaiting, true);
  await refusedWith("unavailable", second.book.create({ name: "tablet" }));
  store.failure = undefined;
  await second.book.load();
  assert.equal(second.table.isWaiting, false);
  assert.equal(second.table.find(key, 0)?.name, "phone");
});

test("a damaged pepper closes the gateway, and another one is told", async (t) => {
  const first = await rig(t);
  await first.book.create({ name: "phone" });
  await writeFile(join(first.folder, PEPPER_FILE), "x");
  const damaged = await rig(t, first);
  assert.equal(damaged.table.isWaiting, true);
  await writeFile(join(first.folder, PEPPER_FILE), "0".repeat(64));
  const other = await rig(t, first);
  assert.equal(other.table.isWaiting, false);
  assert.ok(other.log.events.includes("key_pepper_changed"));
  assert.equal((await readFile(join(first.folder, PEPPER_FILE), "utf8")).length, 64);
});

test("a document that is none lets nobody in and stays in the store", async (t) => {
  const made = await rig(t);
  await made.book.create({ name: "phone" });
  const { store } = made;
  for (const [id, text] of [
    ["key_aaaaaaaaaaaa", "{"],
    ["key_bbbbbbbbbbbb", "[]"],
    ["key_cccccccccccc", '{"id":"key_cccccccccccc","name":"x","digest":"y"}'],
  ] as const)
    await store.put({ kind: "key", id, text });
  const { table, log } = await rig(t, made);
  assert.equal(table.size, 1);
  assert.equal(log.events.filter((event) => event === "key_unreadable").length, 3);
  assert.equal((await store.records("key")).length, 4);
});

test("two changes at the same time come one after the other", async (t) => {
  const { book } = await rig(t);
  const made = await Promise.allSettled([book.create({ name: "a" }), book.create({ name: "a" })]);
  assert.deepEqual(
    made.map(({ status }) => status),
    ["fulfilled", "rejected"],
  );
});
