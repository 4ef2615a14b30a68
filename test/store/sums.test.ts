// Answers from sums are those of the rows themselves, wherever a question begins and ends, whatever it tells apart, and
// however much has been added to the sums so far.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { systemClock } from "../../src/core/clock.ts";
import { lineOf } from "../../src/store/entry-line.ts";
import { ThreadWork } from "../../src/store/sqlite/thread-work.ts";
import { type UsageColumns, usageRows } from "../../src/store/sqlite/usage/usage-columns.ts";
import type { LedgerEntry, UsageGroup, UsageQuestion, UsageRow } from "../../src/store/store.ts";
import { KEEP_LONG, storeEntry } from "../support/store-entries.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;
// Minutes are kept back to here whenever the test runs.
const NOW = Date.UTC(2026, 10, 26, 13, 37, 11);
const KEPT = { usageMs: 400 * DAY };

const names = (...all: string[]) => fc.constantFrom(...all);

const entry = fc
  .record({
    ago: fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.integer({ min: 0, max: 120 * DAY })),
    keyId: names("", "a", "b"),
    model: names("x", "y", "z"),
    endpoint: names("e", "f"),
    tags: fc.subarray(["s", "t"]),
    status: fc.constantFrom(200, 200, 429, 503),
    input: fc.nat(1_000),
    nano: fc.option(fc.nat(1_000_000)),
  })
  .map(({ ago, input, nano, ...rest }) =>
    storeEntry({
      ...rest,
      timeMs: NOW - ago,
      usage: { input },
      cost: { nanoDollars: nano, source: nano === null ? "unpriced" : "table", date: undefined },
    }),
  );

const moment = fc.oneof(
  fc.integer({ min: 0, max: 47 * HOUR }).map((ago) => NOW - ago),
  fc.integer({ min: 0, max: 89 }).map((days) => (Math.floor(NOW / DAY) - days) * DAY),
  fc.integer({ min: 0, max: 89 * DAY }).map((ago) => NOW - ago),
);

const question = fc
  .record({
    dimensions: fc.subarray<UsageGroup>(["key", "model", "endpoint", "tag"]),
    time: fc.constantFrom<UsageGroup | "none">("none", "minute", "hour", "day"),
    moments: fc.tuple(moment, moment),
    keyId: fc.option(names("a", "b", "nobody"), { nil: undefined, freq: 3 }),
    model: fc.option(names("x", "y"), { nil: undefined, freq: 3 }),
    endpoint: fc.option(names("e"), { nil: undefined, freq: 4 }),
    tag: fc.option(names("s"), { nil: undefined, freq: 4 }),
    offsetMinutes: fc.constantFrom(0, 480, 330, -300, 345),
  })
  .map(({ dimensions, time, moments, ...rest }): UsageQuestion => {
    const [fromMs = 0, toMs = 0] = [...moments].sort((a, b) => a - b);
    const kept = time === "minute" ? Math.max(fromMs, NOW - 47 * HOUR) : fromMs;
    return {
      ...rest,
      groups: time === "none" ? dimensions : [time, ...dimensions],
      fromMs: kept,
      toMs: Math.max(toMs, kept),
    };
  });

test("sums and rows give the same answer, those of rows that were given another price too", () => {
  const parts = fc.record({
    repriced: fc.array(fc.record({ at: fc.nat(59), nano: fc.option(fc.nat(1_000_000)) }), { maxLength: 20 }),
    entries: fc.array(entry, { minLength: 1, maxLength: 60 }),
    folded: fc.nat(60),
    questions: fc.array(question, { minLength: 1, maxLength: 12 }),
  });
  fc.assert(
    fc.property(parts, ({ entries: written, folded, questions, repriced }) => {
      const clock = { ...systemClock, wallMs: () => NOW };
      const order = {
        role: "both",
        usagePath: ":memory:",
        requestsPath: ":memory:",
        keep: { ...KEEP_LONG, ...KEPT },
      } as const;
      const work = new ThreadWork(order, clock);
      const ask = (task: "append" | "tidy" | "usage" | "reprice", asked?: unknown): unknown => {
        const answer = work.answer({ id: 1, task, asked } as Parameters<ThreadWork["answer"]>[0]);
        assert.equal(answer.kind, "given", JSON.stringify(answer));
        return answer.kind === "given" ? answer.given : undefined;
      };
      ask("append", written.slice(0, folded).map(lineOf).join("\n"));
      ask("tidy");
      ask("append", written.slice(folded).map(lineOf).join("\n"));
      const entries = [...written];
      const changes = repriced.flatMap(({ at, nano }) => {
        const old = entries[at];
        if (old === undefined) return [];
        const source = nano === null ? ("unpriced" as const) : ("config" as const);
        const cost = { nanoDollars: nano, source, date: undefined };
        entries[at] = { ...old, cost };
        return [{ id: at + 1, requestId: old.requestId, timeMs: old.timeMs, cost }];
      });
      ask("reprice", changes);
      // Again, as after a break in the middle of it.
      const last = new Map(changes.map((change) => [change.id, change]));
      assert.equal(ask("reprice", [...last.values()]), 0);
      for (const one of questions)
        assert.deepEqual(
          usageRows(ask("usage", one) as UsageColumns),
          expected(entries, one),
          JSON.stringify(one),
        );
      work.close();
    }),
    { numRuns: 150 },
  );
});

/** The answer, counted one by one. */
function expected(entries: readonly LedgerEntry[], asked: UsageQuestion): UsageRow[] {
  const lines = new Map<string, { values: (string | number)[]; entries: LedgerEntry[] }>();
  for (const one of entries) {
    if (one.timeMs < asked.fromMs || one.timeMs >= asked.toMs) continue;
    if ((asked.keyId ?? one.keyId) !== one.keyId || (asked.model ?? one.model) !== one.model) continue;
    if ((asked.endpoint ?? one.endpoint) !== one.endpoint) continue;
    const needsTags = asked.groups.includes("tag") || asked.tag !== undefined;
    const tags = needsTags ? one.tags.filter((tag) => (asked.tag ?? tag) === tag) : [""];
    for (const tag of tags) {
      const values = asked.groups.map((group) => groupValue(one, group, tag, asked.offsetMinutes ?? 0));
      const key = JSON.stringify(values);
      const line = lines.get(key) ?? { values, entries: [] };
      line.entries.push(one);
      lines.set(key, line);
    }
  }
  return [...lines.values()].map(sumOf).sort((a, b) => compare(a.values, b.values));
}

function groupValue(
  one: LedgerEntry,
  group: UsageGroup,
  tag: string,
  offsetMinutes: number,
): string | number {
  const start = (size: number, offset = 0) => Math.floor((one.timeMs + offset) / size) * size - offset;
  switch (group) {
    case "key":
      return one.keyId;
    case "model":
      return one.model;
    case "endpoint":
      return one.endpoint;
    case "tag":
      return tag;
    case "minute":
      return start(MINUTE);
    case "hour":
      return start(HOUR);
    case "day":
      return start(DAY, offsetMinutes * MINUTE);
  }
}

function sumOf({ values, entries }: { values: (string | number)[]; entries: LedgerEntry[] }): UsageRow {
  const sum = (read: (one: LedgerEntry) => number) => entries.reduce((total, one) => total + read(one), 0);
  const priced = entries.filter(({ cost }) => cost.nanoDollars !== null);
  return {
    values,
    requests: entries.length,
    failed: sum(({ status }) => Number(status >= 400)),
    input: sum(({ usage }) => usage?.input ?? 0),
    output: 0,
    cached: 0,
    reasoning: 0,
    nanoDollars: priced.length === 0 ? null : sum(({ cost }) => cost.nanoDollars ?? 0),
    unpriced: entries.length - priced.length,
    estimated: 0,
  };
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? one;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
