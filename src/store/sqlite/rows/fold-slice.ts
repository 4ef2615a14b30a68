// What some rows of the ledger, one after the other, come to: added up by minute and by all that they are told apart by, so
// that every sum follows from what is here. Of a busy minute most rows are alike.

import { UNIT_MS } from "../file/dimensions.ts";
import { LATENCY_KINDS, SUM_COLUMNS } from "../file/tables.ts";
import { type FoldedRow, ROW_AT } from "./folded-tables.ts";
import { addCount, type LatencyCounts } from "./latency-counts.ts";

const FIGURES = SUM_COLUMNS.length - 1;

/** Rows that are in the same sums. */
export type FoldCell = {
  /** One of them, which says where they are added. */
  readonly place: FoldedRow;
  /** Those of `SUM_COLUMNS`. */
  readonly sums: number[];
  readonly latency: LatencyCounts;
};

/** Rows behind a number. */
export class FoldSlice {
  /** The number of the row before the first one. */
  readonly fromId: number;
  readonly #most: number;
  readonly #cells = new Map<string, FoldCell>();
  #last: FoldCell | undefined;
  #rows = 0;
  #size = 0;

  /** `most`: rows that it takes. */
  constructor(fromId: number, most: number) {
    this.fromId = fromId;
    this.#most = most;
  }

  /** The number of the last row, where none is left out. */
  get toId(): number {
    return this.fromId + this.#rows;
  }

  get isFull(): boolean {
    return this.#rows >= this.#most;
  }

  /** Whether no fraction was lost, whatever endpoints say that they have used. */
  get isExact(): boolean {
    return this.#size <= Number.MAX_SAFE_INTEGER;
  }

  get cells(): readonly FoldCell[] {
    return [...this.#cells.values()];
  }

  /** Called for each row: an iterator for each call would cost more than all the rest. */
  add(row: FoldedRow): void {
    this.#rows += 1;
    this.#size += sizeOf(row);
    const { sums, latency } = this.#cellOf(row);
    sums[0] = (sums[0] ?? 0) + 1;
    for (let at = 0; at < FIGURES; at += 1)
      sums[at + 1] = (sums[at + 1] ?? 0) + (row[ROW_AT.figures + at] ?? 0);
    for (let kind = 0; kind < LATENCY_KINDS.length; kind += 1) {
      const bin = row[ROW_AT.bins + kind] ?? null;
      if (bin !== null) addCount(latency, kind * 256 + bin, 1);
    }
  }

  #cellOf(row: FoldedRow): FoldCell {
    const last = this.#last;
    if (last !== undefined && areAlike(last.place, row)) return last;
    const name = `${minuteOf(row)} ${row[ROW_AT.key]} ${row[ROW_AT.model]} ${row[ROW_AT.endpoint]} ${row[ROW_AT.tags]}`;
    const cell = this.#cells.get(name) ?? {
      place: row,
      sums: new Array<number>(FIGURES + 1).fill(0),
      latency: new Map<number, number>(),
    };
    this.#cells.set(name, cell);
    this.#last = cell;
    return cell;
  }
}

/** How large the figures of a row are together. */
export function sizeOf(row: FoldedRow): number {
  let sum = 0;
  for (let at = 0; at < FIGURES; at += 1) sum += Math.abs(row[ROW_AT.figures + at] ?? 0);
  return sum;
}

function areAlike(one: FoldedRow, other: FoldedRow): boolean {
  for (let at: number = ROW_AT.key; at <= ROW_AT.tags; at += 1) if (one[at] !== other[at]) return false;
  return minuteOf(one) === minuteOf(other);
}

function minuteOf(row: FoldedRow): number {
  return Math.trunc((row[ROW_AT.time] ?? 0) / UNIT_MS.minute);
}
