// What a value of a group is called.

import type { PeriodRange } from "../../app/period.ts";
import { moment, stepName } from "../../words/figures.ts";
import { usageWords } from "../../words/usage/words.ts";
import type { Group } from "./choices.ts";

type Grouped = { readonly group: Readonly<Record<string, string>> };

const MOST = 200;
const DAY_MS = 86_400_000;

/** The value itself, as it is sorted by and asked for. */
export function rawOf({ group }: Grouped, of: Group, range: PeriodRange): string {
  return group[of === "time" ? range.by : of] ?? "";
}

/** The value in words. A name of ten thousand letters is cut. */
export function nameOf(line: Grouped, of: Group, range: PeriodRange): string {
  const value = rawOf(line, of, range);
  if (of === "time") {
    const atMs = momentOf(line, range);
    return range.stepMs >= DAY_MS ? stepName(atMs, range.stepMs) : moment(atMs);
  }
  if (value !== "") return value.slice(0, MOST);
  const { nobody } = usageWords();
  return of === "key" || of === "tag" ? nobody[of] : nobody.other;
}

/** When the step of a line begins, milliseconds since 1970. */
export function momentOf({ group }: Grouped, { by }: PeriodRange): number {
  return Date.parse(group[by] ?? "");
}
