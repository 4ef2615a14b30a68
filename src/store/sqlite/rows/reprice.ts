// Rows of the ledger at another price: read, written, and the sums that they are in changed by the difference, all in one
// transaction. What a row costs now is read there too, so that nothing is counted twice whoever else does the same.

import { NO_USAGE, type TokenUsage } from "../../../core/usage.ts";
import { entryOfLine, lineOf, timeOfLine } from "../../entry-line.ts";
import type { LedgerQuestion, LedgerRow, Repricing } from "../../store.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { foldedUpTo, LARGEST } from "./fold.ts";
import { FOLDED_TABLES, type FoldedTable } from "./folded-tables.ts";
import { costColumns } from "./ledger-table.ts";
import { blocksOfSlot, rewriteBlock, slotOf } from "./request-blocks.ts";

const MAX_LIMIT = 1_000;
/** Figures of a price among the sums. */
const PRICED = ["nano", "priced", "unpriced"] as const;

/** What was read of a row; its texts are looked up by their numbers. */
const SELECT = `SELECT id, time, request, input, output, cached, reasoning, usage, nano, priced, cost_source, cost_date,
    ${["model", "endpoint", "upstream"].map((name) => `(SELECT text FROM word WHERE id = ledger.${name}) AS ${name}`).join(", ")}
  FROM ledger WHERE id > ? AND +time >= ? AND +time < ? AND usage IS NOT NULL`;
const BY_MODEL = "AND model = (SELECT id FROM word WHERE text = ?)";

/** Rows that have used something. @throws as `DatabaseFile.prepare` */
export function ledgerRows(file: DatabaseFile, question: LedgerQuestion): LedgerRow[] {
  const { fromMs, toMs, model, afterId, limit } = question;
  const by = model === undefined ? "" : BY_MODEL;
  const values = [Math.trunc(afterId), Math.trunc(fromMs), Math.trunc(toMs)];
  const most = Math.min(Math.max(1, Math.trunc(limit)), MAX_LIMIT);
  return file
    .prepare(`${SELECT} ${by} ORDER BY id LIMIT ?`)
    .all(...values, ...(model === undefined ? [] : [model]), most)
    .map(readRow);
}

/** Gives back how many rows cost otherwise now. @throws as `DatabaseFile.transaction` */
export function repriceRows(file: DatabaseFile, rows: readonly Repricing[]): number {
  return file.transaction(() => {
    file.run(
      `CREATE TEMP TABLE IF NOT EXISTS repriced (id INTEGER PRIMARY KEY, ${PRICED.map((name) => `${name} INTEGER NOT NULL`).join(", ")})`,
    );
    file.run("DELETE FROM temp.repriced");
    const upTo = foldedUpTo(file);
    const changed = rows.filter((row) => repriceRow(file, row)).length;
    if (changed > 0) for (const folded of FOLDED_TABLES) file.prepare(differenceOf(folded)).run(upTo);
    file.run("DELETE FROM temp.repriced");
    return changed;
  });
}

/** The lines of the log of requests. They have no sums. @throws as `DatabaseFile.transaction` */
export function repriceRequests(file: DatabaseFile, rows: readonly Repricing[]): void {
  const slots = Map.groupBy(rows, ({ timeMs }) => slotOf(timeMs));
  file.transaction(() => {
    for (const [slot, those] of slots) repriceSlot(file, slot, those);
  });
}

function repriceSlot(file: DatabaseFile, slot: number, rows: readonly Repricing[]): void {
  const byId = new Map(rows.map((row) => [row.requestId, row]));
  const times = new Set(rows.map(({ timeMs }) => Math.trunc(timeMs)));
  for (const { id, lines } of blocksOfSlot(file, slot)) {
    const changed = lines.map((line) => {
      // Of a busy second few are meant.
      if (!times.has(Math.trunc(timeOfLine(line)))) return line;
      const entry = entryOfLine(line);
      const row = byId.get(entry.requestId);
      const isMeant = row !== undefined && Math.trunc(row.timeMs) === Math.trunc(entry.timeMs);
      return isMeant ? lineOf({ ...entry, cost: row.cost }) : line;
    });
    if (changed.some((line, at) => line !== lines[at])) rewriteBlock(file, id, changed);
  }
}

/** Whether the row was there and costs otherwise now. */
function repriceRow(file: DatabaseFile, { id, cost }: Repricing): boolean {
  const found = file
    .prepare(
      "SELECT nano, priced, unpriced, cost_source, cost_date, usage IS NOT NULL AS used FROM ledger WHERE id = ?",
    )
    .get(id);
  if (found === undefined) return false;
  const now = costColumns(cost, Number(found["used"]) === 1);
  const isSame =
    PRICED.every((name) => Number(found[name]) === now[name]) &&
    found["cost_source"] === now.cost_source &&
    found["cost_date"] === now.cost_date;
  if (isSame) return false;
  file
    .prepare(
      "UPDATE ledger SET nano = ?, priced = ?, unpriced = ?, cost_source = ?, cost_date = ? WHERE id = ?",
    )
    .run(now.nano, now.priced, now.unpriced, now.cost_source, now.cost_date, id);
  file
    // A row that is named twice has two differences.
    .prepare(`INSERT INTO temp.repriced (id, nano, priced, unpriced) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO
      UPDATE SET ${PRICED.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`)
    .run(id, ...PRICED.map((name) => now[name] - Number(found[name])));
  return true;
}

/** Rows beyond the mark are in no sum yet: they are added as they are now. */
function differenceOf({ table, isByTag, columns }: FoldedTable): string {
  const set = PRICED.map(
    (name) => `${name} = max(min(${table}.${name} + d.${name}, ${LARGEST}), -${LARGEST})`,
  );
  const keys = columns.map(({ name, sql }) => `${sql} AS ${name}`);
  const sums = PRICED.map((name) => `sum(repriced.${name}) AS ${name}`);
  return `UPDATE ${table} SET ${set.join(", ")}
    FROM (SELECT ${[...keys, ...sums].join(", ")} FROM temp.repriced
      JOIN ledger ON ledger.id = repriced.id ${isByTag ? "JOIN tag ON tag.tags = ledger.tags" : ""}
      WHERE ledger.id <= ? GROUP BY ${columns.map(({ name }) => name).join(", ")}) AS d
    WHERE ${columns.map(({ name }) => `${table}.${name} = d.${name}`).join(" AND ")}`;
}

function readRow(row: Record<string, unknown>): LedgerRow {
  const isPriced = Number(row["priced"]) === 1;
  // The writer has made both of them.
  const usage = JSON.parse(String(row["usage"])) as Partial<TokenUsage>;
  const source = String(row["cost_source"]) as LedgerRow["cost"]["source"];
  const date = row["cost_date"];
  return {
    id: Number(row["id"]),
    requestId: String(row["request"]),
    timeMs: Number(row["time"]),
    model: String(row["model"]),
    endpoint: String(row["endpoint"]),
    upstreamModel: String(row["upstream"]),
    usage: {
      ...NO_USAGE,
      ...{ input: Number(row["input"]), output: Number(row["output"]) },
      ...{ cached: Number(row["cached"]), reasoning: Number(row["reasoning"]) },
      ...usage,
    },
    cost: {
      nanoDollars: isPriced ? Number(row["nano"]) : null,
      source,
      date: typeof date === "string" ? date : undefined,
    },
  };
}
