// What of the usage is shown. It lives in the address, so that a link shows the same figures to whoever opens it.

import { place, setQuery } from "../../app/router.ts";

/** The figures of the chart. */
export const METRICS = ["requests", "failed", "tokens", "cost", "latency"] as const;

/** One of them. */
export type Metric = (typeof METRICS)[number];

/** What figures are told apart by. */
export const GROUPS = ["time", "model", "key", "endpoint", "tag"] as const;

/** One of them. */
export type Group = (typeof GROUPS)[number];

/** What figures may be narrowed to. */
export const FILTERS = ["key", "model", "endpoint", "tag"] as const;

/** What is chosen. */
export type Choices = {
  readonly metric: Metric;
  readonly by: Group;
  readonly within: Group | undefined;
  /** The name of the column, and whether the greatest comes first; undefined: what suits the figure. */
  readonly sort: { readonly column: string; readonly isDown: boolean } | undefined;
  readonly filters: Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;
};

/** What the address says. What it does not say, or says wrongly, is the usual. */
export function choicesNow(): Choices {
  const { query } = place.value;
  const asked = (name: string): string => query.get(name) ?? "";
  const by = oneOf(GROUPS, asked("by")) ?? "model";
  const within = oneOf(GROUPS, asked("within"));
  const sort = asked("sort");
  const filters = FILTERS.flatMap((name) => (asked(name) === "" ? [] : [[name, asked(name)] as const]));
  return {
    metric: oneOf(METRICS, asked("metric")) ?? "requests",
    by,
    within: within === by ? undefined : within,
    sort: sort === "" ? undefined : { column: sort.replace(/^-/, ""), isDown: sort.startsWith("-") },
    filters: Object.fromEntries(filters),
  };
}

/** Takes a choice into the address. */
export function choose(
  changes: Readonly<Partial<Record<"metric" | "by" | "within" | "sort", string>>>,
): void {
  setQuery(changes);
}

/** Takes all filters away. */
export function clearFilters(): void {
  setQuery(Object.fromEntries(FILTERS.map((name) => [name, undefined])));
}

/** Whether latency can be told: it is kept by time and one of model and endpoint, not by key or tag. */
export function canTellLatency({ by, within, filters }: Choices): boolean {
  const named = new Set<string | undefined>([by, within, ...Object.keys(filters)]);
  return !named.has("key") && !named.has("tag") && !(named.has("model") && named.has("endpoint"));
}

function oneOf<Value extends string>(values: readonly Value[], text: string): Value | undefined {
  return values.find((value) => value === text);
}
