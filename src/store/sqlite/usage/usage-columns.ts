// An answer about usage on its way between two threads: columns of plain values are copied many times faster than lines
// that are objects.

import type { UsageRow } from "../../store.ts";
import { SUM_COLUMNS } from "../file/tables.ts";

/** The lines of an answer, by columns. */
export type UsageColumns = {
  readonly count: number;
  /** One for each group. */
  readonly columns: readonly (readonly (string | number)[])[];
  /** Those of `SUM_COLUMNS`, line by line. */
  readonly sums: Float64Array;
};

/** The lines. */
export function usageRows({ count, columns, sums }: UsageColumns): readonly UsageRow[] {
  return Array.from({ length: count }, (_, at) => {
    const sum = (name: (typeof SUM_COLUMNS)[number]): number =>
      sums[at * SUM_COLUMNS.length + SUM_COLUMNS.indexOf(name)] ?? 0;
    return {
      values: columns.map((column) => column[at] ?? ""),
      requests: sum("requests"),
      failed: sum("failed"),
      input: sum("input"),
      output: sum("output"),
      cached: sum("cached"),
      reasoning: sum("reasoning"),
      nanoDollars: sum("priced") > 0 ? sum("nano") : null,
      unpriced: sum("unpriced"),
      estimated: sum("estimated"),
    };
  });
}
