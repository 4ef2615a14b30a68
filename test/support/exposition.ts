// A strict reader of Prometheus' text format 0.0.4 and of OpenMetrics 1.0: whatever the formats do not allow is an error.

/** One sample. */
export type ReadSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** One family with its samples. */
export type ReadFamily = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: ReadSample[];
};

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/s;

/** Reads a text, by name of the family. @throws Error where the format is broken */
export function readExposition(text: string, isOpenMetrics = false): ReadonlyMap<string, ReadFamily> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const lines = text.slice(0, -1).split("\n");
  if (isOpenMetrics && lines.pop() !== "# EOF") throw new Error("no EOF at the end");
  const families = new Map<string, ReadFamily>();
  let family: ReadFamily | undefined;
  let help: { readonly name: string; readonly text: string } | undefined;
  const seen = new Set<string>();
  for (const line of lines) {
    const helped = /^# HELP (\S+) (.*)$/.exec(line);
    const typed = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    if (helped !== null) help = { name: helped[1] ?? "", text: helped[2] ?? "" };
    else if (typed !== null) {
      const [, name = "", type = ""] = typed;
      if (help?.name !== name || help.text === "") throw new Error(`no help before ${line}`);
      if (!NAME.test(name) || families.has(name)) throw new Error(`a second time, or no name: ${line}`);
      family = { name, type, help: help.text, samples: [] };
      families.set(name, family);
    } else {
      if (family === undefined) throw new Error(`a sample of no family: ${line}`);
      const sample = sampleOf(line);
      const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      if (!belongs(sample, family, isOpenMetrics)) throw new Error(`not of ${family.name}: ${line}`);
      family.samples.push(sample);
    }
  }
  for (const one of families.values()) check(one);
  return families;
}

/** The value of the one sample with at least these labels; undefined without one. @throws Error where there are several */
export function valueIn(
  families: ReadonlyMap<string, ReadFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const samples = [...families.values()]
    .flatMap((family) => family.samples)
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value));
  if (samples.length > 1) throw new Error(`${samples.length} samples of ${name} ${JSON.stringify(labels)}`);
  return samples[0]?.value;
}

function sampleOf(line: string): ReadSample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name = "", , labels, value = ""] = match;
  return { name, labels: labels === undefined ? {} : labelsOf(labels, line), value: numberOf(value) };
}

function numberOf(text: string): number {
  if (text === "NaN") return Number.NaN;
  return text.endsWith("Inf") ? Number(text.replace("Inf", "Infinity")) : Number(text);
}

function labelsOf(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,(?=.)|$)/s.exec(rest);
    if (match === null) throw new Error(`labels: ${line}`);
    const [whole, name = "", value = ""] = match;
    if (name in labels) throw new Error(`a label twice: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function belongs(
  { name, labels }: ReadSample,
  { name: of, type }: ReadFamily,
  isOpenMetrics: boolean,
): boolean {
  if (type === "histogram")
    return name === `${of}_bucket` ? "le" in labels : name === `${of}_sum` || name === `${of}_count`;
  if (type === "counter" && isOpenMetrics) return name === `${of}_total`;
  return name === of && (type !== "counter" || name.endsWith("_total"));
}

/** A counter is never negative; the buckets of a histogram only grow, and the last one is its count. */
function check({ name, type, samples }: ReadFamily): void {
  if (samples.length === 0) throw new Error(`${name} has no samples`);
  if (type === "counter" && samples.some(({ value }) => !(value >= 0)))
    throw new Error(`${name} is negative`);
  if (type !== "histogram") return;
  const series = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  for (const [labels, all] of series) {
    const buckets = all.filter((one) => one.name.endsWith("_bucket"));
    for (const [index, { labels: own, value }] of buckets.entries()) {
      const before = buckets[index - 1];
      if (before === undefined) continue;
      if (value < before.value || !(numberOf(own["le"] ?? "") > numberOf(before.labels["le"] ?? "")))
        throw new Error(`the buckets of ${name} ${labels} do not grow`);
    }
    const count = all.find((one) => one.name === `${name}_count`)?.value;
    const last = buckets.at(-1);
    if (last?.labels["le"] !== "+Inf" || last.value !== count)
      throw new Error(`${name} ${labels} has no end`);
    if (!all.some((one) => one.name === `${name}_sum`)) throw new Error(`${name} ${labels} has no sum`);
  }
}
