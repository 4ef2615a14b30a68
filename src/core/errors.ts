// The one error class and the one table of everything that can go wrong with a request. Not for problems in the
// configuration file: those are `config/report/diagnostics.ts`.

import { visibleText } from "./clean-text.ts";
import { ADMIN_REFUSALS, KEY_REFUSALS, LIMIT_REFUSALS, OBJECT_REFUSALS, REFUSALS } from "./refusals.ts";

/** Who has to act: the caller, the operator of this gateway, or the endpoint behind it. */
type Fault = "client" | "gateway" | "upstream";

/** One row of `ERRORS`. */
export type ErrorRow = {
  /** HTTP status of the answer. For errors after the head was sent it is only logged. */
  readonly status: number;
  /** Its kind, as `error.type` tells it to clients. */
  readonly type: string;
  readonly fault: Fault;
  /** Whether another target may be tried while nothing was sent to the client. */
  readonly retry: "never" | "another_target";
  /** Whether it counts against the endpoint's health. */
  readonly strike: boolean;
  /** What it means and how to mend it, one or two sentences; printed by `explain` and in docs/errors.md. */
  readonly meaning: string;
};

type Axes = readonly [Fault, ErrorRow["retry"], boolean];

const CALLER: Axes = ["client", "never", false];
const LOOP: Axes = ["gateway", "another_target", false];
const OURS: Axes = ["gateway", "never", false];
const STRIKE: Axes = ["upstream", "another_target", true];
const NO_STRIKE: Axes = ["upstream", "another_target", false];
const AFTER_COMMIT: Axes = ["upstream", "never", true];

function row(status: number, type: string, axes: Axes, meaning: string): ErrorRow {
  return { status, type, fault: axes[0], retry: axes[1], strike: axes[2], meaning };
}

const INVALID = "invalid_request_error";
const SERVER = "server_error";
const UPSTREAM = "upstream_error";

/** Every failure of a request, by its stable code. `docs/errors.md` is generated from it. */
export const ERRORS = {
  invalid_api_key: row(
    401,
    INVALID,
    CALLER,
    'The client key is missing or wrong. Send one of server.api_keys, or one made by `oai-gateway keys create`, as "Authorization: Bearer KEY".',
  ),
  ...KEY_REFUSALS,
  ...LIMIT_REFUSALS,
  ...OBJECT_REFUSALS,
  ...ADMIN_REFUSALS,
  origin_not_allowed: row(
    403,
    INVALID,
    CALLER,
    "A web page of an origin that is not allowed called the gateway. Add the origin to server.cors_origins.",
  ),
  host_not_allowed: row(
    403,
    INVALID,
    CALLER,
    "The Host header names another machine, as in a DNS rebinding attack. Use the gateway's own address, or add the name to server.allowed_hosts.",
  ),
  unknown_path: row(404, INVALID, CALLER, "No such path. The OpenAI paths live under /v1."),
  method_not_allowed: row(
    405,
    INVALID,
    CALLER,
    "The path exists, but not with this method; the Allow header lists those that do.",
  ),
  upgrade_required: row(
    426,
    INVALID,
    CALLER,
    "No WebSocket here: send the same request as a POST over HTTP.",
  ),
  model_not_found: row(
    404,
    INVALID,
    CALLER,
    "No endpoint serves a model of this name. GET /v1/models lists those that are served; `oai-gateway models` says by whom.",
  ),
  missing_model: row(
    400,
    INVALID,
    CALLER,
    'The request names no model. Put a top-level "model" into the body.',
  ),
  invalid_model: row(
    400,
    INVALID,
    CALLER,
    '"model" must be a string of 1 to 512 characters without control characters.',
  ),
  duplicate_model: row(
    400,
    INVALID,
    CALLER,
    'The body has "model" more than once, so that gateway and endpoint might read different names. Send it once.',
  ),
  ambiguous_model: row(400, INVALID, CALLER, 'Some readers take another model from it. Send "model" once.'),
  invalid_field: row(
    400,
    INVALID,
    CALLER,
    "A field that the gateway has to understand has the wrong type; `param` names it.",
  ),
  invalid_json: row(
    400,
    INVALID,
    CALLER,
    "The body is no valid JSON object; the message gives the position.",
  ),
  json_too_deep: row(400, INVALID, CALLER, "The body nests deeper than 200 levels."),
  invalid_multipart: row(400, INVALID, CALLER, "The multipart body is broken; the message says where."),
  bad_request: row(
    400,
    INVALID,
    CALLER,
    "The request is no valid HTTP: conflicting lengths, a broken head or a body that ended early.",
  ),
  request_timeout: row(408, INVALID, CALLER, "The request did not arrive in time."),
  request_too_large: row(413, INVALID, CALLER, "The body is larger than server.max_body."),
  uri_too_long: row(414, INVALID, CALLER, "The request target is longer than 8 KiB."),
  unsupported_content_encoding: row(
    415,
    INVALID,
    CALLER,
    "The request body is packed in a way that the gateway does not know. It unpacks gzip, deflate, br or zstd, one at a time.",
  ),
  invalid_content_encoding: row(400, INVALID, CALLER, "The body is not packed as its Content-Encoding says."),
  unsupported_charset: row(415, INVALID, CALLER, "The body is in a character set other than UTF-8."),
  headers_too_large: row(431, INVALID, CALLER, "The request head is larger than 32 KiB."),
  no_endpoints: row(
    503,
    SERVER,
    OURS,
    "No endpoint is configured. Export a provider's key (OPENAI_API_KEY …), start a local server (`ollama serve`), or write a config.yaml with `oai-gateway init`.",
  ),
  no_available_target: row(
    503,
    SERVER,
    OURS,
    "No endpoint can serve the model now, or none has told yet which models it has; the message lists why for each.",
  ),
  overloaded: row(
    503,
    SERVER,
    OURS,
    "The gateway has as many requests in flight as it may hold. Try again in a moment.",
  ),
  loop_detected: row(
    508,
    SERVER,
    LOOP,
    "An endpoint of this gateway is, directly or by way of others, this gateway itself, so that the request would go round in a circle. Put the address of the API server itself into that endpoint's base_url; the log names the endpoint.",
  ),
  internal: row(
    500,
    SERVER,
    OURS,
    "A fault in the gateway itself. The log has the cause under the same request id; please report it.",
  ),
  upstream_connect_failed: row(
    502,
    UPSTREAM,
    STRIKE,
    "The endpoint refused the connection or could not be reached. Is it running, and is base_url right?",
  ),
  upstream_connect_timeout: row(504, UPSTREAM, STRIKE, "No connection within timeouts.connect."),
  upstream_dns_failed: row(502, UPSTREAM, STRIKE, "The host name in base_url could not be resolved."),
  upstream_tls_failed: row(
    502,
    UPSTREAM,
    STRIKE,
    "The TLS handshake with the endpoint failed, most often for its certificate.",
  ),
  upstream_reset: row(502, UPSTREAM, STRIKE, "The endpoint closed the connection before it answered."),
  upstream_first_byte_timeout: row(
    504,
    UPSTREAM,
    STRIKE,
    "The endpoint did not begin its answer within timeouts.first_byte.",
  ),
  upstream_bad_response: row(
    502,
    UPSTREAM,
    STRIKE,
    "The endpoint answered with something that is no HTTP answer of an API: broken framing, an HTML page or no body.",
  ),
  upstream_redirect: row(
    502,
    UPSTREAM,
    STRIKE,
    "The endpoint answered with a redirect, which is never followed. Put the final address into base_url.",
  ),
  upstream_server_error: row(
    502,
    UPSTREAM,
    STRIKE,
    "The endpoint failed with a status of 500 or more; its own answer is relayed where it was the only one to ask.",
  ),
  upstream_timeout_status: row(
    502,
    UPSTREAM,
    STRIKE,
    "The endpoint answered 408 or 409; its own answer is relayed where it was the only one to ask.",
  ),
  upstream_rate_limited: row(
    429,
    UPSTREAM,
    NO_STRIKE,
    "The endpoint limits the rate. The answer has the smallest Retry-After of the endpoints tried.",
  ),
  ...REFUSALS,
  upstream_quota_exhausted: row(
    429,
    "insufficient_quota",
    NO_STRIKE,
    "The account behind the endpoint's key is empty or over its quota. Add credit there, or another key.",
  ),
  upstream_model_missing: row(
    404,
    INVALID,
    NO_STRIKE,
    "The endpoint says that it has no such model although it was expected to. It is asked again once its list has it.",
  ),
  upstream_context_length: row(
    400,
    INVALID,
    NO_STRIKE,
    "The prompt is too long for the model. A model with a larger window may take it: see routing.fallbacks.",
  ),
  upstream_empty_answer: row(
    502,
    UPSTREAM,
    STRIKE,
    "The endpoint's answer has no content, which retries.on_empty_answer makes a failure.",
  ),
  upstream_rejected_credentials: row(
    502,
    UPSTREAM,
    NO_STRIKE,
    "The endpoint rejects the key that is configured for it. The caller's key is not to blame: renew api_key.",
  ),
  upstream_idle_timeout: row(
    504,
    UPSTREAM,
    AFTER_COMMIT,
    "The endpoint went silent in the middle of its answer for longer than timeouts.idle.",
  ),
  upstream_cut_off: row(
    502,
    UPSTREAM,
    AFTER_COMMIT,
    "The endpoint broke off in the middle of its answer. What has arrived is incomplete.",
  ),
  client_closed: row(
    499,
    INVALID,
    CALLER,
    "The client went away before the answer was complete. Logged only.",
  ),
} as const satisfies Record<string, ErrorRow>;

/** A stable error code: a key of `ERRORS`. */
export type ErrorCode = keyof typeof ERRORS;

/** What a `GatewayError` may carry besides its code. Nothing in it may be secret: all of it is sent. */
export type ErrorDetail = {
  /** Text for the client; the row's meaning when absent. */
  readonly message?: string;
  /** The field at fault, for `error.param`. */
  readonly param?: string;
  /** Overrides the row's status (an upstream's own). */
  readonly status?: number;
  /** Extra headers of the answer, flat: name, value, name, value. */
  readonly headers?: readonly string[];
  /** Goes to the log only. */
  readonly cause?: unknown;
};

/** The only error that is thrown on purpose. Decide by `code`, never by message. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly param: string | undefined;
  readonly headers: readonly string[];

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    // Nobody asks where a refusal was thrown, and to find out costs as much as a tenth of a request.
    const { stackTraceLimit } = Error;
    if (code !== "internal") Error.stackTraceLimit = 0;
    super(detail.message === undefined ? ERRORS[code].meaning : visibleText(detail.message), {
      cause: detail.cause,
    });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "GatewayError";
    this.code = code;
    this.status = detail.status ?? ERRORS[code].status;
    this.param = detail.param && visibleText(detail.param);
    this.headers = detail.headers ?? [];
  }

  get row(): ErrorRow {
    return ERRORS[this.code];
  }
}
