// What is too old or too much goes, the oldest first, and the sums stay; tables of an earlier version are brought up to
// date step by step.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../src/core/clock.ts";
import type { KeptBodies } from "../../src/core/summary.ts";
import { lineOf } from "../../src/store/entry-line.ts";
import { DatabaseFile } from "../../src/store/sqlite/file/database-file.ts";
import { ThreadWork } from "../../src/store/sqlite/thread-work.ts";
import { type UsageColumns, usageRows } from "../../src/store/sqlite/usage/usage-columns.ts";
import type { LedgerEntry, RequestsPage, StoreKeep, UsageQuestion } from "../../src/store/store.ts";
import { folderFor } from "../support/folder.ts";
import { KEEP_LONG, storeEntry } from "../support/store-entries.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGAN = Date.UTC(2026, 0, 1);

/** A store on one thread, whose time the test tells. */
class Kept {
  nowMs = BEGAN;
  readonly #work: ThreadWork;

  constructor(t: TestContext, keep: Partial<StoreKeep>) {
    const order = { role: "both", usagePath: ":memory:", requestsPath: ":memory:" } as const;
    const clock = { ...systemClock, wallMs: () => this.nowMs };
    this.#work = new ThreadWork({ ...order, keep: { ...KEEP_LONG, ...keep } }, clock);
    t.after(() => this.#work.close());
  }

  add(entries: readonly LedgerEntry[]): void {
    this.#ask("append", entries.map(lineOf).join("\n"));
  }

  tidy(): void {
    this.#ask("tidy", undefined);
  }

  usage(question: Partial<UsageQuestion>): ReturnType<typeof usageRows> {
    const asked = { groups: [], fromMs: 0, toMs: this.nowMs + DAY, ...question };
    return usageRows(this.#ask("usage", asked) as UsageColumns);
  }

  requests(): readonly LedgerEntry[] {
    return (this.#ask("requests", { limit: 1_000 }) as RequestsPage).entries;
  }

  bodiesOf(requestId: string): KeptBodies | undefined {
    const { entries } = this.#ask("requests", { limit: 1, requestId }) as RequestsPage;
    return entries[0]?.request.bodies;
  }

  #ask(task: string, asked: unknown): unknown {
    const answer = this.#work.answer({ id: 1, task, asked } as Parameters<ThreadWork["answer"]>[0]);
    if (answer.kind !== "given") throw new Error(JSON.stringify(answer));
    return answer.given;
  }
}

test("rows that are too old go, and what they came to stays in the sums by day", (t) => {
  const kept = new Kept(t, { usageMs: 10 * DAY, requestsMs: 5 * DAY });
  for (let day = 0; day < 120; day += 1) {
    kept.nowMs = BEGAN + day * DAY + HOUR;
    kept.add([storeEntry({ timeMs: kept.nowMs, requestId: `day-${day}`, keyId: "k" })]);
    kept.tidy();
  }
  assert.equal(kept.usage({})[0]?.requests, 120);
  assert.equal(kept.usage({ groups: ["day", "key"] }).length, 120);
  assert.deepEqual(
    kept.requests().map(({ requestId }) => requestId),
    [119, 118, 117, 116, 115, 114].map((day) => `day-${day}`),
  );
  // Hours are there for ninety days, and no longer.
  assert.equal(kept.usage({ groups: ["hour"], fromMs: kept.nowMs - 90 * DAY + 2 * HOUR }).length, 90);
  // Within days of which no row and no hour is left, what is asked for is rounded to days.
  assert.equal(kept.usage({ fromMs: BEGAN + 30 * 60_000, toMs: BEGAN + 3 * DAY - 1 })[0]?.requests, 3);
});

test("the log of requests is no larger than it may be, and the oldest entries go first", (t) => {
  const kept = new Kept(t, { requestsBytes: 1_000_000 });
  for (let round = 0; round < 6; round += 1) {
    kept.add(
      Array.from({ length: 500 }, (_, index) =>
        storeEntry({ timeMs: BEGAN + round * 1_000 + index, requestId: `${round}-${index}` }),
      ),
    );
    kept.tidy();
  }
  const ids = kept.requests().map(({ requestId }) => requestId);
  assert.equal(ids[0], "5-499");
  assert.ok(ids.length > 200 && !ids.includes("0-0"));
  assert.equal(kept.usage({})[0]?.requests, 3_000);
});

test("without a log of requests there is a ledger all the same", (t) => {
  const kept = new Kept(t, { requestsMs: 0 });
  kept.add([storeEntry({ timeMs: BEGAN })]);
  kept.tidy();
  assert.deepEqual(kept.requests(), []);
  assert.equal(kept.usage({})[0]?.requests, 1);
});

test("numbers of rows are never given twice, however many were removed", (t) => {
  const kept = new Kept(t, { usageMs: HOUR });
  kept.add([storeEntry({ timeMs: BEGAN })]);
  kept.tidy();
  kept.nowMs = BEGAN + 2 * DAY;
  kept.tidy();
  kept.add([storeEntry({ timeMs: kept.nowMs })]);
  kept.tidy();
  assert.equal(kept.usage({})[0]?.requests, 2);
});

test("an earlier file is brought up to date by the steps that it has not taken, each whole or not at all", (t) => {
  const folder = folderFor(t);
  const path = join(folder, "a.db");
  const first = "CREATE TABLE a (x); INSERT INTO a VALUES (1)";
  const open = (...migrations: string[]): DatabaseFile => {
    const file = new DatabaseFile({ path, migrations });
    t.after(() => file.close());
    return file;
  };
  const tables = (file: DatabaseFile) =>
    Number(file.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  assert.equal(tables(open(first)), 1);
  assert.throws(() => open(first, "CREATE TABLE b (x); CREATE TABLE b (x)").open());
  const later = open(first, "CREATE TABLE c (x)", "ALTER TABLE a ADD COLUMN y");
  assert.equal(tables(later), 2);
  assert.equal(Number(later.prepare("SELECT count(*) AS n FROM a WHERE y IS NULL").get()?.["n"]), 1);
  assert.throws(() => open(first).open(), { code: "newer" });
});

function withBodies(timeMs: number, requestId: string, text: string): LedgerEntry {
  const entry = storeEntry({ timeMs, requestId });
  const body = { type: "text/plain", bytes: text.length, text, isCut: false };
  return { ...entry, request: { ...entry.request, bodies: { asked: body, answered: body } } };
}

test("what was asked and answered goes before its request does, by age and by size, and is in no list", (t) => {
  const bodies = { keptMs: 2 * DAY, totalBytes: 1_000_000, places: [], patterns: ["secret"] };
  const kept = new Kept(t, { bodies });
  kept.add([withBodies(BEGAN, "old", "a secret word")]);
  assert.equal(kept.bodiesOf("old")?.asked.text, "a *** word");
  assert.equal(kept.requests()[0]?.request.bodies, undefined);
  kept.nowMs = BEGAN + 3 * DAY;
  const large = "x".repeat(10_000);
  kept.add(Array.from({ length: 100 }, (_, at) => withBodies(kept.nowMs + at, `r${at}`, large)));
  kept.tidy();
  assert.equal(kept.bodiesOf("old"), undefined);
  assert.equal(kept.requests().length, 101);
  const left = Array.from({ length: 100 }, (_, at) => kept.bodiesOf(`r${at}`)).filter(
    (one) => one !== undefined,
  );
  assert.ok(left.length <= 50, String(left.length));
});

test("nothing of what was asked and answered is kept where the store was not told how long", (t) => {
  const kept = new Kept(t, {});
  kept.add([withBodies(BEGAN, "one", "text")]);
  assert.equal(kept.bodiesOf("one"), undefined);
  assert.equal(kept.requests().length, 1);
});
