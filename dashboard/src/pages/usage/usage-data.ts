// The figures of the page: in all, line by line, and over time.

import { type Answer, call, callForText, type Sent } from "../../api/client.ts";
import { type Period, type PeriodRange, rangeOf, utcOffsetMinutes } from "../../app/period.ts";
import type { Choices, Group } from "./choices.ts";

/** What was used. */
export type UsageLine = Answer<"getUsage">["data"][number];

/** How long it took. */
export type LatencyLine = Answer<"getLatency">["data"][number];

/** All that the page shows. */
export type UsageFigures = {
  readonly range: PeriodRange;
  /** By time alone. Each request is in it once. */
  readonly steps: readonly UsageLine[];
  /** By what was chosen. */
  readonly lines: readonly UsageLine[];
  /** By time and the first group that is no time; empty where there is none. */
  readonly course: readonly UsageLine[];
};

/** The same for latency. */
export type LatencyFigures = {
  readonly range: PeriodRange;
  readonly all: LatencyLine | undefined;
  readonly lines: readonly LatencyLine[];
  readonly course: readonly LatencyLine[];
};

/** The group by which the chart tells its series apart. */
export function seriesGroup({ by, within }: Choices): Exclude<Group, "time"> | undefined {
  if (by !== "time") return by;
  return within === "time" ? undefined : within;
}

/**
 * Asks what was used.
 * @throws Failure
 */
export async function loadUsage(
  choices: Choices,
  period: Period,
  signal: AbortSignal,
): Promise<UsageFigures> {
  const range = rangeOf(period);
  const ask = async (groups: readonly Group[]): Promise<readonly UsageLine[]> =>
    (await call("getUsage", { query: queryOf(choices, range, groups) }, { signal })).data;
  const apart = seriesGroup(choices);
  const isTimeAlone = apart === undefined;
  const [steps, lines, course] = await Promise.all([
    ask(["time"]),
    isTimeAlone ? [] : ask(groupsOf(choices)),
    apart === undefined ? [] : ask(["time", apart]),
  ]);
  return { range, steps, lines: isTimeAlone ? steps : lines, course };
}

/**
 * Asks how long it took.
 * @throws Failure
 */
export async function loadLatency(
  choices: Choices,
  period: Period,
  signal: AbortSignal,
): Promise<LatencyFigures> {
  const range = rangeOf(period);
  const { model, endpoint } = choices.filters;
  const ask = async (groups: readonly Group[]): Promise<readonly LatencyLine[]> => {
    const by = namesOf(groups, range);
    const query = { ...spanOf(range), model, endpoint, ...(by !== "" && { by }) };
    return (await call("getLatency", { query }, { signal })).data;
  };
  const apart = seriesGroup(choices);
  const [all, lines, course] = await Promise.all([
    ask([]),
    ask(groupsOf(choices)),
    ask(apart === undefined ? ["time"] : ["time", apart]),
  ]);
  return { range, all: all[0], lines, course };
}

/**
 * Asks for the lines as a text for a file.
 * @throws Failure
 */
export async function loadFile(choices: Choices, period: Period, format: "csv" | "json"): Promise<string> {
  const query = queryOf(choices, rangeOf(period), groupsOf(choices));
  return callForText(format === "csv" ? "exportUsage" : "getUsage", { query });
}

function groupsOf({ by, within }: Choices): readonly Group[] {
  return within === undefined ? [by] : [by, within];
}

function namesOf(groups: readonly Group[], range: PeriodRange): string {
  return groups.map((group) => (group === "time" ? range.by : group)).join(",");
}

function queryOf(
  { filters }: Choices,
  range: PeriodRange,
  groups: readonly Group[],
): Sent<"getUsage">["query"] {
  return {
    by: namesOf(groups, range),
    ...spanOf(range),
    ...filters,
    ...(range.by === "day" && { utc_offset: String(utcOffsetMinutes()) }),
  };
}

function spanOf({ fromMs, toMs }: PeriodRange): Readonly<Record<"from" | "to", string>> {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
