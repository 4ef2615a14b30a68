// Adds rows of the ledger to the sums, each exactly once: the mark up to where that has been done moves in the same
// transaction. Each row is read once and added up here for all tables; then each line that has changed is written once.

import type { DatabaseFile } from "../file/database-file.ts";
import { LATENCY_KINDS, SUM_COLUMNS } from "../file/tables.ts";
import { FoldTree } from "./fold-tree.ts";
import {
  FOLDED_TABLES,
  type FoldedRow,
  type FoldedTable,
  LATENCY_TABLES,
  ROW_AT,
  SELECT_ROWS,
} from "./folded-tables.ts";
import { addCount, bytesOfCounts, eachCount, type LatencyCounts } from "./latency-counts.ts";

/** Rows of one transaction at first, and at least and at most. */
const SLICE = { first: 2_000, least: 1_000, most: 8_000 };
/** What waits to be written, and other programs, wait for so long: the more rows together, the less each of them costs. */
const SLICE_MS = 40;
/** Beyond what an integer holds SQLite goes on with a fraction, which the column would not take. */
export const LARGEST = "9000000000000000000";
const FIGURES = SUM_COLUMNS.length - 1;

/** Adds to the sums of one file, slice by slice, each as long as is bearable. */
export class Folding {
  readonly #file: DatabaseFile;
  readonly #nowMs: () => number;
  #rows = SLICE.first;

  constructor(file: DatabaseFile, nowMs: () => number) {
    this.#file = file;
    this.#nowMs = nowMs;
  }

  /** Adds all that is new. @throws as `DatabaseFile.transaction` */
  all(): void {
    while (this.slice());
  }

  /** Adds some of what is new; whether there may be more. @throws as `DatabaseFile.transaction` */
  slice(): boolean {
    const began = this.#nowMs();
    const hasMore = foldRows(this.#file, this.#rows);
    const took = this.#nowMs() - began;
    // A slice that was not full says nothing of a full one, unless it was too long already.
    const change = Math.min(Math.max(SLICE_MS / Math.max(took, 1), 0.5), hasMore ? 2 : 1);
    this.#rows = Math.min(Math.max(Math.round(this.#rows * change), SLICE.least), SLICE.most);
    return hasMore;
  }
}

function foldRows(file: DatabaseFile, most: number): boolean {
  return file.transaction(() => {
    const found = file.prepareLists(SELECT_ROWS).all(foldedUpTo(file), most) as unknown as FoldedRow[];
    const rows = found.slice(0, exactly(found));
    const to = rows.at(-1)?.[ROW_AT.id];
    if (to === undefined || to === null) return false;
    const tagsOf = new TagsOfRows(file);
    for (const folded of FOLDED_TABLES) foldSums(file, folded, rows, tagsOf);
    for (const folded of LATENCY_TABLES) foldLatency(file, folded, rows);
    file.prepare("UPDATE folded SET id = ?").run(to);
    return rows.length === most || rows.length < found.length;
  });
}

/** How many of the rows can be added up without a fraction being lost, whatever an endpoint says that it has used. */
function exactly(rows: readonly FoldedRow[]): number {
  let sum = 0;
  for (let count = 0; count < rows.length; count += 1) {
    const row = rows[count] ?? [];
    for (let at = 0; at < FIGURES; at += 1) sum += Math.abs(row[ROW_AT.figures + at] ?? 0);
    if (sum > Number.MAX_SAFE_INTEGER) return Math.max(1, count);
  }
  return rows.length;
}

/** Rows up to this id are in the sums. @throws as `DatabaseFile.prepare` */
export function foldedUpTo(file: DatabaseFile): number {
  return Number(file.prepare("SELECT id FROM folded").get()?.["id"] ?? 0);
}

/** The tags of rows, each set looked up once. */
class TagsOfRows {
  readonly #file: DatabaseFile;
  readonly #known = new Map<number, readonly number[]>();

  constructor(file: DatabaseFile) {
    this.#file = file;
  }

  of(tags: number): readonly number[] {
    const known = this.#known.get(tags);
    if (known !== undefined) return known;
    const rows = this.#file.prepareLists("SELECT tag FROM tag WHERE tags = ?").all(tags);
    const found = rows.map((row) => Number((row as unknown as readonly number[])[0]));
    this.#known.set(tags, found);
    return found;
  }
}

function foldSums(
  file: DatabaseFile,
  { table, isByTag, columns }: FoldedTable,
  rows: readonly FoldedRow[],
  tagsOf: TagsOfRows,
): void {
  const tree = new FoldTree(columns, () => new Array<number>(FIGURES + 1).fill(0));
  if (isByTag)
    for (const row of rows)
      for (const tag of tagsOf.of(row[ROW_AT.tags] ?? 0)) addFigures(tree.leafOf(row, tag), row);
  else for (const row of rows) addFigures(tree.leafOf(row, 0), row);
  const write = file.prepare(writeSums(table, columns));
  tree.each((values, sums) => write.run(...values, ...sums));
}

/** Called for each row and table: an iterator for each call would cost more than all the rest. */
function addFigures(sums: number[], row: FoldedRow): void {
  sums[0] = (sums[0] ?? 0) + 1;
  for (let at = 0; at < FIGURES; at += 1)
    sums[at + 1] = (sums[at + 1] ?? 0) + (row[ROW_AT.figures + at] ?? 0);
}

function writeSums(table: string, columns: FoldedTable["columns"]): string {
  const names = columns.map(({ name }) => name);
  const values = [...names, ...SUM_COLUMNS].map(() => "?");
  const added = SUM_COLUMNS.map((name) => `${name} = min(${name} + excluded.${name}, ${LARGEST})`);
  return `INSERT INTO ${table} (${[...names, ...SUM_COLUMNS].join(", ")}) VALUES (${values.join(", ")})
    ON CONFLICT (${names.join(", ")}) DO UPDATE SET ${added.join(", ")}`;
}

/** Whatever has a time to its first token has a duration too; it is the last of both. */
function isMeasured(row: FoldedRow): boolean {
  return (row.at(-1) ?? null) !== null;
}

function foldLatency(file: DatabaseFile, { table, columns }: FoldedTable, rows: readonly FoldedRow[]): void {
  const tree = new FoldTree<LatencyCounts>(columns, () => new Map());
  for (const row of rows)
    if (isMeasured(row)) {
      const counts = tree.leafOf(row, 0);
      for (let kind = 0; kind < LATENCY_KINDS.length; kind += 1) {
        const bin = row[ROW_AT.bins + kind] ?? null;
        if (bin !== null) addCount(counts, kind * 256 + bin, 1);
      }
    }
  const names = columns.map(({ name }) => name);
  const read = file.prepareLists(
    `SELECT bins FROM ${table} WHERE ${names.map((name) => `${name} = ?`).join(" AND ")}`,
  );
  const write = file.prepare(
    `INSERT OR REPLACE INTO ${table} (${names.join(", ")}, bins) VALUES (?, ?, ?, ?)`,
  );
  tree.each((values, counts) => {
    const [known] = (read.get(...values) ?? []) as unknown as readonly Uint8Array[];
    eachCount(known, (code, requests) => addCount(counts, code, requests));
    write.run(...values, bytesOfCounts(counts));
  });
}
