// The series of attempts, by endpoint and by how they ended.

import type { AttemptSummary } from "../../core/summary.ts";
import { labelText } from "./label-text.ts";
import type { Histogram, SeriesTable, Value } from "./series.ts";

type EndpointSeries = { readonly duration: Histogram; readonly outcomes: Map<string, Value> };

/** Counts attempts. */
export class AttemptSeries {
  readonly #table: SeriesTable;
  /** As many as endpoints were ever configured. */
  readonly #endpoints = new Map<string, EndpointSeries>();

  constructor(table: SeriesTable) {
    this.#table = table;
  }

  count({ endpoint, outcome, durationMs }: AttemptSummary): void {
    const series = this.#endpoints.get(endpoint) ?? this.#newEndpoint(endpoint);
    series.duration.observe(durationMs / 1_000);
    const known = series.outcomes.get(outcome);
    if (known !== undefined) {
      known.value += 1;
      return;
    }
    const made = this.#table.value("oai_gateway_attempts_total", [labelText(endpoint), outcome]);
    made.value += 1;
    series.outcomes.set(outcome, made);
  }

  #newEndpoint(endpoint: string): EndpointSeries {
    const labels = [labelText(endpoint)];
    const duration = this.#table.histogram("oai_gateway_attempt_duration_seconds", labels);
    const made = { duration, outcomes: new Map<string, Value>() };
    this.#endpoints.set(endpoint, made);
    return made;
  }
}
