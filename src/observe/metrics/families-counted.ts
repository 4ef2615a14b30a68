// The metrics that are counted as requests, and events, are over. Names and buckets of the `gen_ai_` ones are those of
// OpenTelemetry's semantic conventions for generative AI, in Prometheus' spelling.

const MODEL = ["model", "endpoint"] as const;
const GEN_AI = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "endpoint"] as const;

const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_TOKEN = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60,
];
const PER_TOKEN = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const TOKENS = [
  1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
];

/** By name. */
export const COUNTED = {
  oai_gateway_requests_total: {
    type: "counter",
    labels: ["model", "endpoint", "operation", "status_class"],
    help: "Requests that are over, by the class of the status that the client was sent; a client that left counts as 4xx.",
  },
  oai_gateway_request_errors_total: {
    type: "counter",
    labels: ["code", "type", "fault"],
    help: "Requests that ended with an error of the gateway's table, by whose fault it was.",
  },
  oai_gateway_attempts_total: {
    type: "counter",
    labels: ["endpoint", "outcome"],
    help: "Attempts at endpoints by how they ended: ok, refused, lost (another was faster), or the code of the failure.",
  },
  oai_gateway_attempt_duration_seconds: {
    type: "histogram",
    labels: ["endpoint"],
    help: "How long attempts at endpoints took, streams to their end.",
    bounds: SECONDS,
  },
  oai_gateway_retries_total: {
    type: "counter",
    labels: ["model"],
    help: "Attempts after the first one of a request.",
  },
  oai_gateway_retries_denied_total: {
    type: "counter",
    labels: ["model"],
    help: "Retries that the budget of a model has not allowed.",
  },
  gen_ai_server_request_duration_seconds: {
    type: "histogram",
    labels: GEN_AI,
    help: "From a request's arrival to the end of its answer, waits and retries included.",
    bounds: SECONDS,
  },
  gen_ai_server_time_to_first_token_seconds: {
    type: "histogram",
    labels: GEN_AI,
    help: "From a request's arrival to the first byte of its answer, of streams that were answered.",
    bounds: FIRST_TOKEN,
  },
  gen_ai_server_time_per_output_token_seconds: {
    type: "histogram",
    labels: GEN_AI,
    help: "Time for each token of output after the first one, of streams that were answered.",
    bounds: PER_TOKEN,
  },
  gen_ai_client_token_usage: {
    type: "histogram",
    labels: [...GEN_AI, "gen_ai_token_type"],
    help: "Tokens of a request, input and output.",
    bounds: TOKENS,
  },
  oai_gateway_tokens_total: {
    type: "counter",
    labels: [...MODEL, "type"],
    help: "Tokens used: input and output, and of these cached and cache_write (input) and reasoning (output).",
  },
  oai_gateway_cost_dollars_total: {
    type: "counter",
    labels: MODEL,
    help: "What requests with a known price cost, in US dollars.",
  },
  oai_gateway_unpriced_requests_total: {
    type: "counter",
    labels: MODEL,
    help: "Requests that used something whose price nobody knows; they are not in the cost.",
  },
  oai_gateway_estimated_requests_total: {
    type: "counter",
    labels: MODEL,
    help: "Requests whose tokens the gateway has estimated, since the endpoint has not said them.",
  },
  oai_gateway_received_bytes_total: {
    type: "counter",
    labels: [],
    help: "Bytes of request bodies that clients have sent.",
  },
  oai_gateway_sent_bytes_total: {
    type: "counter",
    labels: [],
    help: "Bytes of answers that clients were sent.",
  },
  oai_gateway_key_requests_total: {
    type: "counter",
    labels: ["key", "status_class"],
    help: "Requests by the name of the client key; only with metrics.keys.",
  },
  oai_gateway_key_tokens_total: {
    type: "counter",
    labels: ["key", "type"],
    help: "Tokens, input and output, by the name of the client key; only with metrics.keys.",
  },
  oai_gateway_key_cost_dollars_total: {
    type: "counter",
    labels: ["key"],
    help: "Cost in US dollars by the name of the client key; only with metrics.keys.",
  },
  oai_gateway_ejections_total: {
    type: "counter",
    labels: ["endpoint"],
    help: "How often an endpoint, or a model of it, was ejected.",
  },
  oai_gateway_cooldowns_total: {
    type: "counter",
    labels: ["endpoint", "reason"],
    help: "How often a key, a model or an endpoint was given a rest, by why.",
  },
  oai_gateway_log_events_total: {
    type: "counter",
    labels: ["level", "event"],
    help: "Events that were told to the log, whether its level shows them or not; lines of requests are no events.",
  },
  oai_gateway_log_lines_dropped_total: {
    type: "counter",
    labels: [],
    help: "Lines of the log that could not be written.",
  },
  oai_gateway_alerts_dropped_total: {
    type: "counter",
    labels: [],
    help: "Alerts that were not sent, since too many waited.",
  },
  oai_gateway_alerts_failed_total: {
    type: "counter",
    labels: [],
    help: "Alerts that the webhook has not taken, however often it was tried.",
  },
} as const;
