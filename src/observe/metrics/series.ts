// Where values are kept: a family has a series for each set of label values. A handle on a series is looked up once and
// then counted by, so that a request builds no text. The number of series is bounded.

import { FAMILY_NAMES, type FamilyName, familyOf } from "./families.ts";

/** Of one family; what comes after them is counted under `other`. */
const MAX_SERIES = 5_000;
/** No label has it: `labelText` makes it visible. */
const SEPARATOR = "\u0000";

/** One series of a counter or gauge. */
export class Value {
  readonly labels: readonly string[];
  value = 0;
  /** How much of it another process was told. */
  told = 0;

  constructor(labels: readonly string[]) {
    this.labels = labels;
  }
}

/** One series of a histogram. */
export class Histogram {
  readonly labels: readonly string[];
  readonly bounds: readonly number[];
  /** Of each bucket by itself; the last one is beyond all bounds. */
  readonly counts: Float64Array;
  readonly toldCounts: Float64Array;
  sum = 0;
  toldSum = 0;

  constructor(labels: readonly string[], bounds: readonly number[]) {
    this.labels = labels;
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
    this.toldCounts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    // A value that is none would make the sum one for ever.
    if (!(value >= 0)) return;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (bounds[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
      else low = middle + 1;
    }
    counts[low] = (counts[low] ?? 0) + 1;
    this.sum += value;
  }
}

/** What a process has counted since it told last: plain data, sent from one process to another. */
export type SeriesNews = {
  readonly values: readonly (readonly [name: FamilyName, labels: readonly string[], added: number])[];
  readonly histograms: readonly (readonly [
    name: FamilyName,
    labels: readonly string[],
    sum: number,
    counts: readonly number[],
  ])[];
};

/** All series. */
export class SeriesTable {
  readonly #values = new Map<FamilyName, Map<string, Value>>();
  readonly #histograms = new Map<FamilyName, Map<string, Histogram>>();

  /** The series of these label values; made where there is none. */
  value(name: FamilyName, labels: readonly string[]): Value {
    return seriesIn(familyIn(this.#values, name), labels, (bounded) => new Value(bounded));
  }

  /** The same of a histogram. */
  histogram(name: FamilyName, labels: readonly string[]): Histogram {
    const { bounds = [] } = familyOf(name);
    const family = familyIn(this.#histograms, name);
    return seriesIn(family, labels, (bounded) => new Histogram(bounded, bounds));
  }

  /** Those of a family, the oldest first. */
  valuesOf(name: FamilyName): readonly Value[] {
    return [...(this.#values.get(name)?.values() ?? [])];
  }

  /** Those of a histogram, the oldest first. */
  histogramsOf(name: FamilyName): readonly Histogram[] {
    return [...(this.#histograms.get(name)?.values() ?? [])];
  }

  /** What was counted since this was asked for last. */
  takeNews(): SeriesNews {
    const values: SeriesNews["values"][number][] = [];
    const histograms: SeriesNews["histograms"][number][] = [];
    for (const name of FAMILY_NAMES) {
      for (const series of this.#values.get(name)?.values() ?? []) {
        if (series.value === series.told) continue;
        values.push([name, series.labels, series.value - series.told]);
        series.told = series.value;
      }
      for (const series of this.#histograms.get(name)?.values() ?? []) {
        const counts = [...series.counts].map((count, index) => count - (series.toldCounts[index] ?? 0));
        if (counts.every((count) => count === 0)) continue;
        histograms.push([name, series.labels, series.sum - series.toldSum, counts]);
        series.toldCounts.set(series.counts);
        series.toldSum = series.sum;
      }
    }
    return { values, histograms };
  }

  /** Adds what another process has counted. */
  add({ values, histograms }: SeriesNews): void {
    for (const [name, labels, added] of values) this.value(name, labels).value += added;
    for (const [name, labels, sum, counts] of histograms) {
      const series = this.histogram(name, labels);
      series.sum += sum;
      for (const [index, count] of counts.entries())
        if (index < series.counts.length) series.counts[index] = (series.counts[index] ?? 0) + count;
    }
  }
}

function familyIn<T>(families: Map<FamilyName, Map<string, T>>, name: FamilyName): Map<string, T> {
  const known = families.get(name);
  if (known !== undefined) return known;
  const made = new Map<string, T>();
  families.set(name, made);
  return made;
}

/** The series of these label values; where there are too many it is that of `other`. */
function seriesIn<T>(
  family: Map<string, T>,
  labels: readonly string[],
  make: (labels: readonly string[]) => T,
): T {
  const known = family.get(labels.join(SEPARATOR));
  if (known !== undefined) return known;
  const bounded = family.size >= MAX_SERIES ? labels.map(() => "other") : labels;
  const key = bounded.join(SEPARATOR);
  const series = family.get(key) ?? make(bounded);
  family.set(key, series);
  return series;
}
