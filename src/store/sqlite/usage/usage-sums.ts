// Sums of several pieces, put together by their groups.

import type { UsageRow } from "../../store.ts";
import { StoreFailure } from "../../store-failure.ts";
import { SUM_COLUMNS } from "../file/tables.ts";

/** A longer answer is of no use to anybody, and costs memory. */
const MAX_ROWS = 200_000;

/** What turns the values of a row, which are numbers in the file, into what they stand for. */
export type Naming = (values: readonly number[]) => readonly (string | number)[];

type Sums = { readonly values: readonly number[]; readonly sums: bigint[] };

/** The lines of an answer while they are added up. */
export class UsageSums {
  readonly #lines = new Map<string, Sums>();

  /** @throws StoreFailure too_many */
  add(values: readonly number[], row: Readonly<Record<string, unknown>>): void {
    const key = values.join(" ");
    const line = this.#lines.get(key);
    const sums = SUM_COLUMNS.map((name) => (typeof row[name] === "bigint" ? row[name] : 0n));
    if (line === undefined) {
      if (this.#lines.size >= MAX_ROWS)
        throw new StoreFailure(
          "too_many",
          "The answer has too many lines: ask for less time or fewer groups.",
        );
      this.#lines.set(key, { values, sums });
      return;
    }
    for (const [index, sum] of sums.entries()) line.sums[index] = (line.sums[index] ?? 0n) + sum;
  }

  /** The lines, in the order of their values; a line without requests is none. */
  rows(name: Naming): readonly UsageRow[] {
    return [...this.#lines.values()]
      .map(({ values, sums }) => rowOf(name(values), sums))
      .filter(({ requests }) => requests > 0)
      .sort((a, b) => compare(a.values, b.values));
  }
}

function rowOf(values: readonly (string | number)[], sums: readonly bigint[]): UsageRow {
  const [requests, failed, input, output, cached, reasoning, nano, priced, unpriced, estimated] =
    sums.map(Number);
  return {
    values,
    requests: requests ?? 0,
    failed: failed ?? 0,
    input: input ?? 0,
    output: output ?? 0,
    cached: cached ?? 0,
    reasoning: reasoning ?? 0,
    nanoDollars: (priced ?? 0) > 0 ? (nano ?? 0) : null,
    unpriced: unpriced ?? 0,
    estimated: estimated ?? 0,
  };
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? one;
    if (one === other) continue;
    return one < other ? -1 : 1;
  }
  return 0;
}
