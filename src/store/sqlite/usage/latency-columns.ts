// An answer about latency on its way between two threads: columns of plain values are copied many times faster than lines
// that are objects.

import { BINS, type Quantiles, quantilesOf } from "../../latency-bins.ts";
import type { LatencyRow } from "../../store.ts";
import { LATENCY_KINDS } from "../file/tables.ts";
import { eachCount, type LatencyCounts } from "../rows/latency-counts.ts";

/** What is known of one line before it is told. */
export type LatencyLine = {
  readonly timeMs: number;
  /** The number of a name; 0 where names are not told apart. */
  readonly value: number;
  /** Values of the database, to be added up. */
  readonly counted: Uint8Array[];
  /** Of rows that are in none of these. */
  readonly fresh: LatencyCounts;
};

/** The lines of an answer, by columns. */
export type LatencyColumns = {
  readonly times: Float64Array;
  readonly values: readonly string[];
  /** Five figures for each kind of each line; a count of 0: nothing was measured. */
  readonly figures: Float64Array;
};

const FIGURES = 5;
const WIDTH = FIGURES * LATENCY_KINDS.length;

/** The answer about what was never seen. */
export const NO_LATENCIES: LatencyColumns = {
  times: new Float64Array(0),
  values: [],
  figures: new Float64Array(0),
};

/** The columns of some lines. */
export function columnsOfLatencies(
  lines: readonly LatencyLine[],
  nameOf: (value: number) => string,
): LatencyColumns {
  const figures = new Float64Array(lines.length * WIDTH);
  const bins = LATENCY_KINDS.map(() => new Float64Array(BINS));
  const take = (code: number, requests: number): void => {
    const counts = bins[code >>> 8];
    if (counts !== undefined) counts[code & 0xff] = (counts[code & 0xff] ?? 0) + requests;
  };
  for (const [at, { counted, fresh }] of lines.entries()) {
    for (const value of counted) eachCount(value, take);
    for (const [code, requests] of fresh) take(code, requests);
    for (const [kind, counts] of bins.entries()) {
      const found = quantilesOf(counts);
      counts.fill(0);
      if (found === null) continue;
      const { count, p50, p90, p95, p99 } = found;
      figures.set([count, p50, p90, p95, p99], at * WIDTH + kind * FIGURES);
    }
  }
  return {
    times: Float64Array.from(lines, ({ timeMs }) => timeMs),
    values: lines.map(({ value }) => nameOf(value)),
    figures,
  };
}

/** The lines. */
export function latencyRows({ times, values, figures }: LatencyColumns): readonly LatencyRow[] {
  return values.map((value, at) => ({
    timeMs: times[at] ?? 0,
    value,
    firstToken: quantilesAt(figures, at * WIDTH),
    duration: quantilesAt(figures, at * WIDTH + FIGURES),
  }));
}

function quantilesAt(figures: Float64Array, at: number): Quantiles {
  const figure = (place: number): number => figures[at + place] ?? 0;
  const count = figure(0);
  if (count === 0) return null;
  return { count, p50: figure(1), p90: figure(2), p95: figure(3), p99: figure(4) };
}
