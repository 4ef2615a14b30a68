// Adds rows of the ledger to the sums, each exactly once: the mark up to where that has been done moves in the same
// transaction.

import type { DatabaseFile } from "../file/database-file.ts";
import { DIMENSIONS, type Dimension, UNIT_MS, type Unit } from "../file/dimensions.ts";
import { LATENCY_KINDS, SUM_COLUMNS } from "../file/tables.ts";

/** Rows of one transaction at most: other programs wait for the lock meanwhile. */
const STEP = 20_000;

const SUMS = SUM_COLUMNS.map((name) => (name === "requests" ? "count(*)" : `sum(ledger.${name})`)).join(", ");
/** Beyond what an integer holds SQLite goes on with a fraction, which the column would not take. */
const LARGEST = "9000000000000000000";
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

const STATEMENTS: readonly string[] = [
  ...(["minute", "hour", "day"] as const).flatMap((unit) => [
    one(unit, "total"),
    one(unit, "key"),
    one(unit, "model"),
    one(unit, "endpoint"),
    one(unit, "tag"),
    ...LATENCY_KINDS.flatMap((column, kind) =>
      (["total", "model", "endpoint"] as const).map((dimension) => latency(unit, dimension, [kind, column])),
    ),
  ]),
  ...(["hour", "day"] as const).flatMap((unit) => [
    add(`${unit}_all`, "ledger", [`${bucket(unit)} AS bucket`, ...namesOf(["key", "model", "endpoint"])]),
    add(`${unit}_tag`, WITH_TAGS, [
      `${bucket(unit)} AS bucket`,
      "tag.tag AS tag",
      ...namesOf(["key", "model", "endpoint"]),
    ]),
  ]),
];

function one(unit: Unit, dimension: keyof typeof DIMENSIONS): string {
  const value = dimension === "total" ? "0" : dimension === "tag" ? "tag.tag" : `ledger.${dimension}`;
  return add(`${unit}_one`, dimension === "tag" ? WITH_TAGS : "ledger", [
    `${DIMENSIONS[dimension]} AS dimension`,
    `${bucket(unit)} AS bucket`,
    `${value} AS value`,
  ]);
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

/** `columns`: those of the primary key, as `what AS name`. */
function add(table: string, from: string, columns: readonly string[]): string {
  const names = columns.map((column) => column.split(" AS ")[1] ?? "").join(", ");
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
