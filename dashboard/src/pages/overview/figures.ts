// The figures of the overview: sums of the period, cut into steps.

import { type Answer, call } from "../../api/client.ts";
import { type Period, type PeriodRange, rangeOf, utcOffsetMinutes } from "../../app/period.ts";
import { sumOfMoney } from "../../words/figures.ts";

/** A line of the usage. */
export type UsageLine = Answer<"getUsage">["data"][number];

/** One figure with its course. */
type Course<Value> = { readonly all: Value; readonly steps: readonly (number | null)[] };

/** What the four numbers at the top say. */
export type OverviewFigures = {
  readonly range: PeriodRange;
  readonly requests: Course<number>;
  readonly failed: number;
  /** Of 1; null without requests. */
  readonly success: Course<number | null>;
  readonly spend: Course<string | null>;
  readonly unpriced: number;
};

/** Time to the first token; null where none was measured. */
export type LatencyFigures = {
  readonly p50: number | null;
  readonly p95: Course<number | null>;
};

/** The same span for every question about a period. */
export function spanOf({
  fromMs,
  toMs,
  by,
}: PeriodRange): Readonly<Record<"from" | "to", string>> & { readonly utc_offset?: string } {
  const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return by === "day" ? { ...span, utc_offset: String(utcOffsetMinutes()) } : span;
}

/**
 * Asks for the sums.
 * @throws Failure
 */
export async function loadFigures(period: Period, signal: AbortSignal): Promise<OverviewFigures> {
  const range = rangeOf(period);
  const { data } = await call("getUsage", { query: { by: range.by, ...spanOf(range) } }, { signal });
  const lines = inSteps(range, data);
  const requests = sum(data, "requests");
  const failed = sum(data, "failed");
  return {
    range,
    requests: { all: requests, steps: lines.map((line) => line?.requests ?? 0) },
    failed,
    success: {
      all: requests === 0 ? null : 1 - failed / requests,
      steps: lines.map((line) =>
        line === undefined || line.requests === 0 ? null : 1 - line.failed / line.requests,
      ),
    },
    spend: {
      all: sumOfMoney(data.map(({ cost }) => cost)),
      steps: lines.map((line) => Number(line?.cost ?? 0)),
    },
    unpriced: sum(data, "unpriced"),
  };
}

/**
 * Asks how long the first tokens took.
 * @throws Failure
 */
export async function loadLatency(period: Period, signal: AbortSignal): Promise<LatencyFigures> {
  const range = rangeOf(period);
  const { from, to } = spanOf(range);
  const [whole, steps] = await Promise.all([
    call("getLatency", { query: { from, to } }, { signal }),
    call("getLatency", { query: { by: range.by, from, to } }, { signal }),
  ]);
  const all = whole.data[0]?.first_token ?? null;
  return {
    p50: all?.p50_ms ?? null,
    p95: {
      all: all?.p95_ms ?? null,
      steps: inSteps(range, steps.data).map((line) => line?.first_token?.p95_ms ?? null),
    },
  };
}

/** Lines in the place of their step; undefined where there was nothing. */
function inSteps<Line extends { readonly group: Readonly<Record<string, string>> }>(
  { fromMs, toMs, stepMs, by }: PeriodRange,
  lines: readonly Line[],
): readonly (Line | undefined)[] {
  const steps = new Array<Line | undefined>(Math.round((toMs - fromMs) / stepMs)).fill(undefined);
  for (const line of lines) {
    const at = Math.floor((Date.parse(line.group[by] ?? "") - fromMs) / stepMs);
    if (at >= 0 && at < steps.length) steps[at] = line;
  }
  return steps;
}

function sum(lines: readonly UsageLine[], figure: "requests" | "failed" | "unpriced"): number {
  return lines.reduce((all, line) => all + line[figure], 0);
}
