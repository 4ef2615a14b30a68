// All figures of one process, and, in the one that owns the gateway, of those that serve for it: what was counted by a
// process that is gone stays counted, and what it had under way is forgotten.

import type { ExchangeSink } from "../../core/summary.ts";
import { expositionOf, type TextFormat } from "./exposition.ts";
import { type FamilyName, familyOf } from "./families.ts";
import { labelText } from "./label-text.ts";
import { MetricsSink, type MetricsWorld } from "./metrics-sink.ts";
import { type Gauge, ProcessReadings, type ReadProcess } from "./process-readings.ts";
import { type SeriesNews, SeriesTable, Value } from "./series.ts";

/** What a serving process tells the one that owns the gateway: plain data. */
export type MetricsNews = { readonly counted: SeriesNews; readonly gauges: readonly Gauge[] };

/** The figures. */
export class Metrics {
  readonly sink: ExchangeSink;
  readonly #table = new SeriesTable();
  readonly #readings = new ProcessReadings(this.#table);
  /** Of the processes that serve for this one, by their number. */
  readonly #members = new Map<number, readonly Gauge[]>();
  #isLastTaken = true;

  constructor(world: MetricsWorld) {
    this.sink = new MetricsSink(this.#table, world);
    // A counter that is not there before it counts hides its first increase from whoever computes a rate.
    for (const name of [
      "oai_gateway_alerts_dropped_total",
      "oai_gateway_alerts_failed_total",
      "oai_gateway_store_entries_lost_total",
    ] as const)
      this.#table.value(name, []);
    for (const result of ["ok", "failed"]) this.#table.value("oai_gateway_config_reloads_total", [result]);
  }

  /** Whether the configuration that was read last is in force. */
  get isLastTaken(): boolean {
    return this.#isLastTaken;
  }

  /** Bound, so that it can be handed out: an event was told to the log. */
  readonly noteEvent = (level: string, event: string): void => {
    this.count("oai_gateway_log_events_total", [level, event]);
    if (event === "alert_dropped") this.count("oai_gateway_alerts_dropped_total", []);
    if (event === "alert_failed") this.count("oai_gateway_alerts_failed_total", []);
    const isTaken = event === "reload" && level === "info";
    if (!isTaken && event !== "reload_failed") return;
    this.#isLastTaken = isTaken;
    this.count("oai_gateway_config_reloads_total", [isTaken ? "ok" : "failed"]);
  };

  /** One more. */
  count(name: FamilyName, labels: readonly string[]): void {
    this.#table.value(name, labels.map(labelText)).value += 1;
  }

  /** What this process has to tell since it told last. */
  news(read: ReadProcess): MetricsNews {
    const gauges = this.#readings.read(read);
    return { counted: this.#table.takeNews(), gauges };
  }

  /** Takes what a process that serves has told. */
  take(member: number, { counted, gauges }: MetricsNews): void {
    this.#table.add(counted);
    this.#members.set(member, gauges);
  }

  /** A process is gone. */
  leave(member: number): void {
    this.#members.delete(member);
  }

  /** All of it as text: with what this process reads of itself, and how the gateway is. */
  text(format: TextFormat, { read, state, lost }: TextParts): Promise<string> {
    const gauges = joined([[...this.#readings.read(read), ...state], ...this.#members.values()]);
    const store = this.#table.value("oai_gateway_store_entries_lost_total", []);
    store.value = Math.max(store.value, lost);
    return expositionOf(
      {
        valuesOf: (name) => [...this.#table.valuesOf(name), ...(gauges.get(name)?.values() ?? [])],
        histogramsOf: (name) => this.#table.histogramsOf(name),
      },
      format,
    );
  }
}

/** What a text is made of beside what was counted. */
type TextParts = {
  readonly read: ReadProcess;
  readonly state: readonly Gauge[];
  /** Entries that the store has lost. */
  readonly lost: number;
};

/** The gauges of all processes as those of one. */
function joined(all: readonly (readonly Gauge[])[]): ReadonlyMap<FamilyName, ReadonlyMap<string, Value>> {
  const families = new Map<FamilyName, Map<string, Value>>();
  for (const [name, labels, value] of all.flat()) {
    const family = families.get(name) ?? new Map<string, Value>();
    families.set(name, family);
    const key = labels.join("\u0000");
    const known = family.get(key);
    if (known === undefined) {
      const made = new Value(labels);
      made.value = value;
      family.set(key, made);
    } else known.value = together(name, known.value, value);
  }
  return families;
}

function together(name: FamilyName, one: number, other: number): number {
  const { join } = familyOf(name);
  if (join === "max") return Math.max(one, other);
  return join === "min" ? Math.min(one, other) : one + other;
}
