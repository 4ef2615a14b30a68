// A process that writes to the store is killed again and again: the file always opens, no batch is there by half, at most
// what was not flushed is lost, and the sums are those of the rows.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { fileStore } from "../support/store-entries.ts";

const CHILD = fileURLToPath(new URL("../support/store-child.ts", import.meta.url));
const KILLS = 12;

test("fault 371: a store whose process is killed while it writes loses what was not flushed and nothing else", async (t) => {
  const folder = folderFor(t);
  const flushed = new Map<number, number>();
  for (let run = 0; run < KILLS; run += 1) {
    const child = spawn(process.execPath, [CHILD, folder, String(run)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // Another moment of its work each time.
    const lines = 1 + (run % 6);
    let seen = 0;
    for await (const line of createInterface(child.stdout)) {
      flushed.set(run, Number(line));
      seen += 1;
      if (seen === lines) break;
    }
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    const rows = rowsOf(folder);
    for (const [one, count] of flushed) {
      const kept = rows.get(one) ?? 0;
      assert.ok(kept >= count, `run ${one} has flushed ${count} and kept ${kept}`);
    }
  }
  const store = fileStore(folder, new KeptLog());
  await store.usage({ groups: [], fromMs: 0, toMs: Date.now() });
  await store.tidy();
  await store.close();
  assert.deepEqual(sumsOf(folder, "hour_all"), sumsOf(folder, "ledger"));
  assert.deepEqual(sumsOf(folder, "day_tag"), sumsOf(folder, "ledger"));
  assert.deepEqual(sumsOf(folder, "minute_one", "WHERE dimension = 1"), sumsOf(folder, "ledger"));
});

test("a store whose process is killed while it prices rows anew has sums of what is in the rows", async (t) => {
  const folder = folderFor(t);
  await killedAfter(folder, "append", 8);
  for (const lines of [1, 2, 3, 5]) await killedAfter(folder, "reprice", lines);
  const store = fileStore(folder, new KeptLog());
  await store.tidy();
  await store.close();
  for (const [table, where] of [
    ["hour_all", ""],
    ["day_tag", ""],
    ["minute_one", "WHERE dimension = 0"],
  ] as const)
    assert.deepEqual(sumsOf(folder, table, where), sumsOf(folder, "ledger"), table);
});

async function killedAfter(folder: string, task: "append" | "reprice", lines: number): Promise<void> {
  const child = spawn(process.execPath, [CHILD, folder, "0", task], { stdio: ["ignore", "pipe", "inherit"] });
  let seen = 0;
  for await (const _line of createInterface(child.stdout)) {
    seen += 1;
    if (seen === lines) break;
  }
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** Rows of the ledger by run; each run's rows are the first ones without a gap. */
function rowsOf(folder: string): Map<number, number> {
  const database = new DatabaseSync(join(folder, "usage.db"));
  const found = new Map<number, number>();
  for (const row of database.prepare("SELECT request FROM ledger ORDER BY id").iterate()) {
    const [run = 0, index = 0] = String(row["request"]).split("-").map(Number);
    assert.equal(index, found.get(run) ?? 0, "a row is missing or there twice");
    found.set(run, index + 1);
  }
  assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
  database.close();
  return found;
}

function sumsOf(folder: string, table: string, where = ""): unknown {
  const database = new DatabaseSync(join(folder, "usage.db"));
  const requests = table === "ledger" ? "count(*)" : "sum(requests)";
  const sums = database
    .prepare(`SELECT ${requests} AS requests, sum(input) AS input, sum(nano) AS nano FROM ${table} ${where}`)
    .get();
  database.close();
  return { ...sums };
}
