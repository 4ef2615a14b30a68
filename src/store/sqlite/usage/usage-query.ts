// Answers questions about usage: from the sums wherever they fit, from rows of the ledger at the borders, and from the
// rows that are not in the sums yet. All in one transaction, so that nothing is counted twice or not at all.

import type { UsageGroup, UsageQuestion } from "../../store.ts";
import { StoreFailure } from "../../store-failure.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { type Dimension, KEPT_MS, UNIT_MS, type Unit } from "../file/dimensions.ts";
import { foldedUpTo } from "../rows/fold.ts";
import type { UsageColumns } from "./usage-columns.ts";
import { type Piece, piecesOf, stepAt } from "./usage-pieces.ts";
import { Selection } from "./usage-selection.ts";
import { UsageSums } from "./usage-sums.ts";

/** How much of the past is kept, and when now is. */
export type UsagePlace = {
  readonly file: DatabaseFile;
  readonly nowMs: number;
  readonly rowsKeptMs: number;
};

const EMPTY: UsageColumns = { count: 0, columns: [], sums: new Float64Array(0) };
/** A hundred years: a question about "all" is no longer than that. */
const MAX_SPAN_MS = 36_525 * UNIT_MS.day;

/** @throws StoreFailure, as `DatabaseFile.prepare` */
export function usageOfQuestion(place: UsagePlace, question: UsageQuestion): UsageColumns {
  const { file } = place;
  const { fromMs, toMs } = boundsOf(question);
  const unit = unitOf(question.groups);
  refuseTooFine(unit, fromMs, place.nowMs);
  return file.transaction(() => {
    const oldest = file.prepare("SELECT min(bucket) AS bucket FROM day_one WHERE dimension = 0").get();
    const first = oldest?.["bucket"] ?? null;
    const firstRow = file.prepare("SELECT min(time) AS time FROM ledger").get()?.["time"] ?? null;
    if (first === null && firstRow === null) return EMPTY;
    const sinceMs = Math.min(
      first === null ? Number.POSITIVE_INFINITY : Number(first) * UNIT_MS.day,
      firstRow === null ? Number.POSITIVE_INFINITY : Number(firstRow),
    );
    const selection = Selection.of(file, question);
    // A name that was never seen has used nothing.
    if (selection === undefined) return EMPTY;
    const folded = foldedUpTo(file);
    const sums = new UsageSums();
    for (const piece of pieces(place, question, { fromMs: Math.max(fromMs, sinceMs), toMs }))
      selection.read(piece, folded, sums);
    selection.readNew(folded, { fromMs, toMs }, sums);
    return sums.columns(question.groups.length, selection.namesOf());
  });
}

/** @throws StoreFailure bad_question */
function boundsOf({ groups, fromMs, toMs, offsetMinutes = 0 }: UsageQuestion): {
  readonly fromMs: number;
  readonly toMs: number;
} {
  const times = groups.filter((group) => isUnit(group));
  const isRight =
    Number.isFinite(fromMs) &&
    Number.isFinite(toMs) &&
    times.length <= 1 &&
    new Set(groups).size === groups.length &&
    Number.isInteger(offsetMinutes) &&
    Math.abs(offsetMinutes) <= 1_440;
  if (!isRight)
    throw new StoreFailure("bad_question", "A question has bounds, and one unit of time at most.");
  return { fromMs: Math.max(Math.trunc(fromMs), toMs - MAX_SPAN_MS), toMs: Math.trunc(toMs) };
}

/** Refuses what is asked in finer steps than are kept of it. @throws StoreFailure too_fine */
export function refuseTooFine(unit: Unit | undefined, fromMs: number, nowMs: number): void {
  if (unit !== "minute" && unit !== "hour") return;
  if (fromMs >= nowMs - KEPT_MS[unit]) return;
  const message =
    unit === "minute"
      ? "Minutes are kept for 48 hours: ask for hours or days of what is older."
      : "Hours are kept for 90 days: ask for days of what is older.";
  throw new StoreFailure("too_fine", message);
}

function pieces(
  { nowMs, rowsKeptMs }: UsagePlace,
  { groups, keyId, model, endpoint, tag, offsetMinutes = 0 }: UsageQuestion,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Piece[] {
  const filters = { key: keyId, model, endpoint, tag };
  const dimensions = new Set<string>(groups.filter((group) => !isUnit(group)));
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) dimensions.add(name);
  const isSimple = dimensions.size <= 1;
  const unit = unitOf(groups);
  const isUtc = offsetMinutes === 0;
  const units = (["day", "hour", "minute"] as const).filter(
    (one) =>
      (one !== "minute" || isSimple) &&
      (unit === undefined || UNIT_MS[one] <= UNIT_MS[unit]) &&
      (unit !== "day" || one !== "day" || isUtc),
  );
  const cutting = { units, nowMs, rowsKeptMs };
  if (unit !== "day" || isUtc) return piecesOf(fromMs, toMs, cutting);
  return localPieces(fromMs, toMs, { ...cutting, offsetMs: offsetMinutes * 60_000 });
}

type LocalCutting = Parameters<typeof piecesOf>[2] & { readonly offsetMs: number };

/** Days that begin at another moment than those of UTC. Of what is older than the hours, the days of UTC are given. */
function localPieces(fromMs: number, toMs: number, { offsetMs, ...cutting }: LocalCutting): Piece[] {
  const { day, hour } = UNIT_MS;
  const hoursSinceMs = Math.ceil((cutting.nowMs - KEPT_MS.hour + hour) / day) * day;
  const early = fromMs < hoursSinceMs ? Math.min(toMs, hoursSinceMs) : fromMs;
  const old = early > fromMs ? piecesOf(fromMs, early, { ...cutting, units: ["day"] }) : [];
  if (offsetMs % hour === 0) return [...old, ...piecesOf(early, toMs, cutting)];
  const parts: Piece[] = [];
  for (let at = early; at < toMs; ) {
    // Of days to come there is nothing to tell apart.
    const isAhead = at > cutting.nowMs + day;
    const next = isAhead ? toMs : (Math.floor((at + offsetMs) / day) + 1) * day - offsetMs;
    const [begin, end] = [floored(at, cutting), floored(Math.min(next, toMs), cutting)];
    parts.push(...piecesOf(begin, end, cutting));
    at = next;
  }
  return [...old, ...parts];
}

/** The end of one day is the beginning of the next, whatever can be known of it. */
function floored(ms: number, cutting: Parameters<typeof piecesOf>[2]): number {
  const step = stepAt(ms, cutting);
  return Math.floor(ms / step) * step;
}

function unitOf(groups: readonly UsageGroup[]): Unit | undefined {
  return groups.find((group) => isUnit(group));
}

/** Whether a group is a unit of time. */
function isUnit(group: UsageGroup | Dimension): group is Unit {
  return group === "minute" || group === "hour" || group === "day";
}
