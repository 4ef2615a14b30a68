// The log of requests lies in blocks: whatever was written together, a page has the entries that were asked for in their
// order, a file of an earlier form is read as before, and what is removed leaves nothing behind.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { systemClock } from "../../src/core/clock.ts";
import { lineOf } from "../../src/store/entry-line.ts";
import { DatabaseFile } from "../../src/store/sqlite/file/database-file.ts";
import { REQUEST_TABLES } from "../../src/store/sqlite/file/tables.ts";
import { StoreReader } from "../../src/store/sqlite/reader.ts";
import { StoreWriter } from "../../src/store/sqlite/writer.ts";
import type { LedgerEntry, RequestsQuestion } from "../../src/store/store.ts";
import { folderFor } from "../support/folder.ts";
import { KEEP_LONG, storeEntry } from "../support/store-entries.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const DAY = 86_400_000;

function opened(requestsPath: string, wallMs: () => number = () => NOW) {
  const clock = { ...systemClock, wallMs };
  const keep = { ...KEEP_LONG, requestsMs: 10 * DAY };
  const writer = new StoreWriter({ role: "both", usagePath: ":memory:", requestsPath, keep }, clock);
  return { writer, reader: new StoreReader(writer, keep, clock) };
}

/** An id as the gateway gives them, or as a client does. */
function idOf(at: number, timeMs: number, isOwn: boolean): string {
  if (!isOwn) return `own-${at}`;
  const time = timeMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${at.toString(16).padStart(12, "0")}`;
}

const batches = fc
  .array(
    fc.array(
      fc.record({
        ago: fc.integer({ min: 0, max: 4_000 }),
        keyId: fc.constantFrom("", "a", 'q"\\'),
        model: fc.constantFrom("x", "名".repeat(300)),
        endpoint: fc.constantFrom("e", "f"),
        status: fc.constantFrom(200, 200, 429, 503),
        isOwn: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) => {
    let at = 0;
    return all.map((batch) =>
      batch.map(({ ago, isOwn, ...rest }) => {
        at += 1;
        return storeEntry({ ...rest, timeMs: NOW - ago, requestId: idOf(at, NOW - ago, isOwn) });
      }),
    );
  });

const question = fc.record(
  {
    keyId: fc.constantFrom("", "a", 'q"\\'),
    model: fc.constantFrom("x", "名".repeat(300)),
    endpoint: fc.constantFrom("e", "nobody"),
    minStatus: fc.constantFrom(200, 400),
    maxStatus: fc.constantFrom(200, 499),
    fromMs: fc.integer({ min: NOW - 4_000, max: NOW }),
    toMs: fc.integer({ min: NOW - 4_000, max: NOW + 1 }),
  },
  { requiredKeys: [] },
);

/** The ids of all pages, newest first. */
function pages(reader: StoreReader, asked: Omit<RequestsQuestion, "limit">): string[] {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = reader.requests({ ...asked, limit: 4, cursor });
    ids.push(...page.entries.map(({ requestId }) => requestId));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}

function expected(entries: readonly LedgerEntry[], asked: Omit<RequestsQuestion, "limit">): string[] {
  const { keyId, model, endpoint, minStatus = 0, maxStatus = 999, fromMs = 0, toMs = NOW + 1 } = asked;
  return entries
    .filter((one) => (keyId ?? one.keyId) === one.keyId && (model ?? one.model) === one.model)
    .filter((one) => (endpoint ?? one.endpoint) === one.endpoint)
    .filter(({ status }) => status >= minStatus && status <= maxStatus)
    .filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)
    .map(({ requestId, timeMs }) => ({ requestId, timeMs }))
    .reverse()
    .sort((a, b) => b.timeMs - a.timeMs)
    .map(({ requestId }) => requestId);
}

test("pages have what was asked for, whatever was written together, and each request is found by its id", () => {
  fc.assert(
    fc.property(batches, fc.array(question, { minLength: 1, maxLength: 6 }), (all, questions) => {
      const { writer, reader } = opened(":memory:");
      for (const batch of all) writer.append(batch.map(lineOf).join("\n"));
      const entries = all.flat();
      for (const asked of questions) {
        const told = new Set(pages(reader, asked));
        const wanted = expected(entries, asked);
        assert.deepEqual([...told].sort(), [...wanted].sort(), JSON.stringify(asked));
        // Those of one moment stand in the order of their numbers, which a batch gives second by second.
        const times = [...told].map((id) => entries.find(({ requestId }) => requestId === id)?.timeMs ?? 0);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => b - a),
        );
      }
      for (const { requestId } of entries)
        assert.deepEqual(pages(reader, { requestId }), [requestId], requestId);
      writer.close();
    }),
    { numRuns: 30 },
  );
});

test("names that the file cannot tell apart, or with line ends in them, are found, in one block", () => {
  const { writer, reader } = opened(":memory:");
  // Halves of characters, alone and where a long name is cut, are one character in UTF-8.
  const models = ["\ud800", "\ud801", `${"x".repeat(255)}😀`, `${"x".repeat(255)}🤀`, "a\0b", "a\nb", 'a"b'];
  const entries = models.map((model, at) => storeEntry({ timeMs: NOW, requestId: `r\n${at}`, model }));
  writer.append(entries.map(lineOf).join("\n"));
  assert.equal(writer.requests.prepare("SELECT count(*) AS n FROM request").get()?.["n"], 1n);
  for (const { model, requestId } of entries) {
    assert.deepEqual(pages(reader, { model }), [requestId]);
    assert.deepEqual(pages(reader, { requestId }), [requestId]);
  }
  writer.close();
});

test("what is removed leaves nothing behind, and bodies stay with their requests", () => {
  let wallMs = NOW;
  const { writer, reader } = opened(":memory:", () => wallMs);
  const body = { type: "text/plain", bytes: 4, text: "word", isCut: false };
  writer.keep({
    ...KEEP_LONG,
    requestsMs: 10 * DAY,
    bodies: { keptMs: 10 * DAY, totalBytes: 1e6, places: [], patterns: [] },
  });
  const entries = Array.from({ length: 300 }, (_, at) => {
    const entry = storeEntry({ timeMs: NOW - (at % 3) * 1_000, requestId: `r${at}`, keyId: `k${at % 9}` });
    const asked = { ...body, text: `word ${at}` };
    return at % 50 === 7
      ? { ...entry, request: { ...entry.request, bodies: { asked, answered: body } } }
      : entry;
  });
  writer.append(entries.map(lineOf).join("\n"));
  for (const at of [7, 57, 257])
    assert.equal(
      reader.requests({ limit: 1, requestId: `r${at}` }).entries[0]?.request.bodies?.asked.text,
      `word ${at}`,
    );
  wallMs += 11 * DAY;
  writer.tidy();
  for (const table of ["request", "request_mark", "request_name", "body"])
    assert.equal(
      Number(writer.requests.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]),
      0,
      table,
    );
  writer.close();
});

test("a file with a row for each request keeps them, with what was asked and answered", async (t) => {
  const folder = folderFor(t);
  const path = join(folder, "requests.db");
  const old = new DatabaseFile({ path, migrations: REQUEST_TABLES.slice(0, 2) });
  const insert = old.prepare(
    "INSERT INTO request (time, request, key, model, endpoint, status, entry) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const entries = Array.from({ length: 20 }, (_, at) =>
    storeEntry({
      timeMs: NOW - at * 300,
      requestId: idOf(at, NOW - at * 300, at % 2 === 1),
      status: at % 4 === 0 ? 503 : 200,
    }),
  );
  for (const one of entries)
    insert.run(one.timeMs, one.requestId, one.keyId, one.model, one.endpoint, one.status, lineOf(one));
  const bodies = JSON.stringify({ asked: { text: "asked" }, answered: { text: "answered" } });
  old.prepare("INSERT INTO body (request, time, size, text) VALUES (3, ?, 10, ?)").run(NOW, bodies);
  old.close();
  let wallMs = NOW;
  const { writer, reader } = opened(path, () => wallMs);
  t.after(() => writer.close());
  writer.open();
  const ids = entries.map(({ requestId }) => requestId);
  assert.deepEqual(pages(reader, {}), ids);
  assert.deepEqual(
    pages(reader, { minStatus: 400 }),
    ids.filter((_, at) => at % 4 === 0),
  );
  const [found] = reader.requests({ limit: 1, requestId: ids[2] }).entries;
  assert.equal(found?.request.bodies?.asked.text, "asked");
  writer.append(lineOf(storeEntry({ timeMs: NOW + 5, requestId: "new" })));
  assert.deepEqual(pages(reader, {}), ["new", ...ids]);
  wallMs += 11 * DAY;
  writer.tidy();
  for (const table of ["request", "request_mark", "request_name", "body"])
    assert.equal(
      Number(writer.requests.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]),
      0,
      table,
    );
});
