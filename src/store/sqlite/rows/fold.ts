// Adds rows of the ledger to the sums, each exactly once: the mark up to where that has been done moves in the same
// transaction.

import type { DatabaseFile } from "../file/database-file.ts";
import { DIMENSIONS, type Dimension, UNIT_MS, type Unit } from "../file/dimensions.ts";
import { LATENCY_KINDS, SUM_COLUMNS } from "../file/tables.ts";

/** Rows of one transaction at most: other programs wait for the lock meanwhile. */
const STEP = 20_000;

const SUMS = SUM_COLUMNS.map((name) => (name === "requests" ? "count(*)" : `sum(ledger.${name})`)).join(", ");
/** Beyond what an integer holds SQLite goes on with a fraction, which the column would not take. */
export const LARGEST = "9000000000000000000";
const ADDED = SUM_COLUMNS.map((name) => `${name} = min(${name} + excluded.${name}, ${LARGEST})`).join(", ");
const ROWS = "ledger.id > ? AND ledger.id <= ?";
const WITH_TAGS = "ledger JOIN tag ON tag.tags = ledger.tags";

/** Adds what is new. @throws as `DatabaseFile.transaction` */
export function foldNew(file: DatabaseFile): void {
  while (foldStep(file));
}

/** Whether there may be more. */
function foldStep(file: DatabaseFile): boolean {
  return file.transaction(() => {
    const from = foldedUpTo(file);
    const last = Number(file.prepare("SELECT coalesce(max(id), 0) AS id FROM ledger").get()?.["id"] ?? 0);
    if (last <= from) return false;
    const to = Math.min(last, from + STEP);
    for (const sql of STATEMENTS) file.prepare(sql).run(from, to);
    file.prepare("UPDATE folded SET id = ?").run(to);
    return to < last;
  });
}

/** Rows up to this id are in the sums. @throws as `DatabaseFile.prepare` */
export function foldedUpTo(file: DatabaseFile): number {
  return Number(file.prepare("SELECT id FROM folded").get()?.["id"] ?? 0);
}

/** A table of sums, and what of the ledger makes its rows: those of its primary key, as `what AS name`. */
export type FoldedTable = {
  readonly table: string;
  readonly from: string;
  readonly columns: readonly string[];
};

/** All that rows of the ledger are added to. */
export const FOLDED_TABLES: readonly FoldedTable[] = [
  ...(["minute", "hour", "day"] as const).flatMap((unit) => [
    one(unit, "total"),
    one(unit, "key"),
    one(unit, "model"),
    one(unit, "endpoint"),
    one(unit, "tag"),
  ]),
  ...(["hour", "day"] as const).flatMap((unit) => [
    {
      table: `${unit}_all`,
      from: "ledger",
      columns: [`${bucket(unit)} AS bucket`, ...namesOf(["key", "model", "endpoint"])],
    },
    {
      table: `${unit}_tag`,
      from: WITH_TAGS,
      columns: [`${bucket(unit)} AS bucket`, "tag.tag AS tag", ...namesOf(["key", "model", "endpoint"])],
    },
  ]),
];

const STATEMENTS: readonly string[] = [
  ...FOLDED_TABLES.map(addNew),
  ...(["minute", "hour", "day"] as const).flatMap((unit) =>
    LATENCY_KINDS.flatMap((column, kind) =>
      (["total", "model", "endpoint"] as const).map((dimension) => latency(unit, dimension, [kind, column])),
    ),
  ),
];

function one(unit: Unit, dimension: keyof typeof DIMENSIONS): FoldedTable {
  const value = dimension === "total" ? "0" : dimension === "tag" ? "tag.tag" : `ledger.${dimension}`;
  return {
    table: `${unit}_one`,
    from: dimension === "tag" ? WITH_TAGS : "ledger",
    columns: [`${DIMENSIONS[dimension]} AS dimension`, `${bucket(unit)} AS bucket`, `${value} AS value`],
  };
}

/** Latencies, counted in bins. */
function latency(
  unit: Unit,
  dimension: "total" | "model" | "endpoint",
  [kind, column]: readonly [number, string],
): string {
  const value = dimension === "total" ? "0" : `ledger.${dimension}`;
  return `INSERT INTO ${unit}_latency (dimension, bucket, value, kind, bin, requests)
    SELECT ${DIMENSIONS[dimension]} AS dimension, ${bucket(unit)} AS bucket, ${value} AS value, ${kind} AS kind,
      ledger.${column} AS bin, count(*) FROM ledger WHERE ${ROWS} AND ledger.${column} IS NOT NULL
      GROUP BY bucket, value, bin
    ON CONFLICT (dimension, bucket, value, kind, bin) DO UPDATE SET requests = requests + excluded.requests`;
}

/** The names of its primary key. */
export function keyOf({ columns }: FoldedTable): readonly string[] {
  return columns.map((column) => column.split(" AS ")[1] ?? "");
}

function addNew(folded: FoldedTable): string {
  const { table, from, columns } = folded;
  const names = keyOf(folded).join(", ");
  return `INSERT INTO ${table} (${names}, ${SUM_COLUMNS.join(", ")})
    SELECT ${columns.join(", ")}, ${SUMS} FROM ${from} WHERE ${ROWS} GROUP BY ${names}
    ON CONFLICT (${names}) DO UPDATE SET ${ADDED}`;
}

function bucket(unit: Unit): string {
  return `ledger.time / ${UNIT_MS[unit]}`;
}

function namesOf(dimensions: readonly Dimension[]): string[] {
  return dimensions.map((dimension) => `ledger.${dimension} AS ${dimension}`);
}
