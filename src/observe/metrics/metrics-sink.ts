// Counts each settled exchange. All series of a model, endpoint and operation are found together, by three look-ups in
// maps, so that a request builds no text; a name that the routing table does not have is `other`.

import { ERRORS } from "../../core/errors.ts";
import type { ExchangeSink, ExchangeSummary } from "../../core/summary.ts";
import { sumOfWrites } from "../../core/usage.ts";
import { AttemptSeries } from "./attempt-series.ts";
import { labelText } from "./label-text.ts";
import { classOf, RequestSeries } from "./request-series.ts";
import type { SeriesTable, Value } from "./series.ts";

/** What the sink has to know of the configuration, as it is now. */
export type MetricsWorld = {
  isEnabled(): boolean;
  /** Whether keys are told apart. */
  tellsKeys(): boolean;
  /** Whether a model of this public name is served. */
  isModel(name: string): boolean;
  /** By the convention's names, such as `openai`. */
  providerOf(endpoint: string): string;
};

/** Names that are told apart at most; those that come later are `other`. */
const MAX_NAMES = 1_000;
const NANO = 1e9;
const FIRST_ERROR = 400;

type ByOperation = Map<string | undefined, RequestSeries>;
type ByEndpoint = Map<string | undefined, ByOperation>;

type KeySeries = {
  readonly label: string;
  readonly classes: (Value | undefined)[];
  readonly input: Value;
  readonly output: Value;
  readonly cost: Value;
};

/** Counts. */
export class MetricsSink implements ExchangeSink {
  readonly #table: SeriesTable;
  readonly #world: MetricsWorld;
  readonly #attempts: AttemptSeries;
  readonly #models = new Map<string | undefined, ByEndpoint>();
  readonly #errors = new Map<string, Value>();
  readonly #keys = new Map<string, KeySeries>();
  /** Of names that the table does not have, and of those that came too late. */
  readonly #otherModels: ByEndpoint = new Map();
  #otherKeys: KeySeries | undefined;
  readonly #received: Value;
  readonly #sent: Value;

  constructor(table: SeriesTable, world: MetricsWorld) {
    this.#table = table;
    this.#world = world;
    this.#attempts = new AttemptSeries(table);
    this.#received = table.value("oai_gateway_received_bytes_total", []);
    this.#sent = table.value("oai_gateway_sent_bytes_total", []);
  }

  onSettled(summary: ExchangeSummary): void {
    if (!this.#world.isEnabled()) return;
    const { model, endpoint, operation, attempts, error, usage } = summary;
    const series = this.#seriesOf(model, endpoint, operation);
    series.requestsOf(summary.status).value += 1;
    this.#received.value += summary.bytesIn;
    this.#sent.value += summary.bytesOut;
    if (error !== undefined) this.#errorOf(error).value += 1;
    if (operation !== undefined) series.duration.observe(summary.durationMs / 1_000);
    for (const attempt of attempts) this.#attempts.count(attempt);
    if (attempts.length > 1) series.retries.value += attempts.length - 1;
    if (usage !== undefined && summary.isCached !== true) countUse(series, summary);
    if (summary.isStream && summary.status < FIRST_ERROR) countStream(series, summary);
    if (summary.clientKey !== undefined && this.#world.tellsKeys())
      this.#countKey(summary.clientKey, summary);
  }

  #seriesOf(
    model: string | undefined,
    endpoint: string | undefined,
    operation: string | undefined,
  ): RequestSeries {
    const byEndpoint = this.#models.get(model) ?? this.#newModel(model);
    const byOperation = byEndpoint.get(endpoint) ?? newEndpoint(byEndpoint, endpoint);
    const known = byOperation.get(operation);
    if (known !== undefined) return known;
    const series = new RequestSeries(this.#table, {
      model: this.#modelLabel(model),
      endpoint: endpoint === undefined ? "none" : labelText(endpoint),
      operation: operation ?? "none",
      provider: endpoint === undefined ? "none" : this.#world.providerOf(endpoint),
    });
    byOperation.set(operation, series);
    return series;
  }

  /** A name that a client has made up gets no place of its own, here or in a label. */
  #newModel(model: string | undefined): ByEndpoint {
    if (model !== undefined && (this.#models.size > MAX_NAMES || !this.#world.isModel(model)))
      return this.#otherModels;
    const made: ByEndpoint = new Map();
    this.#models.set(model, made);
    return made;
  }

  #modelLabel(model: string | undefined): string {
    if (model === undefined) return "none";
    return this.#models.has(model) ? labelText(model) : "other";
  }

  #errorOf(code: keyof typeof ERRORS): Value {
    const known = this.#errors.get(code);
    if (known !== undefined) return known;
    const { type, fault } = ERRORS[code];
    const series = this.#table.value("oai_gateway_request_errors_total", [code, type, fault]);
    this.#errors.set(code, series);
    return series;
  }

  #countKey(name: string, { status, usage, cost, isCached }: ExchangeSummary): void {
    const series = this.#keys.get(name) ?? this.#newKey(name);
    const number = classOf(status);
    const requests =
      series.classes[number] ??
      this.#table.value("oai_gateway_key_requests_total", [series.label, `${number}xx`]);
    series.classes[number] = requests;
    requests.value += 1;
    if (usage === undefined || isCached === true) return;
    series.input.value += usage.input;
    series.output.value += usage.output;
    series.cost.value += (cost?.nanoDollars ?? 0) / NANO;
  }

  #newKey(name: string): KeySeries {
    if (this.#keys.size >= MAX_NAMES) {
      this.#otherKeys ??= keySeries(this.#table, "other");
      return this.#otherKeys;
    }
    const made = keySeries(this.#table, labelText(name));
    this.#keys.set(name, made);
    return made;
  }
}

function newEndpoint(byEndpoint: ByEndpoint, endpoint: string | undefined): ByOperation {
  const made: ByOperation = new Map();
  byEndpoint.set(endpoint, made);
  return made;
}

function keySeries(table: SeriesTable, label: string): KeySeries {
  return {
    label,
    classes: [],
    input: table.value("oai_gateway_key_tokens_total", [label, "input"]),
    output: table.value("oai_gateway_key_tokens_total", [label, "output"]),
    cost: table.value("oai_gateway_key_cost_dollars_total", [label]),
  };
}

function countUse(series: RequestSeries, { usage, cost }: ExchangeSummary): void {
  if (usage === undefined) return;
  const used = series.use;
  used.input.value += usage.input;
  used.output.value += usage.output;
  used.cached.value += usage.cached;
  used.written.value += sumOfWrites(usage);
  used.reasoning.value += usage.reasoning;
  used.inputSizes.observe(usage.input);
  used.outputSizes.observe(usage.output);
  if (usage.isEstimate) used.estimated.value += 1;
  if (cost === undefined || cost.source === "unpriced") used.unpriced.value += 1;
  else used.cost.value += (cost.nanoDollars ?? 0) / NANO;
}

function countStream(series: RequestSeries, { firstByteMs, durationMs, usage }: ExchangeSummary): void {
  if (firstByteMs === undefined) return;
  const { firstToken, perToken } = series.stream;
  firstToken.observe(firstByteMs / 1_000);
  if (usage !== undefined && usage.output > 1)
    perToken.observe(Math.max(0, durationMs - firstByteMs) / 1_000 / (usage.output - 1));
}
