// `backup` and `restore`: a copy is whole while the gateway writes, a damaged one is refused, nothing is overwritten
// unasked, and a running gateway keeps its files.

import assert from "node:assert/strict";
import { copyFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { backUpFile } from "../../src/store/backup/backup.ts";
import { restoreFile } from "../../src/store/backup/restore.ts";
import { USAGE_TABLES } from "../../src/store/sqlite/file/tables.ts";
import { runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { fileStore, storeEntry } from "../support/store-entries.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

async function filledFolder(t: TestContext, count: number): Promise<string> {
  const folder = folderFor(t);
  const store = fileStore(folder, new KeptLog());
  t.after(() => store.close());
  for (let index = 0; index < count; index += 1) store.append(storeEntry());
  await store.put({ kind: "key", id: "1", text: "{}" });
  await store.close();
  return folder;
}

function countIn(path: string, table: string, what = "count(*)"): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const count = Number(database.prepare(`SELECT ${what} AS n FROM ${table}`).get()?.["n"]);
  database.close();
  return count;
}

const restore = (from: string, to: string, mayReplace = false) =>
  restoreFile({ from, to, mayReplace, table: "ledger", migrations: USAGE_TABLES, wallMs: Date.now() });

test("a copy that is made while the store is written to is whole and of one moment", async (t) => {
  const folder = folderFor(t);
  const store = fileStore(folder, new KeptLog());
  t.after(() => store.close());
  const add = async (): Promise<void> => {
    for (let index = 0; index < 500; index += 1) store.append(storeEntry());
    await store.flush();
  };
  await add();
  const writing = (async () => {
    for (let round = 0; round < 5; round += 1) await add();
  })();
  const to = join(folder, "copy.db");
  const result = await backUpFile({ from: join(folder, "usage.db"), to, mayReplace: false });
  await writing;
  assert.equal(result.kind, "done");
  const copied = countIn(to, "ledger");
  assert.ok(copied >= 500 && copied % 500 === 0, `${copied} rows`);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith("copy")),
    ["copy.db"],
  );
});

test("a copy is restored whole, and what was there is kept", async (t) => {
  const folder = await filledFolder(t, 7);
  const usage = join(folder, "usage.db");
  const copy = join(folder, "copy.db");
  assert.equal((await backUpFile({ from: usage, to: copy, mayReplace: false })).kind, "done");
  assert.equal((await backUpFile({ from: usage, to: copy, mayReplace: false })).kind, "taken");
  const store = fileStore(folder, new KeptLog());
  store.append(storeEntry());
  await store.close();
  assert.deepEqual(restore(copy, usage), { kind: "taken" });
  assert.equal(countIn(usage, "ledger"), 8);
  const restored = restore(copy, usage, true);
  assert.equal(restored.kind, "done");
  assert.equal(countIn(usage, "ledger"), 7);
  assert.equal(countIn(usage, "record"), 1);
  assert.equal(restored.kind === "done" && countIn(restored.keptAs ?? "", "ledger"), 8);
});

test("fault 374: a damaged, cut, foreign or later copy is refused with the reason, and nothing is changed", async (t) => {
  const folder = await filledFolder(t, 3_000);
  const usage = join(folder, "usage.db");
  const copy = join(folder, "copy.db");
  await backUpFile({ from: usage, to: copy, mayReplace: false });
  const before = await readFile(usage);
  const bad: Record<string, (path: string) => Promise<void>> = {
    garbage: (path) => writeFile(path, "no database ".repeat(1_000)),
    cut: (path) => truncate(path, 20_000),
    empty: (path) => truncate(path, 0),
    flipped: async (path) => {
      const bytes = await readFile(path);
      bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 9_000);
      await writeFile(path, bytes);
    },
    later: async (path) => {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA user_version = 999");
      database.close();
    },
    foreign: async (path) => {
      await rm(path);
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE ledger (a)");
      database.close();
    },
    missing: (path) => rm(path),
  };
  const kinds: string[] = [];
  for (const [name, spoil] of Object.entries(bad)) {
    const path = join(folder, `${name}.db`);
    await copyFile(copy, path);
    await spoil(path);
    kinds.push(`${name}: ${restore(path, usage, true).kind}`);
  }
  assert.deepEqual(kinds, [
    "garbage: damaged",
    "cut: damaged",
    "empty: foreign",
    "flipped: damaged",
    "later: newer",
    "foreign: foreign",
    "missing: missing",
  ]);
  assert.deepEqual(await readFile(usage), before);
});

test("the commands copy while the gateway runs, and restore when it does not", async (t) => {
  const fake = await fakeFor(t);
  const config = JSON.stringify({ server: { port: 0 }, endpoints: [{ name: "a", base_url: fake.url }] });
  const run = await startCli(t, [], { files: { "config.yaml": config } });
  const port = await run.port();
  await run.ready();
  const at = [
    "--config",
    join(run.folder, "config.yaml"),
    "--data-dir",
    join(run.folder, "xdg-data", "oai-gateway"),
  ];
  const copy = join(run.folder, "copy.db");
  const early = await runCli(t, ["backup", copy, ...at]);
  assert.equal(early.code, 1);
  assert.match(early.stderr, /nothing to back up/);
  for (let count = 0; count < 3; count += 1) await ask(port, chat());
  await run.says("stdout", /(?:"event":"request"[\s\S]*){3}/);
  const file = join(run.folder, "xdg-data", "oai-gateway", "usage.db");
  // Rows are on the disk within a fifth of a second.
  for (let looks = 0; looks < 500 && !(await hasRows(file, 3)); looks += 1)
    await ask(port, { path: "/healthz", method: "GET" });
  const done = await runCli(t, ["backup", copy, "--requests", "--json", ...at]);
  assert.equal(done.code, 0, done.stderr);
  assert.equal(countIn(copy, "ledger"), 3);
  assert.equal(countIn(`${copy}.requests`, "request", "sum(id - first + 1)"), 3);
  const refused = await runCli(t, ["restore", copy, "--force", ...at]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /gateway of yours runs/);
  run.kill("SIGTERM");
  await run.ended;
  const taken = await runCli(t, ["restore", copy, ...at]);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /exists already[\s\S]*--force/);
  const restored = await runCli(t, ["restore", copy, "--force", ...at]);
  assert.equal(restored.code, 0, restored.stderr);
  assert.match(restored.stdout, /is restored[\s\S]*is kept as/);
});

async function hasRows(file: string, count: number): Promise<boolean> {
  try {
    return countIn(file, "ledger") >= count;
  } catch {
    return false;
  }
}
