// The series of one model, endpoint and operation, found together. Those that not every request has are made when the
// first one needs them.

import type { Histogram, SeriesTable, Value } from "./series.ts";

/** The values of their labels. */
export type RequestLabels = {
  readonly model: string;
  readonly endpoint: string;
  readonly operation: string;
  readonly provider: string;
};

/** What requests have used. */
type UseSeries = {
  readonly input: Value;
  readonly output: Value;
  readonly cached: Value;
  readonly written: Value;
  readonly reasoning: Value;
  readonly inputSizes: Histogram;
  readonly outputSizes: Histogram;
  readonly cost: Value;
  readonly unpriced: Value;
  readonly estimated: Value;
};

type StreamSeries = { readonly firstToken: Histogram; readonly perToken: Histogram };

/** 1 to 5; what is none of them counts as 5. */
export function classOf(status: number): number {
  const number = Math.floor(status / 100);
  return number >= 1 && number <= 5 ? number : 5;
}

/** Operations that OpenTelemetry's conventions have a name for. */
const CONVENTIONAL: Readonly<Record<string, string>> = {
  chat: "chat",
  messages: "chat",
  responses: "chat",
  ollama_chat: "chat",
  completions: "text_completion",
  embeddings: "embeddings",
  ollama_embed: "embeddings",
  embed_content: "embeddings",
  batch_embed_contents: "embeddings",
  stream_generate_content: "generate_content",
};

/** The series. */
export class RequestSeries {
  readonly #table: SeriesTable;
  readonly #labels: RequestLabels;
  readonly #classes: (Value | undefined)[] = [];
  #duration: Histogram | undefined;
  #retries: Value | undefined;
  #use: UseSeries | undefined;
  #stream: StreamSeries | undefined;

  constructor(table: SeriesTable, labels: RequestLabels) {
    this.#table = table;
    this.#labels = labels;
  }

  /** Requests that were answered with a status of this one's class; what is no status counts as 5xx. */
  requestsOf(status: number): Value {
    const number = classOf(status);
    const known = this.#classes[number];
    if (known !== undefined) return known;
    const { model, endpoint, operation } = this.#labels;
    const labels = [model, endpoint, operation, `${number}xx`];
    const made = this.#table.value("oai_gateway_requests_total", labels);
    this.#classes[number] = made;
    return made;
  }

  get retries(): Value {
    this.#retries ??= this.#table.value("oai_gateway_retries_total", [this.#labels.model]);
    return this.#retries;
  }

  get duration(): Histogram {
    this.#duration ??= this.#table.histogram("gen_ai_server_request_duration_seconds", this.#conventional());
    return this.#duration;
  }

  get use(): UseSeries {
    this.#use ??= this.#makeUse();
    return this.#use;
  }

  get stream(): StreamSeries {
    this.#stream ??= {
      firstToken: this.#table.histogram("gen_ai_server_time_to_first_token_seconds", this.#conventional()),
      perToken: this.#table.histogram("gen_ai_server_time_per_output_token_seconds", this.#conventional()),
    };
    return this.#stream;
  }

  #makeUse(): UseSeries {
    const table = this.#table;
    const { model, endpoint } = this.#labels;
    const tokens = (type: string): Value => table.value("oai_gateway_tokens_total", [model, endpoint, type]);
    const sizes = (type: string): Histogram =>
      table.histogram("gen_ai_client_token_usage", [...this.#conventional(), type]);
    return {
      input: tokens("input"),
      output: tokens("output"),
      cached: tokens("cached"),
      written: tokens("cache_write"),
      reasoning: tokens("reasoning"),
      inputSizes: sizes("input"),
      outputSizes: sizes("output"),
      cost: table.value("oai_gateway_cost_dollars_total", [model, endpoint]),
      unpriced: table.value("oai_gateway_unpriced_requests_total", [model, endpoint]),
      estimated: table.value("oai_gateway_estimated_requests_total", [model, endpoint]),
    };
  }

  #conventional(): readonly string[] {
    const { model, endpoint, operation, provider } = this.#labels;
    return [CONVENTIONAL[operation] ?? operation, provider, model, endpoint];
  }
}
