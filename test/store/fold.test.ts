// Rows are added to the sums exactly once, slice by slice, and without a fraction being lost.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { systemClock } from "../../src/core/clock.ts";
import { lineOf } from "../../src/store/entry-line.ts";
import { DatabaseFile } from "../../src/store/sqlite/file/database-file.ts";
import { USAGE_TABLES } from "../../src/store/sqlite/file/tables.ts";
import { StoreReader } from "../../src/store/sqlite/reader.ts";
import { latencyRows } from "../../src/store/sqlite/usage/latency-columns.ts";
import { usageRows } from "../../src/store/sqlite/usage/usage-columns.ts";
import { StoreWriter } from "../../src/store/sqlite/writer.ts";
import type { LatencyQuestion, LedgerEntry } from "../../src/store/store.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { fileStore, KEEP_LONG, storeEntry } from "../support/store-entries.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 26, 13, 37, 11);

function memoryStore(): { writer: StoreWriter; reader: StoreReader } {
  const clock = { ...systemClock, wallMs: () => NOW };
  const order = { role: "both", usagePath: ":memory:", requestsPath: ":memory:", keep: KEEP_LONG } as const;
  const writer = new StoreWriter(order, clock);
  return { writer, reader: new StoreReader(writer, KEEP_LONG, clock) };
}

function append(writer: StoreWriter, entries: readonly LedgerEntry[]): void {
  writer.append(entries.map(lineOf).join("\n"));
}

function timed(parts: Parameters<typeof storeEntry>[0], durationMs: number): LedgerEntry {
  const entry = storeEntry({ ...parts, isStream: durationMs % 2 === 0 });
  return { ...entry, request: { ...entry.request, durationMs, firstByteMs: durationMs / 3 } };
}

const latencyEntry = fc
  .record({
    ago: fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.integer({ min: 0, max: 80 * DAY })),
    model: fc.constantFrom("x", "y"),
    endpoint: fc.constantFrom("e", "f"),
    status: fc.constantFrom(200, 200, 200, 503),
    durationMs: fc.nat(5_000),
  })
  .map(({ ago, durationMs, ...rest }) => timed({ ...rest, timeMs: NOW - ago }, durationMs));

const latencyQuestion = fc.record({
  unit: fc.constantFrom("hour" as const, "day" as const, undefined),
  by: fc.constantFrom("model" as const, "endpoint" as const, undefined),
  only: fc.constantFrom({ dimension: "model", name: "x" } as const, undefined),
  agoMs: fc.integer({ min: 0, max: 80 * DAY }),
});

test("latencies that are counted in bins are those of the rows, however often and when they are counted", () => {
  const parts = fc.record({
    entries: fc.array(latencyEntry, { minLength: 1, maxLength: 60 }),
    cuts: fc.array(fc.nat(60), { maxLength: 3 }),
    questions: fc.array(latencyQuestion, { minLength: 1, maxLength: 6 }),
  });
  fc.assert(
    fc.property(parts, ({ entries, cuts, questions }) => {
      const [folded, bare] = [memoryStore(), memoryStore()];
      append(bare.writer, entries);
      const places = [0, ...cuts.toSorted((a, b) => a - b), entries.length];
      for (const [at, from] of places.entries()) {
        const some = entries.slice(from, places[at + 1] ?? entries.length);
        if (some.length > 0) append(folded.writer, some);
        if (at < places.length - 1) folded.writer.tidy();
      }
      for (const { agoMs, by, only, unit } of questions) {
        const question: LatencyQuestion = {
          unit,
          only: by === undefined ? only : undefined,
          by,
          fromMs: NOW - agoMs,
          toMs: NOW + 1,
        };
        const byName = (store: { reader: StoreReader }) =>
          latencyRows(store.reader.latency(question)).toSorted(
            (a, b) => a.timeMs - b.timeMs || (a.value < b.value ? -1 : 1),
          );
        assert.deepEqual(byName(folded), byName(bare), JSON.stringify(question));
      }
      for (const { writer } of [folded, bare]) writer.close();
    }),
    { numRuns: 60 },
  );
});

test("sums that no fraction can hold are exact", () => {
  const { writer } = memoryStore();
  const cost = (nanoDollars: number) => ({ nanoDollars, source: "table", date: undefined }) as const;
  const entries = Array.from({ length: 300 }, () =>
    storeEntry({ timeMs: NOW, cost: cost(99_999_999_999_999) }),
  );
  append(writer, entries);
  writer.tidy();
  append(writer, [storeEntry({ timeMs: NOW, cost: cost(1) })]);
  writer.tidy();
  for (const table of ["minute_one WHERE dimension = 0", "hour_all", "day_pair WHERE pair = 2"]) {
    const row = writer.usage
      .prepare(`SELECT sum(nano) AS nano, sum(requests) AS requests FROM ${table}`)
      .get();
    assert.deepEqual({ ...row }, { nano: 300n * 99_999_999_999_999n + 1n, requests: 301n }, table);
  }
  writer.close();
});

test("many new rows are added in slices, and every answer between two of them is right", () => {
  const { writer, reader } = memoryStore();
  const entries = Array.from({ length: 6_000 }, (_, at) =>
    storeEntry({ timeMs: NOW - at * 1_000, keyId: `k${at % 7}`, model: `m${at % 5}`, tags: ["t"] }),
  );
  for (let at = 0; at < entries.length; at += 500) append(writer, entries.slice(at, at + 500));
  const ask = () =>
    usageRows(reader.usage({ groups: ["key", "model"], fromMs: NOW - DAY, toMs: NOW + 1, tag: "t" }));
  const wanted = ask();
  let slices = 1;
  // Nobody has waited a minute: there are too many of them to be left for so long.
  for (let hasMore = writer.beat(); hasMore; hasMore = writer.goOn()) {
    assert.deepEqual(ask(), wanted);
    slices += 1;
  }
  assert.ok(slices > 1, `${slices} slices`);
  assert.deepEqual(ask(), wanted);
  const [left] = writer.usage.prepareLists("SELECT max(id) - (SELECT id FROM folded) FROM ledger").all();
  assert.deepEqual(left, [0]);
  assert.equal(writer.beat(), false);
  writer.close();
});

test("rows to which another program gives another price meanwhile are added up as they are then", async (t) => {
  const folder = folderFor(t);
  const clock = { ...systemClock, wallMs: () => NOW };
  const paths = { usagePath: join(folder, "usage.db"), requestsPath: join(folder, "requests.db") };
  const [one, other] = [1, 2].map(() => new StoreWriter({ role: "both", ...paths, keep: KEEP_LONG }, clock));
  assert.ok(one !== undefined && other !== undefined);
  t.after(() => {
    one.close();
    other.close();
  });
  append(one, [storeEntry({ timeMs: NOW, requestId: "a" }), storeEntry({ timeMs: NOW, requestId: "b" })]);
  const reader = new StoreReader(other, KEEP_LONG, clock);
  const rows = reader.ledger({ fromMs: 0, toMs: NOW + 1, afterId: 0, limit: 9 });
  const cost = { nanoDollars: 7, source: "config", date: undefined } as const;
  assert.equal(other.reprice(rows.map((row) => ({ ...row, cost }))), 2);
  one.tidy(false);
  const sums = one.usage.prepare("SELECT sum(nano) AS nano FROM minute_one WHERE dimension = 0").get();
  assert.equal(sums?.["nano"], 14n);
});

test("the thread of a store adds many new rows by itself, without waiting for a minute", async (t) => {
  const folder = folderFor(t);
  const store = fileStore(folder, new KeptLog());
  t.after(() => store.close());
  for (let at = 0; at < 6_000; at += 1) {
    store.append(storeEntry({ timeMs: NOW - at, keyId: `k${at % 7}` }));
    if (at % 1_000 === 999) await store.flush();
  }
  const file = new DatabaseFile({
    path: join(folder, "usage.db"),
    migrations: USAGE_TABLES,
    isReadOnly: true,
    busyMs: 5_000,
  });
  t.after(() => file.close());
  const left = () =>
    Number(file.prepare("SELECT max(ledger.id) - (SELECT id FROM folded) AS n FROM ledger").get()?.["n"]);
  // Answered between two slices.
  while (left() > 0) await store.flush();
  const sums = file.prepare("SELECT sum(requests) AS n FROM minute_one WHERE dimension = 0").get();
  assert.deepEqual({ ...sums }, { n: 6_000n });
});

test("an answer about latency has so many lines at most, and a question about more is told so", () => {
  const { writer, reader } = memoryStore();
  writer.open();
  const first = Math.floor(NOW / DAY) - 25_000;
  const add = (days: number) =>
    writer.usage.run(`WITH RECURSIVE one (day) AS (SELECT 1 UNION ALL SELECT day + 1 FROM one WHERE day < ${days})
      INSERT OR IGNORE INTO day_latency SELECT 0, ${first} + day, 0, x'012800000001' FROM one`);
  const ask = () =>
    reader.latency({ unit: "day", by: undefined, only: undefined, fromMs: first * DAY, toMs: NOW });
  add(20_000);
  assert.equal(latencyRows(ask()).length, 20_000);
  add(20_001);
  assert.throws(ask, { code: "too_many" });
  writer.close();
});

test("a file whose latencies are a row for each bin keeps them, and has the sums of pairs", async (t) => {
  const path = join(folderFor(t), "usage.db");
  const old = new DatabaseFile({ path, migrations: USAGE_TABLES.slice(0, 2) });
  const day = Math.floor(NOW / DAY);
  old.run(`INSERT INTO word VALUES (1, 'm'), (2, 'k'), (3, 'e')`);
  old.run(
    `INSERT INTO day_latency VALUES (0, ${day}, 0, 0, 7, 2), (0, ${day}, 0, 1, 40, 1), (0, ${day}, 0, 1, 150, 70000)`,
  );
  for (const model of [1, 4])
    old.run(`INSERT INTO day_all VALUES (${day}, 2, ${model}, 3, 5, 1, 100, 10, 0, 0, 700, 5, 0, 0)`);
  old.close();
  const file = new DatabaseFile({ path, migrations: USAGE_TABLES });
  t.after(() => file.close());
  const [row] = file.prepareLists("SELECT hex(bins) FROM day_latency").all() as unknown as [[string]];
  const entries = row[0].match(/.{12}/g) ?? [];
  assert.deepEqual(entries.toSorted(), ["000700000002", "012800000001", "019600011170"]);
  const pairs = file
    .prepareLists("SELECT pair, one, other, requests, nano FROM day_pair ORDER BY 1, 2, 3")
    .all();
  assert.deepEqual(pairs, [
    [0, 2, 1, 5, 700],
    [0, 2, 4, 5, 700],
    [1, 2, 3, 10, 1_400],
    [2, 1, 3, 5, 700],
    [2, 4, 3, 5, 700],
  ]);
});
