// Cuts the time that a question is about into pieces, each answered from the coarsest sums that fit, and borders that
// only the rows themselves can answer. Pure.

import { KEPT_MS, UNIT_MS, type Unit } from "../file/dimensions.ts";

/** A stretch of time, and what it is answered from; `rows`: the ledger itself. */
export type Piece = { readonly from: "rows" | Unit; readonly fromMs: number; readonly toMs: number };

/** What decides how a stretch is cut. */
export type Cutting = {
  /** Units of which there are sums for the question, from the coarsest. */
  readonly units: readonly Unit[];
  readonly nowMs: number;
  /** Rows are kept for so long. */
  readonly rowsKeptMs: number;
};

/** The pieces of a stretch, in order and without a gap. Where no rows are left, it is widened to whole buckets. */
export function piecesOf(fromMs: number, toMs: number, cutting: Cutting): Piece[] {
  const fromSize = stepAt(fromMs, cutting);
  const toSize = stepAt(toMs, cutting);
  const begin = Math.floor(fromMs / fromSize) * fromSize;
  const end = Math.ceil(toMs / toSize) * toSize;
  return cut(begin, end, cutting.units, cutting.nowMs);
}

/** The finest step, in milliseconds, by which a moment is known. */
export function stepAt(ms: number, { units, nowMs, rowsKeptMs }: Cutting): number {
  if (ms >= nowMs - rowsKeptMs) return 1;
  const { hour, day } = UNIT_MS;
  return units.includes("hour") && ms >= nowMs - KEPT_MS.hour + hour ? hour : day;
}

function cut(fromMs: number, toMs: number, units: readonly Unit[], nowMs: number): Piece[] {
  if (fromMs >= toMs) return [];
  const [unit, ...finer] = units;
  if (unit === undefined) return [{ from: "rows", fromMs, toMs }];
  const size = UNIT_MS[unit];
  // A bucket that is being removed is not used any more.
  const keptMs = nowMs - KEPT_MS[unit] + size;
  const begin = Math.ceil(Math.max(fromMs, keptMs) / size) * size;
  const end = Math.floor(toMs / size) * size;
  if (begin >= end) return cut(fromMs, toMs, finer, nowMs);
  return [
    ...cut(fromMs, begin, finer, nowMs),
    { from: unit, fromMs: begin, toMs: end },
    ...cut(end, toMs, finer, nowMs),
  ];
}
