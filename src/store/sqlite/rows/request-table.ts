// The log of requests: every row whole, as its line, beside the columns that a page can be asked for by.

import { entryOfLine, lineOf, type WaitingEntry } from "../../entry-line.ts";
import type { LedgerEntry, RequestsPage, RequestsQuestion } from "../../store.ts";
import { StoreFailure } from "../../store-failure.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { addBodies, type BodyHiding, bodiesOf } from "./body-table.ts";

const MAX_LIMIT = 1_000;
/** Rows that are looked at for one page, where only one of several filters has an index; the next page goes on there. */
const MAX_SCANNED = 40_000;
const MAX_CHARS = 256;
const EARLIEST = -(2 ** 53);
const LATEST = 2 ** 53;

const INSERT =
  "INSERT INTO request (time, request, key, model, endpoint, status, entry) VALUES (?, ?, ?, ?, ?, ?, ?)";

/** Where a page ends: the next one begins behind it. */
type PagePlace = { readonly time: number; readonly id: number };

type RequestRow = PagePlace & { readonly entry: string };

/**
 * Appends all or, where it throws, none; `hiding` makes what may be kept of bodies, without it none are.
 * @throws as `DatabaseFile.transaction`
 */
export function appendRequests(
  file: DatabaseFile,
  waiting: readonly WaitingEntry[],
  hiding: BodyHiding | undefined,
): void {
  file.transaction(() => {
    const insert = file.prepare(INSERT);
    for (const { line, entry } of waiting) {
      const { timeMs, requestId, keyId, model, endpoint, status } = entry;
      const { bodies, ...request } = entry.request;
      const { lastInsertRowid: id } = insert.run(
        Math.trunc(timeMs),
        clip(requestId),
        clip(keyId),
        clip(model),
        clip(endpoint),
        Math.trunc(status),
        bodies === undefined ? line : lineOf({ ...entry, request }),
      );
      if (bodies === undefined || hiding === undefined) continue;
      const [asked, answered] = [hiding.hidden(bodies.asked), hiding.hidden(bodies.answered)];
      addBodies(file, { id, timeMs }, { asked, answered });
    }
  });
}

/** One page, the newest first. @throws StoreFailure, as `DatabaseFile.prepare` */
export function pageOf(file: DatabaseFile, question: RequestsQuestion): RequestsPage {
  const limit = Math.min(Math.max(1, Math.trunc(question.limit)), MAX_LIMIT);
  // One more, which tells whether there is another page.
  const most = limit + 1;
  const from = readCursor(question.cursor);
  return file.transaction(() => {
    const drivers = driversOf(file, question);
    const scans = drivers.map((driver) => scan(file, { question, driver, limit: most, from }));
    const rows = scans.flatMap((one) => one.rows).sort(byNewest);
    // Beyond the place where a scan has stopped, its rows are not known yet.
    const stop = scans
      .flatMap(({ stoppedAt }) => stoppedAt ?? [])
      .sort(byNewest)
      .at(0);
    const known = stop === undefined ? rows : rows.filter((row) => byNewest(row, stop) <= 0);
    const page = known.slice(0, limit);
    const end = known.length > limit ? page.at(-1) : stop;
    return {
      entries: page.map(({ entry, id }) =>
        question.requestId === undefined ? entryOfLine(entry) : withBodies(file, entryOfLine(entry), id),
      ),
      next: end === undefined ? undefined : `${end.time}.${end.id}`,
    };
  });
}

/** They are told to whoever asks for one request, and in no list. */
function withBodies(file: DatabaseFile, entry: LedgerEntry, id: number): LedgerEntry {
  const bodies = bodiesOf(file, id);
  return bodies === undefined ? entry : { ...entry, request: { ...entry.request, bodies } };
}

/** An index, and the value to look for in it. */
type Driver = {
  readonly column: "request" | "key" | "model" | "endpoint" | "status";
  readonly value: string | number;
};

/** The index that tells most; several statuses are looked for one by one. Undefined: all rows by time. */
function driversOf(file: DatabaseFile, question: RequestsQuestion): readonly (Driver | undefined)[] {
  const { requestId, keyId, model, endpoint, minStatus, maxStatus } = question;
  if (requestId !== undefined) return [{ column: "request", value: clip(requestId) }];
  // Failures are rarer than what one key asks for.
  if (minStatus !== undefined && minStatus >= 300)
    return statusesIn(file, minStatus, maxStatus ?? 999).map((value) => ({ column: "status", value }));
  if (keyId !== undefined) return [{ column: "key", value: clip(keyId) }];
  if (minStatus !== undefined || maxStatus !== undefined)
    return statusesIn(file, minStatus ?? 0, maxStatus ?? 999).map((value) => ({ column: "status", value }));
  if (endpoint !== undefined) return [{ column: "endpoint", value: clip(endpoint) }];
  if (model !== undefined) return [{ column: "model", value: clip(model) }];
  return [undefined];
}

/** The statuses that occur: one step in the index for each. */
function statusesIn(file: DatabaseFile, min: number, max: number): number[] {
  const found: number[] = [];
  const next = file.prepare("SELECT min(status) AS status FROM request WHERE status >= ? AND status <= ?");
  for (let from = Math.trunc(min); from <= max; ) {
    const status = next.get(from, Math.trunc(max))?.["status"];
    if (status === null || status === undefined) break;
    found.push(Number(status));
    from = Number(status) + 1;
  }
  return found;
}

type Scan = {
  readonly question: RequestsQuestion;
  readonly driver: Driver | undefined;
  readonly limit: number;
  readonly from: PagePlace | undefined;
};

function scan(
  file: DatabaseFile,
  { question, driver, limit, from }: Scan,
): { readonly rows: readonly RequestRow[]; readonly stoppedAt: PagePlace | undefined } {
  const { fromMs = EARLIEST, toMs = LATEST } = question;
  const start = from ?? { time: LATEST, id: LATEST };
  const by = driver === undefined ? "" : `${driver.column} = ? AND`;
  const values = driver === undefined ? [] : [driver.value];
  const range = "time >= ? AND time < ? AND time <= ? AND (time, id) < (?, ?)";
  const bounds = [Math.trunc(fromMs), Math.trunc(toMs), start.time, start.time, start.id];
  const inner = `FROM request WHERE ${by} ${range} ORDER BY time DESC, id DESC LIMIT ${MAX_SCANNED}`;
  const filters = filtersOf(question, driver);
  const where = filters.length === 0 ? "" : `WHERE ${filters.map(([sql]) => sql).join(" AND ")}`;
  const rows = file
    // The text of an entry is read of those alone that are in the answer.
    .prepare(`SELECT found.time, found.id, entry FROM (SELECT time, id FROM
        (SELECT time, id, key, model, endpoint, status ${inner}) ${where} LIMIT ?) AS found
        JOIN request USING (id)`)
    .all(...values, ...bounds, ...filters.map(([, value]) => value), limit)
    .map(readRow);
  if (filters.length === 0 || rows.length === limit) return { rows, stoppedAt: undefined };
  const ends = file
    .prepare(`SELECT time, id FROM (SELECT time, id ${inner}) LIMIT 1 OFFSET ${MAX_SCANNED - 1}`)
    .all(...values, ...bounds);
  const [end] = ends;
  return {
    rows,
    stoppedAt: end === undefined ? undefined : { time: Number(end["time"]), id: Number(end["id"]) },
  };
}

/** What the index does not answer. */
function filtersOf(question: RequestsQuestion, driver: Driver | undefined): [string, string | number][] {
  const { keyId, model, endpoint, minStatus, maxStatus } = question;
  const filters: [string, string | number][] = [];
  const exact = { key: keyId, model, endpoint };
  for (const [column, value] of Object.entries(exact))
    if (value !== undefined && driver?.column !== column) filters.push([`${column} = ?`, clip(value)]);
  if (driver?.column === "status") return filters;
  if (minStatus !== undefined) filters.push(["status >= ?", Math.trunc(minStatus)]);
  if (maxStatus !== undefined) filters.push(["status <= ?", Math.trunc(maxStatus)]);
  return filters;
}

function readRow(row: Record<string, unknown>): RequestRow {
  return {
    time: Number(row["time"]),
    id: Number(row["id"]),
    entry: String(row["entry"]),
  };
}

function byNewest(a: PagePlace, b: PagePlace): number {
  return b.time - a.time || b.id - a.id;
}

/** @throws StoreFailure bad_question */
function readCursor(cursor: string | undefined): PagePlace | undefined {
  if (cursor === undefined) return undefined;
  const [, time, id] = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined)
    throw new StoreFailure("bad_question", "The cursor is none that an earlier page has given.");
  return { time: Number(time), id: Number(id) };
}

function clip(text: string): string {
  return text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
}
