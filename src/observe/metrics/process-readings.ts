// What each process that serves reads of itself when its figures are wanted: what is under way, what it has refused, and
// what it uses. Counts only grow, whatever happens to what counts them.

import { readdirSync, readFileSync } from "node:fs";
import type { ModelBudgetSnapshot } from "../../routing/retry/retry-budgets.ts";
import type { EndpointSnapshot, Snapshot } from "../../snapshot.ts";
import type { FamilyName } from "./families.ts";
import { labelText } from "./label-text.ts";
import type { SeriesTable, Value } from "./series.ts";

/** One gauge as it stands. */
export type Gauge = readonly [name: FamilyName, labels: readonly string[], value: number];

/** What a serving process has under way. */
type ServingFigures = Pick<Snapshot, "overload" | "cache" | "listener"> & {
  /** Those of the configuration. */
  readonly endpoints: readonly Pick<EndpointSnapshot, "name" | "inFlight" | "gate">[];
  /** Of models of the routing table. */
  readonly budgets: readonly ModelBudgetSnapshot[];
};

/** What a process reads of itself. */
export type ReadProcess = {
  /** Undefined in a process that serves nobody. */
  readonly serving: ServingFigures | undefined;
  readonly lagMs: number;
  readonly droppedLines: number;
};

/** Models whose retry budgets are told at most. */
const MAX_BUDGETS = 1_000;

/** Reads one process. */
export class ProcessReadings {
  readonly #table: SeriesTable;
  /** What a counter stood at when it was read last, by series. */
  readonly #last = new Map<Value, number>();

  constructor(table: SeriesTable) {
    this.#table = table;
  }

  /** Adds to the counters what has been counted since it was asked last, and gives the gauges. */
  read({ serving, lagMs, droppedLines }: ReadProcess): readonly Gauge[] {
    this.#raise("oai_gateway_log_lines_dropped_total", [], droppedLines);
    const { user, system } = process.cpuUsage();
    this.#raise("process_cpu_user_seconds_total", [], user / 1e6);
    this.#raise("process_cpu_system_seconds_total", [], system / 1e6);
    this.#raise("process_cpu_seconds_total", [], (user + system) / 1e6);
    const own = [...memory(), ...descriptors()];
    own.push(["nodejs_eventloop_lag_seconds", [], lagMs / 1_000]);
    own.push(["process_start_time_seconds", [], performance.timeOrigin / 1_000]);
    return serving === undefined ? own : [...own, ...this.#serving(serving)];
  }

  #serving({ overload, cache, listener, endpoints, budgets }: ServingFigures): readonly Gauge[] {
    const { gate } = overload;
    const refused = "oai_gateway_requests_refused_total";
    this.#raise(refused, ["queue"], gate.refused);
    this.#raise(refused, ["pressure"], overload.refusedForPressure);
    this.#raise("oai_gateway_cache_requests_total", ["hit"], cache.hits);
    this.#raise("oai_gateway_cache_requests_total", ["miss"], cache.misses);
    this.#raise("oai_gateway_connections_refused_total", [], listener?.refusedConnections ?? 0);
    const gauges: Gauge[] = [
      ["oai_gateway_processes", [], 1],
      ["oai_gateway_requests_in_flight", [], gate.inFlight],
      ["oai_gateway_requests_waiting", [], gate.waiting],
      ["oai_gateway_requests_waiting_for_rest", [], overload.waitingForRests],
      ["oai_gateway_body_bytes", [], overload.bodyBytes],
      ["oai_gateway_under_pressure", [], overload.pressure === null ? 0 : 1],
      ["oai_gateway_cache_entries", [], cache.entries],
      ["oai_gateway_cache_bytes", [], cache.bytes],
      ["oai_gateway_connections", [], listener?.openConnections ?? 0],
      ["oai_gateway_connections_max", [], listener?.maxConnections ?? 0],
    ];
    for (const endpoint of endpoints) {
      const labels = [labelText(endpoint.name)];
      gauges.push(["oai_gateway_endpoint_requests_in_flight", labels, endpoint.inFlight]);
      if (endpoint.gate === null) continue;
      this.#raise("oai_gateway_endpoint_requests_refused_total", labels, endpoint.gate.refused);
      gauges.push(["oai_gateway_endpoint_requests_waiting", labels, endpoint.gate.waiting]);
    }
    for (const { model, retriesDenied, requestsInWindow, retriesInWindow } of budgets.slice(0, MAX_BUDGETS)) {
      const labels = [labelText(model)];
      this.#raise("oai_gateway_retries_denied_total", labels, retriesDenied);
      gauges.push(["oai_gateway_retry_budget_requests", labels, requestsInWindow]);
      gauges.push(["oai_gateway_retry_budget_retries", labels, retriesInWindow]);
    }
    return gauges;
  }

  /** What counts may have begun anew, as after a reload: then all of it is new. */
  #raise(name: FamilyName, labels: readonly string[], total: number): void {
    const series = this.#table.value(name, labels);
    const last = this.#last.get(series) ?? 0;
    series.value += total >= last ? total - last : total;
    this.#last.set(series, total);
  }
}

function memory(): Gauge[] {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  return [
    ["process_resident_memory_bytes", [], rss],
    ["nodejs_heap_size_used_bytes", [], heapUsed],
    ["nodejs_heap_size_total_bytes", [], heapTotal],
    ["nodejs_external_memory_bytes", [], external],
  ];
}

/** Nothing where there is no /proc. */
function descriptors(): Gauge[] {
  try {
    const open = readdirSync("/proc/self/fd").length;
    const limits = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"));
    const gauges: Gauge[] = [["process_open_fds", [], open]];
    if (limits?.[1] !== undefined) gauges.push(["process_max_fds", [], Number(limits[1])]);
    return gauges;
  } catch {
    return [];
  }
}
