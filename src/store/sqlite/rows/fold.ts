// Adds rows of the ledger to the sums, each exactly once: the mark up to where that has been done moves in the same
// transaction. Rows are added up as they are written, or read where that was not seen; then each line is written once.

import type { DatabaseFile } from "../file/database-file.ts";
import { SUM_COLUMNS } from "../file/tables.ts";
import { type FoldCell, FoldSlice, sizeOf } from "./fold-slice.ts";
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
/** Slices that wait to be written at most: there are one or two while the thread keeps up. */
const MAX_SLICES = 4;
/** Beyond what an integer holds SQLite goes on with a fraction, which the column would not take. */
export const LARGEST = "9000000000000000000";
const FIGURES = SUM_COLUMNS.length - 1;

/** Adds to the sums of one file, slice by slice, each as long as is bearable. */
export class Folding {
  readonly #file: DatabaseFile;
  readonly #nowMs: () => number;
  /** Rows that were written since, added up already: what follows the mark need not be read again. */
  #slices: FoldSlice[] = [];
  /** What the file was known by when they were written. */
  #version = 0;
  #rows = SLICE.first;

  constructor(file: DatabaseFile, nowMs: () => number) {
    this.#file = file;
    this.#nowMs = nowMs;
  }

  /** Rows up to this number were just written, one after the other, in the transaction that is open. @throws as `DatabaseFile.prepare` */
  add(lastId: number, rows: readonly FoldedRow[]): void {
    const firstId = lastId - rows.length + 1;
    let slice = this.#slices.at(-1);
    const version = versionFor(this.#file);
    // Somebody else has written meanwhile: what is known has a gap, or has changed.
    if (slice?.toId !== firstId - 1 || version !== this.#version) this.forget();
    this.#version = version;
    for (let at = 0; at < rows.length; at += 1) {
      slice = this.#slices.at(-1);
      if (slice === undefined || slice.isFull) {
        slice = new FoldSlice(firstId + at - 1, this.#rows);
        this.#slices.push(slice);
      }
      slice.add(rows[at] ?? []);
    }
    // They are read again as soon as they are added.
    if (this.#slices.length > MAX_SLICES) this.forget();
  }

  /** What is known of rows may be wrong by now: they are read again. */
  forget(): void {
    this.#slices = [];
  }

  /** Adds all that is new. @throws as `DatabaseFile.transaction` */
  all(): void {
    while (this.slice());
  }

  /** Adds some of what is new; whether there may be more. @throws as `DatabaseFile.transaction` */
  slice(): boolean {
    const began = this.#nowMs();
    const hasMore = this.#file.transaction(() => this.#foldSome());
    const took = this.#nowMs() - began;
    // A slice that was not full says nothing of a full one, unless it was too long already.
    const change = Math.min(Math.max(SLICE_MS / Math.max(took, 1), 0.5), hasMore ? 2 : 1);
    this.#rows = Math.min(Math.max(Math.round(this.#rows * change), SLICE.least), SLICE.most);
    return hasMore;
  }

  #foldSome(): boolean {
    const mark = foldedUpTo(this.#file);
    const [known] = this.#slices;
    if (known?.fromId !== mark || !known.isExact || versionFor(this.#file) !== this.#version) {
      this.forget();
      return foldRows(this.#file, mark, this.#rows);
    }
    foldSlice(this.#file, known);
    this.#slices.shift();
    return this.#slices.length > 0;
  }
}

/** Another number whenever another program has written. */
function versionFor(file: DatabaseFile): number {
  const [version = 0] = (file.prepareLists("PRAGMA data_version").get() ??
    []) as unknown as readonly number[];
  return version;
}

/** Reads rows and adds them; whether there may be more. */
function foldRows(file: DatabaseFile, mark: number, most: number): boolean {
  const found = file.prepareLists(SELECT_ROWS).all(mark, most) as unknown as FoldedRow[];
  const rows = found.slice(0, exactly(found));
  const to = rows.at(-1)?.[ROW_AT.id];
  if (to === undefined || to === null) return false;
  const slice = new FoldSlice(mark, most);
  for (const row of rows) slice.add(row);
  foldSlice(file, slice, to);
  return rows.length === most || rows.length < found.length;
}

/** In a transaction. `to`: the last row's number, where there are gaps. */
function foldSlice(file: DatabaseFile, slice: FoldSlice, to = slice.toId): void {
  const cells = slice.cells;
  const tagsOf = new TagsOfRows(file);
  for (const folded of FOLDED_TABLES) foldSums(file, folded, cells, tagsOf);
  for (const folded of LATENCY_TABLES) foldLatency(file, folded, cells);
  file.prepare("UPDATE folded SET id = ?").run(to);
}

/** How many of the rows can be added up without a fraction being lost, whatever an endpoint says that it has used. */
function exactly(rows: readonly FoldedRow[]): number {
  let sum = 0;
  for (let count = 0; count < rows.length; count += 1) {
    sum += sizeOf(rows[count] ?? []);
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
  cells: readonly FoldCell[],
  tagsOf: TagsOfRows,
): void {
  const tree = new FoldTree(columns, () => new Array<number>(FIGURES + 1).fill(0));
  if (isByTag)
    for (const { place, sums } of cells)
      for (const tag of tagsOf.of(place[ROW_AT.tags] ?? 0)) addSums(tree.leafOf(place, tag), sums);
  else for (const { place, sums } of cells) addSums(tree.leafOf(place, 0), sums);
  const write = file.prepare(writeSums(table, columns));
  tree.each((values, sums) => write.run(...values, ...sums));
}

/** Called for each cell and table: an iterator for each call would cost more than all the rest. */
function addSums(sums: number[], more: readonly number[]): void {
  for (let at = 0; at <= FIGURES; at += 1) sums[at] = (sums[at] ?? 0) + (more[at] ?? 0);
}

function writeSums(table: string, columns: FoldedTable["columns"]): string {
  const names = columns.map(({ name }) => name);
  const values = [...names, ...SUM_COLUMNS].map(() => "?");
  const added = SUM_COLUMNS.map((name) => `${name} = min(${name} + excluded.${name}, ${LARGEST})`);
  return `INSERT INTO ${table} (${[...names, ...SUM_COLUMNS].join(", ")}) VALUES (${values.join(", ")})
    ON CONFLICT (${names.join(", ")}) DO UPDATE SET ${added.join(", ")}`;
}

function foldLatency(file: DatabaseFile, { table, columns }: FoldedTable, cells: readonly FoldCell[]): void {
  const tree = new FoldTree<LatencyCounts>(columns, () => new Map());
  for (const { place, latency } of cells) {
    if (latency.size === 0) continue;
    const counts = tree.leafOf(place, 0);
    for (const [code, requests] of latency) addCount(counts, code, requests);
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
