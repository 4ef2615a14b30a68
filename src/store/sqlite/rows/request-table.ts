// The log of requests, page by page. How its lines lie in the file: `request-blocks.ts`.

import { entryOfLine, type WaitingEntry, withoutBodies } from "../../entry-line.ts";
import type { LedgerEntry, RequestsPage, RequestsQuestion } from "../../store.ts";
import { StoreFailure } from "../../store-failure.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { addBodies, type BodyHiding, bodiesOf } from "./body-table.ts";
import { byNewest, LineWish, type PagePlace, type RequestLine } from "./line-wish.ts";
import {
  blockOf,
  clip,
  MARK_KINDS,
  type MarkKind,
  SLOT_MS,
  slotOfId,
  writeBlocks,
} from "./request-blocks.ts";

const MAX_LIMIT = 1_000;
/** Lines and blocks that are looked at for one page, where several filters meet; the next page goes on there. */
const MAX_SCANNED = 40_000;

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
    const numbers = writeBlocks(file, waiting.map(withoutBodies));
    if (hiding === undefined) return;
    for (const [at, { line, head }] of waiting.entries()) {
      const bodies = head.hasBodies ? entryOfLine(line).request.bodies : undefined;
      if (bodies === undefined) continue;
      const [asked, answered] = [hiding.hidden(bodies.asked), hiding.hidden(bodies.answered)];
      addBodies(file, { id: numbers[at] ?? 0, timeMs: head.timeMs }, { asked, answered });
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
      entries: page.map(({ line, id }) =>
        question.requestId === undefined ? entryOfLine(line) : withBodies(file, entryOfLine(line), id),
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

/** What is looked for in an index: a mark, or an id. */
type Driver = { readonly kind: MarkKind | "request"; readonly value: string | number };

/** The index that tells most; several statuses are looked for one by one. Undefined: all rows by time. */
function driversOf(file: DatabaseFile, question: RequestsQuestion): readonly (Driver | undefined)[] {
  const { requestId, keyId, model, endpoint, minStatus, maxStatus } = question;
  if (requestId !== undefined) return [{ kind: "request", value: clip(requestId) }];
  // Failures are rarer than what one key asks for.
  if (minStatus !== undefined && minStatus >= 300)
    return statusesIn(file, minStatus, maxStatus ?? 999).map((value) => ({ kind: "status", value }));
  if (keyId !== undefined) return [{ kind: "key", value: clip(keyId) }];
  if (minStatus !== undefined || maxStatus !== undefined)
    return statusesIn(file, minStatus ?? 0, maxStatus ?? 999).map((value) => ({ kind: "status", value }));
  if (endpoint !== undefined) return [{ kind: "endpoint", value: clip(endpoint) }];
  if (model !== undefined) return [{ kind: "model", value: clip(model) }];
  return [undefined];
}

/** The statuses that occur: one step in the index for each. */
function statusesIn(file: DatabaseFile, min: number, max: number): number[] {
  const found: number[] = [];
  const next = file.prepare(
    `SELECT min(value) AS status FROM request_mark WHERE kind = ${MARK_KINDS.status} AND value >= ? AND value <= ?`,
  );
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

/** Slot by slot, the newest first, until there are lines enough. Where it stops before, that is told. */
function scan(
  file: DatabaseFile,
  { question, driver, limit, from }: Scan,
): { readonly rows: readonly RequestLine[]; readonly stoppedAt: PagePlace | undefined } {
  const status = driver?.kind === "status" ? Number(driver.value) : undefined;
  const wish = new LineWish(question, from, status);
  const candidates = candidatesOf(driver, question, wish);
  const rows: RequestLine[] = [];
  let current = Number.POSITIVE_INFINITY;
  let scanned = 0;
  for (const row of file.prepareLists(candidates.sql).iterate(...candidates.values)) {
    const [id = 0, slot = 0] = row as unknown as readonly number[];
    if (slot !== current && (rows.length >= limit || scanned >= MAX_SCANNED)) {
      if (rows.length < limit) return { rows, stoppedAt: { time: current * SLOT_MS, id: 0 } };
      return { rows: rows.sort(byNewest).slice(0, limit), stoppedAt: undefined };
    }
    current = slot;
    const block = blockOf(file, id);
    scanned += block?.lines.length ?? 0;
    if (block !== undefined) wish.take(block, rows);
  }
  rows.sort(byNewest);
  if (rows.length >= limit) return { rows: rows.slice(0, limit), stoppedAt: undefined };
  return { rows, stoppedAt: endOf(file, candidates, wish) };
}

/** Where blocks were looked at as far as one page does; undefined: all of them were. */
function endOf(file: DatabaseFile, { inner, bounds }: Candidates, wish: LineWish): PagePlace | undefined {
  const [end] = file
    .prepareLists(`SELECT slot FROM (${inner}) LIMIT 1 OFFSET ${MAX_SCANNED - 1}`)
    .all(...bounds) as unknown as readonly (readonly number[])[];
  if (end === undefined) return undefined;
  // The next page has to begin further down, however many blocks one slot has.
  return { time: Math.min((end[0] ?? 0) + 1, wish.highSlot) * SLOT_MS, id: 0 };
}

/** SQL for the blocks that may have something: those of `inner`, without those that other marks rule out. */
type Candidates = {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
  readonly inner: string;
  readonly bounds: readonly (string | number | null)[];
};

function candidatesOf(driver: Driver | undefined, question: RequestsQuestion, wish: LineWish): Candidates {
  const slots = [wish.lowSlot, wish.highSlot];
  const order = `ORDER BY slot DESC, id DESC LIMIT ${MAX_SCANNED}`;
  if (driver?.kind === "request") {
    const inner = `SELECT id, slot FROM (SELECT id, slot FROM request WHERE slot = ? UNION
      SELECT id, slot FROM request_name CROSS JOIN request USING (id) WHERE request_name.request = ?)
      WHERE +slot BETWEEN ? AND ? ${order}`;
    const bounds = [slotOfId(String(driver.value)) ?? null, driver.value, ...slots];
    return { sql: inner, values: bounds, inner, bounds };
  }
  const [from, bounds] =
    driver === undefined
      ? (["request WHERE", slots] as const)
      : ([
          "request_mark WHERE kind = ? AND value = ? AND",
          [MARK_KINDS[driver.kind], driver.value, ...slots],
        ] as const);
  const inner = `SELECT id, slot FROM ${from} slot BETWEEN ? AND ? ${order}`;
  const { keyId, model, endpoint } = question;
  const others = Object.entries({ key: keyId, model, endpoint } as const).flatMap(([name, value]) => {
    const kind = name as "key" | "model" | "endpoint";
    return value === undefined || kind === driver?.kind ? [] : [[MARK_KINDS[kind], clip(value)]];
  });
  const exists = others.map(
    () => `EXISTS (SELECT 1 FROM request_mark AS m
      WHERE m.kind = ? AND m.value = ? AND m.slot = found.slot AND m.id = found.id)`,
  );
  const where = exists.length === 0 ? "" : `WHERE ${exists.join(" AND ")}`;
  return {
    sql: `SELECT id, slot FROM (${inner}) AS found ${where}`,
    values: [...bounds, ...others.flat()],
    inner,
    bounds,
  };
}

/** @throws StoreFailure bad_question */
function readCursor(cursor: string | undefined): PagePlace | undefined {
  if (cursor === undefined) return undefined;
  const [, time, id] = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined)
    throw new StoreFailure("bad_question", "The cursor is none that an earlier page has given.");
  return { time: Number(time), id: Number(id) };
}
