// Sums of several pieces, put together by their groups.

import { StoreFailure } from "../../store-failure.ts";
import { SUM_COLUMNS } from "../file/tables.ts";
import type { UsageColumns } from "./usage-columns.ts";

/** A longer answer is of no use to anybody, and costs memory. */
const MAX_ROWS = 100_000;
const WIDTH = SUM_COLUMNS.length;

/** What the numbers of a line stand for; `at`: the number of the group. */
export type Naming = (value: number, at: number) => string | number;

type SumLine = { readonly values: readonly number[]; readonly sums: number[] };

/** The lines of an answer while they are added up. */
export class UsageSums {
  readonly #lines = new Map<string, SumLine>();

  /** Adds a row: the values of so many groups, then each of `SUM_COLUMNS`. @throws StoreFailure too_many */
  add(row: readonly number[], groups: number): void {
    // Without groups there is a row also where there are no requests.
    if (row[groups] === 0) return;
    const key = groups === 2 ? `${row[0]} ${row[1]}` : row.slice(0, groups).join(" ");
    let line = this.#lines.get(key);
    if (line === undefined) {
      if (this.#lines.size >= MAX_ROWS)
        throw new StoreFailure(
          "too_many",
          "The answer has too many lines: ask for less time or fewer groups.",
        );
      line = { values: row.slice(0, groups), sums: new Array<number>(WIDTH).fill(0) };
      this.#lines.set(key, line);
    }
    const { sums } = line;
    for (let at = 0; at < WIDTH; at += 1) sums[at] = (sums[at] ?? 0) + (row[groups + at] ?? 0);
  }

  /** The lines, in the order of their values. */
  columns(groups: number, name: Naming): UsageColumns {
    const lines = [...this.#lines.values()].map(({ values, sums }) => ({ named: values.map(name), sums }));
    lines.sort((a, b) => compare(a.named, b.named));
    const sums = new Float64Array(lines.length * WIDTH);
    for (const [at, line] of lines.entries()) sums.set(line.sums, at * WIDTH);
    const columns = Array.from({ length: groups }, (_, at) => lines.map(({ named }) => named[at] ?? ""));
    return { count: lines.length, columns, sums };
  }
}

/** Called very often: an iterator for each call would cost more than all the rest. */
function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const one = a[at] ?? "";
    const other = b[at] ?? "";
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
