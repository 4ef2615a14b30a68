// The text that a scraper reads: Prometheus' text format 0.0.4, or OpenMetrics 1.0 where that is asked for. Says what it
// is given; what there is to say is known elsewhere.

import { FAMILY_NAMES, type FamilyName, familyOf } from "./families.ts";
import type { Histogram, Value } from "./series.ts";

/** What is said of each family. */
export type Samples = {
  valuesOf(name: FamilyName): readonly Pick<Value, "labels" | "value">[];
  histogramsOf(name: FamilyName): readonly Pick<Histogram, "labels" | "bounds" | "counts" | "sum">[];
};

/** The form of the text. */
export type TextFormat = "prometheus" | "openmetrics";

/** The media type of a format. */
export function mediaTypeOf(format: TextFormat): string {
  return format === "openmetrics"
    ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
    : "text/plain; version=0.0.4; charset=utf-8";
}

/** The form that a client asks for by its Accept header. */
export function formatFor(accept: string | undefined): TextFormat {
  return /\bapplication\/openmetrics-text\b/i.test(accept ?? "") ? "openmetrics" : "prometheus";
}

/** So many lines are made in one turn of the event loop: less than a millisecond or two. */
const LINES_A_TURN = 2_000;

/**
 * The text; families of which there is nothing to say are left out. Requests go on while a long one is made, so that its
 * series may be some milliseconds apart; one series is always of one moment.
 */
export async function expositionOf(samples: Samples, format: TextFormat): Promise<string> {
  const lines: string[] = [];
  let restedAt = 0;
  for (const name of FAMILY_NAMES) {
    for (const push of seriesOf(name, samples, format)) {
      push(lines);
      if (lines.length - restedAt < LINES_A_TURN) continue;
      restedAt = lines.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  // An OpenMetrics text without its end is one that was cut off.
  if (format === "openmetrics") lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

/** What writes a family, a series at a time. */
function* seriesOf(
  name: FamilyName,
  samples: Samples,
  format: TextFormat,
): Generator<(lines: string[]) => void> {
  const { type, labels, help } = familyOf(name);
  const values = samples.valuesOf(name);
  const histograms = samples.histogramsOf(name);
  if (values.length === 0 && histograms.length === 0) return;
  // OpenMetrics names a counter without the ending of its samples.
  const title = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  yield (lines) => lines.push(`# HELP ${title} ${escapedHelp(help)}`, `# TYPE ${title} ${type}`);
  for (const series of values)
    yield (lines) =>
      lines.push(`${name}${braced(pairsOf(labels, series.labels))} ${numberText(series.value)}`);
  for (const series of histograms)
    yield (lines) => pushHistogram(lines, name, pairsOf(labels, series.labels), series);
}

function pushHistogram(
  lines: string[],
  name: string,
  pairs: string,
  { bounds, counts, sum }: Pick<Histogram, "bounds" | "counts" | "sum">,
): void {
  const comma = pairs === "" ? "" : ",";
  let total = 0;
  for (const [index, count] of counts.entries()) {
    total += count;
    const bound = bounds[index];
    lines.push(
      `${name}_bucket{${pairs}${comma}le="${bound === undefined ? "+Inf" : numberText(bound)}"} ${total}`,
    );
  }
  lines.push(`${name}_sum${braced(pairs)} ${numberText(sum)}`, `${name}_count${braced(pairs)} ${total}`);
}

function pairsOf(names: readonly string[], values: readonly string[]): string {
  return names.map((name, index) => `${name}="${escapedLabel(values[index] ?? "")}"`).join(",");
}

function braced(pairs: string): string {
  return pairs === "" ? "" : `{${pairs}}`;
}

function escapedHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** What the format wants of a value of a label: backslash, quote and line feed are written with a backslash. */
function escapedLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
