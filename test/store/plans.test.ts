// No question reads a table from its beginning to its end: with a million rows in it that would take a second.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../src/core/clock.ts";
import { lineOf } from "../../src/store/entry-line.ts";
import { DatabaseFile } from "../../src/store/sqlite/file/database-file.ts";
import { REQUEST_TABLES, USAGE_TABLES } from "../../src/store/sqlite/file/tables.ts";
import { StoreReader } from "../../src/store/sqlite/reader.ts";
import { StoreWriter } from "../../src/store/sqlite/writer.ts";
import type { UsageGroup } from "../../src/store/store.ts";
import { folderFor } from "../support/folder.ts";
import { KEEP_LONG, storeEntry } from "../support/store-entries.ts";

const DAY = 86_400_000;
const NOW = Date.now();
const GROUPS: readonly UsageGroup[][] = [
  [],
  ...(["key", "model", "endpoint", "tag"] as const).map((group) => [group]),
  ["key", "model"],
  ["model", "endpoint"],
  ["key", "model", "endpoint"],
  ["key", "tag"],
];
const FILTERS = [{}, { keyId: "k1" }, { model: "m" }, { endpoint: "alpha" }, { tag: "t" }] as const;
const UNITS = ["minute", "hour", "day", undefined] as const;

/** Remembers what it was asked. */
class WatchedFile extends DatabaseFile {
  readonly asked = new Set<string>();

  override prepare(sql: string) {
    this.asked.add(sql);
    return super.prepare(sql);
  }

  override prepareLists(sql: string) {
    this.asked.add(sql);
    return super.prepareLists(sql);
  }

  scans(): string[] {
    const database = this.open();
    return [...this.asked].flatMap((sql) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => String(row["detail"]))
        .filter((detail) => /^SCAN (ledger|request|body|beat|(minute|hour|day)_)/.test(detail))
        .map((detail) => `${detail}: ${sql}`),
    );
  }
}

async function filled(t: TestContext): Promise<{ usage: WatchedFile; requests: WatchedFile }> {
  const folder = folderFor(t);
  const [usagePath, requestsPath] = [join(folder, "usage.db"), join(folder, "requests.db")];
  const order = { role: "writer", usagePath, requestsPath, keep: KEEP_LONG } as const;
  const writer = new StoreWriter(order, systemClock);
  const entries = [0.01, 1, 3, 20].map((days) => storeEntry({ timeMs: NOW - days * DAY, tags: ["t"] }));
  writer.append(entries.map(lineOf).join("\n"));
  writer.tidy();
  writer.append(lineOf(storeEntry({ timeMs: NOW })));
  const usage = new WatchedFile({ path: usagePath, migrations: USAGE_TABLES, isReadOnly: true });
  const requests = new WatchedFile({ path: requestsPath, migrations: REQUEST_TABLES, isReadOnly: true });
  t.after(() => {
    writer.close();
    usage.close();
    requests.close();
  });
  return { usage, requests };
}

test("no question about usage, latency, beats or requests reads a whole table", async (t) => {
  const files = await filled(t);
  const reader = new StoreReader(files, KEEP_LONG, systemClock);
  for (const days of [1 / 24, 1, 30]) {
    const span = { fromMs: NOW - days * DAY, toMs: NOW + 1 };
    for (const unit of UNITS) {
      if (unit === "minute" && days > 1) continue;
      const groups = GROUPS.map((group): UsageGroup[] => (unit === undefined ? group : [unit, ...group]));
      for (const filter of FILTERS)
        for (const group of groups) reader.usage({ ...span, ...filter, groups: group });
      for (const by of [undefined, "model", "endpoint"] as const) {
        const only = by === undefined ? undefined : { dimension: by, name: by === "model" ? "m" : "alpha" };
        reader.latency({ ...span, unit, by, only: undefined });
        reader.latency({ ...span, unit, by: undefined, only });
      }
    }
    reader.beats(span);
    for (const filter of [{}, { keyId: "k1" }, { model: "m" }, { endpoint: "alpha" }, { minStatus: 200 }])
      for (const bounds of [{}, span]) reader.requests({ limit: 50, ...filter, ...bounds });
  }
  reader.requests({ limit: 1, requestId: "req_1" });
  reader.ledger({ fromMs: 0, toMs: NOW, afterId: 0, limit: 10 });
  assert.ok(files.usage.asked.size > 100, `${files.usage.asked.size} statements`);
  assert.deepEqual([...files.usage.scans(), ...files.requests.scans()], []);
});
