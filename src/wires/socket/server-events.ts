// What a client of a socket of Responses is told: events of a stream as they are, one a frame; errors in the socket's own
// shape; and the answer to a warm-up, which nobody writes.

import type { GatewayError } from "../../core/errors.ts";

/** Headers of a refusal that clients act on, or that say who has refused. */
const TOLD_HEADERS =
  /^(?:retry-after|retry-after-ms|x-should-retry|x-request-id|x-ratelimit-.*|x-oai-gateway-(?:attempts|endpoint|warning))$/;
const SERVER_ERROR = 502;

/** The error of a body in OpenAI's envelope, or one in its place; `status` and flat headers are those of the answer. */
export function errorOfAnswer(status: number, headers: readonly string[], body: Buffer): Buffer {
  const told: Record<string, string> = {};
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = (headers[at] ?? "").toLowerCase();
    if (TOLD_HEADERS.test(name)) told[name] = headers[at + 1] ?? "";
  }
  return errorEvent(status, errorIn(body) ?? wordlessError(status), told);
}

/** An error of our own. */
export function errorOfGateway(error: GatewayError): Buffer {
  const { message, code, row, param = null } = error;
  return errorEvent(error.status, { type: row.type, code, message, param }, {});
}

/**
 * An event `error` of a stream, in the shape that sockets have: clients look for `status` and `error`. Whatever else it
 * says stays.
 */
export function errorOfStream(event: Buffer): Buffer {
  const said = objectIn(event);
  if (said === undefined || typeof said["status"] === "number") return event;
  const { type: _type, ...rest } = said;
  const inner = said["error"];
  const { code = null, message = "", param = null } = isObject(inner) ? inner : said;
  const error = isObject(inner) ? inner : { type: "server_error", code, message, param };
  return Buffer.from(JSON.stringify({ type: "error", status: SERVER_ERROR, ...rest, error }));
}

/** That more input cannot be taken while a response is written. */
export function steerRefused(previousId: string | undefined, input: Buffer | undefined): Buffer {
  const steer: Record<string, unknown> = { previous_response_id: previousId ?? "" };
  if (input !== undefined) steer["input"] = JSON.parse(input.toString());
  const error = {
    code: "steering_not_supported",
    message:
      "A response that is being written takes no more input here. Send it with the next response.create.",
  };
  return Buffer.from(JSON.stringify({ type: "response.steer.failed", sequence_number: 0, error, steer }));
}

/** The events that answer a warm-up: a response without output. */
export function warmUpEvents(id: string, model: string, createdSeconds: number): readonly Buffer[] {
  const whole = { ...EMPTY, id, model, created_at: createdSeconds };
  const begun = { ...whole, status: "in_progress", completed_at: null, usage: null };
  const done = { ...whole, completed_at: createdSeconds };
  return [
    { type: "response.created", sequence_number: 0, response: begun },
    { type: "response.in_progress", sequence_number: 1, response: begun },
    { type: "response.completed", sequence_number: 2, response: done },
  ].map((event) => Buffer.from(JSON.stringify(event)));
}

/** A response that came whole, as the events of a stream. */
export function eventsOfAnswer(body: Buffer): readonly Buffer[] | undefined {
  const response = objectIn(body);
  if (response === undefined || typeof response["id"] !== "string") return undefined;
  const { status } = response;
  const type = status === "failed" || status === "incomplete" ? `response.${status}` : "response.completed";
  return [
    Buffer.from(`{"type":"response.created","sequence_number":0,"response":${body}}`),
    Buffer.from(`{"type":"${type}","sequence_number":1,"response":${body}}`),
  ];
}

/** An event with the lane that it is of. */
export function inLane(event: Buffer, lane: string): Buffer {
  return Buffer.concat([Buffer.from(`{"stream_id":${JSON.stringify(lane)},`), event.subarray(1)]);
}

const EMPTY = {
  object: "response",
  status: "completed",
  background: false,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  output: [],
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: false,
  temperature: null,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_p: null,
  truncation: "disabled",
  usage: {
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 0,
  },
};

type ErrorWords = Readonly<Record<string, unknown>>;

function errorEvent(status: number, error: ErrorWords, headers: Readonly<Record<string, string>>): Buffer {
  const told = Object.keys(headers).length === 0 ? {} : { headers };
  return Buffer.from(JSON.stringify({ type: "error", status, error: { ...error, ...told }, ...told }));
}

function errorIn(body: Buffer): ErrorWords | undefined {
  const error = objectIn(body)?.["error"];
  return isObject(error) ? error : undefined;
}

function wordlessError(status: number): ErrorWords {
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return { type, code: null, message: `The endpoint answered with status ${status}.`, param: null };
}

function objectIn(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
