// The chart's series: each group over time, the greatest ones by their own name and the others together.

import type { PeriodRange } from "../../app/period.ts";
import type { ChartSeries } from "../../parts/chart.tsx";
import { usageWords } from "../../words/usage/words.ts";
import type { Choices, Metric } from "./choices.ts";
import { momentOf, nameOf, rawOf } from "./names.ts";
import { type LatencyFigures, seriesGroup, type UsageFigures, type UsageLine } from "./usage-data.ts";

/** A chart has colours for eight series; the last is that of the others. */
const MOST = 7;
const DAY_MS = 86_400_000;

type Summed = Exclude<Metric, "latency">;

/** The beginnings of the steps of a range. */
export function timesOf({ fromMs, toMs, stepMs }: PeriodRange): readonly number[] {
  return Array.from({ length: Math.round((toMs - fromMs) / stepMs) }, (_one, at) => fromMs + at * stepMs);
}

/** What was used over time. */
export function usageSeries(choices: Choices, figures: UsageFigures): readonly ChartSeries[] {
  const { metric } = choices;
  if (metric === "latency") return [];
  const apart = seriesGroup(choices);
  const { range, steps, course } = figures;
  if (apart === undefined)
    return partsOf(metric).map(([label, pick]) => ({ label, values: stepsOf(range, steps, pick) }));
  const groups = [...Map.groupBy(course, (line) => rawOf(line, apart, range)).values()].toSorted(
    (one, other) => sumOf(other, metric) - sumOf(one, metric),
  );
  const shown = groups.length > MOST + 1 ? groups.slice(0, MOST) : groups;
  const series = shown.map((lines) => ({
    label: lines[0] === undefined ? "" : nameOf(lines[0], apart, range),
    values: stepsOf(range, lines, (line) => figureOf(line, metric)),
  }));
  const others = groups.slice(shown.length).flat();
  if (others.length === 0) return series;
  const values = stepsOf(range, others, (line) => figureOf(line, metric));
  return [...series, { label: usageWords().others, values }];
}

/** First tokens over time: half and 95 % of all, or 95 % of each group. */
export function latencySeries(choices: Choices, { range, course }: LatencyFigures): readonly ChartSeries[] {
  const words = usageWords();
  const apart = seriesGroup(choices);
  if (apart === undefined)
    return (["p50_ms", "p95_ms"] as const).map((quantile) => ({
      label: quantile === "p50_ms" ? words.firstP50 : words.firstP95,
      values: stepsOf(range, course, ({ first_token: first }) => first?.[quantile] ?? null),
    }));
  const groups = [...Map.groupBy(course, (line) => rawOf(line, apart, range)).values()]
    .map((lines) => ({ lines, count: lines.reduce((sum, one) => sum + (one.first_token?.count ?? 0), 0) }))
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => other.count - one.count)
    .slice(0, MOST + 1);
  return groups.map(({ lines }) => ({
    label: lines[0] === undefined ? "" : `${nameOf(lines[0], apart, range)} · 95 %`,
    values: stepsOf(range, lines, ({ first_token: first }) => first?.p95_ms ?? null),
  }));
}

/** The figure of one line; null where nobody knows it. */
function figureOf(line: UsageLine, metric: Summed): number | null {
  if (metric === "tokens") return line.input_tokens + line.output_tokens;
  if (metric === "cost") return line.cost === null ? null : Number(line.cost);
  return line[metric];
}

type Pick<Line> = (line: Line) => number | null;

/** What a figure is made of, where it is not told apart by a group. */
function partsOf(metric: Summed): readonly (readonly [label: string, pick: Pick<UsageLine>])[] {
  const words = usageWords();
  if (metric === "requests")
    return [
      [words.succeeded, ({ requests, failed }) => requests - failed],
      [words.failed, ({ failed }) => failed],
    ];
  if (metric === "tokens")
    return [
      [words.freshInput, (line) => line.input_tokens - line.cached_tokens],
      [words.cachedAlone, (line) => line.cached_tokens],
      [words.plainOutput, (line) => line.output_tokens - line.reasoning_tokens],
      [words.reasoningAlone, (line) => line.reasoning_tokens],
    ];
  return [[words.metrics[metric], (line) => figureOf(line, metric)]];
}

function sumOf(lines: readonly UsageLine[], metric: Summed): number {
  return lines.reduce((sum, line) => sum + (figureOf(line, metric) ?? 0), 0);
}

/** Sums of lines in the place of their step; null where nothing is known. */
function stepsOf<Line extends { readonly group: Readonly<Record<string, string>> }>(
  range: PeriodRange,
  lines: readonly Line[],
  pick: Pick<Line>,
): readonly (number | null)[] {
  const { fromMs, toMs, stepMs } = range;
  const values = new Array<number | null>(Math.round((toMs - fromMs) / stepMs)).fill(null);
  // Days may be of another zone, or begin an hour off where the clocks were changed; their middle is in the right one.
  const middleMs = stepMs >= DAY_MS ? stepMs / 2 : 0;
  for (const line of lines) {
    const at = Math.floor((momentOf(line, range) + middleMs - fromMs) / stepMs);
    const value = pick(line);
    if (at >= 0 && at < values.length && value !== null) values[at] = (values[at] ?? 0) + value;
  }
  return values;
}
