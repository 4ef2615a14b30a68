// The spans of one exchange as JSON text, in the form of OTLP: one of the kind SERVER for the exchange, and one of the
// kind CLIENT for each attempt. Names are those of OpenTelemetry's conventions for HTTP and for generative AI where there
// are such, and `oai_gateway.*` elsewhere.

import type { AttemptSummary, ExchangeSummary } from "../../core/summary.ts";
import { sumOfWrites } from "../../core/usage.ts";
import { attemptReason, dollarsOf } from "../exchange-line.ts";
import { AttributeText, safeText } from "./attribute-text.ts";
import type { EndedTrace } from "./request-tracer.ts";

/** What is known of an endpoint beside its name. */
export type TracedPeer = {
  readonly host: string;
  readonly port: number;
  /** `gen_ai.provider.name`. */
  readonly provider: string;
};

/** What spans are made of besides what is known of their request. */
export type SpanNames = {
  readonly peerOf: (endpoint: string) => TracedPeer | undefined;
  /** `gen_ai.operation.name` of an operation. */
  readonly operationOf: (operation: string) => string;
  /** The template of its path; undefined where there is none. */
  readonly routeOf: (operation: string) => string | undefined;
  /** What was said, as JSON texts of messages. */
  readonly contentOf: (ended: EndedTrace) => SaidContent | undefined;
};

/** Prompt and answer. */
type SaidContent = {
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly system: string | undefined;
  readonly isCut: boolean;
};

/** Of a name in the title of a span. */
const NAME_CHARS = 128;
/** Kinds of spans, and the status of one that failed, as OTLP counts them. */
const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;
/** Bits of `flags`: it is known whether the parent is of another process, and it is. */
const HAS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
const FIRST_SERVER_ERROR = 500;
const FIRST_ERROR = 400;
const MAX_CONTENT_CHARS = 65_536;
const METHODS: ReadonlySet<string> = new Set(
  "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split(" "),
);

/** How many spans `spansText` makes. */
export function spanCount({ summary }: EndedTrace): number {
  return 1 + summary.attempts.length;
}

/** The spans of an exchange, with commas between them. */
export function spansText(ended: EndedTrace, names: SpanNames): string {
  let text = exchangeSpan(ended, names);
  const { attempts } = ended.summary;
  for (let index = 0; index < attempts.length; index += 1) {
    const attempt = attempts[index];
    if (attempt?.spanId !== undefined) text += `,${attemptSpan(ended, attempt, index, names)}`;
  }
  return text;
}

type SpanParts = {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: AttributeText;
  /** When the first of the answer was sent; undefined where nothing was. */
  readonly firstMs: number | undefined;
  /** Why it failed; undefined where it did not. */
  readonly error: string | undefined;
};

function spanText({ traceId, state }: EndedTrace, span: SpanParts): string {
  const { id, parentId, error, firstMs } = span;
  let text = `{"traceId":"${traceId}","spanId":"${id}"`;
  if (state !== undefined) text += `,"traceState":${JSON.stringify(state)}`;
  if (parentId !== undefined) text += `,"parentSpanId":"${parentId}"`;
  text += `,"flags":${span.flags},"name":${span.name},"kind":${span.kind}`;
  text += `,"startTimeUnixNano":"${nanos(span.startMs)}","endTimeUnixNano":"${nanos(span.endMs)}"`;
  text += `,"attributes":${span.attributes.list()}`;
  if (firstMs !== undefined)
    text += `,"events":[{"timeUnixNano":"${nanos(firstMs)}","name":"oai_gateway.first_token"}]`;
  if (error !== undefined) text += `,"status":{"code":${ERROR},"message":${safeText(error)}}`;
  return `${text}}`;
}

const NANO_DIGITS = 6;

/** Nanoseconds since 1970 are more than a number holds exactly: whole milliseconds and their fraction apart. */
function nanos(ms: number): string {
  const whole = Math.floor(ms);
  const rest = Math.floor((ms - whole) * 1e6);
  return `${whole}${rest === 0 ? "000000" : String(rest).padStart(NANO_DIGITS, "0")}`;
}

function exchangeSpan(ended: EndedTrace, names: SpanNames): string {
  const { summary, parentId, flags } = ended;
  const { startedWallMs, durationMs, firstByteMs, operation } = summary;
  const method = METHODS.has(summary.method) ? summary.method : "HTTP";
  const route = operation === undefined ? undefined : names.routeOf(operation);
  const failure = exchangeFailure(summary);
  return spanText(ended, {
    id: ended.spanId,
    parentId,
    flags: flags | HAS_REMOTE | (parentId === undefined ? 0 : IS_REMOTE),
    name: route === undefined ? `"${method}"` : `"${method} ${route}"`,
    kind: SERVER,
    startMs: startedWallMs,
    endMs: startedWallMs + durationMs,
    attributes: exchangeAttributes(ended, names, { route, failure }),
    firstMs: firstByteMs === undefined ? undefined : startedWallMs + firstByteMs,
    error: failure,
  });
}

/** What the client did wrong, and its leaving, is no error of a server (conventions for HTTP spans). */
function exchangeFailure({ status, error, attempts }: ExchangeSummary): string | undefined {
  if (status >= FIRST_SERVER_ERROR) return error ?? String(status);
  if (status >= FIRST_ERROR || error === undefined || error === "client_closed") return undefined;
  // An answer that began well and broke off.
  return attempts.length > 0 ? error : undefined;
}

type Traits = { readonly route: string | undefined; readonly failure: string | undefined };

function exchangeAttributes(ended: EndedTrace, names: SpanNames, { route, failure }: Traits): AttributeText {
  const { summary } = ended;
  const { method, model, operation, cost, status } = summary;
  const isKnown = METHODS.has(method);
  const out = new AttributeText()
    .word("http.request.method", isKnown ? method : "_OTHER")
    .text("http.request.method_original", isKnown ? undefined : method)
    .text("url.path", summary.path)
    .word("http.route", route)
    .whole("http.response.status_code", status === 0 ? undefined : status)
    .word("error.type", failure ?? (status >= FIRST_ERROR ? (summary.error ?? String(status)) : undefined))
    .text("client.address", summary.clientAddress)
    .whole("http.request.body.size", summary.bytesIn)
    .whole("http.response.body.size", summary.bytesOut)
    .text("oai_gateway.request_id", summary.requestId)
    .word("oai_gateway.operation", operation)
    .text("oai_gateway.model", model)
    .text("oai_gateway.endpoint", summary.endpoint)
    .text("oai_gateway.upstream_model", summary.upstreamModel)
    .text("oai_gateway.key.name", summary.clientKey)
    .text("oai_gateway.key.id", summary.keyId)
    .texts("oai_gateway.key.tags", summary.tags ?? NONE)
    .whole("oai_gateway.attempts", summary.attempts.length)
    .flag("oai_gateway.stream", summary.isStream)
    .flag("oai_gateway.cached", summary.isCached === true);
  if (cost !== undefined) {
    out
      .number("oai_gateway.cost_usd", dollarsOf(cost) ?? undefined)
      .word("oai_gateway.cost_source", cost.source);
  }
  // Where an endpoint has answered they are on the attempt's span, as usage is: on two spans they would count twice.
  return answeringIndex(summary) === -1 ? pushContent(out, names.contentOf(ended)) : out;
}

const NONE: readonly string[] = [];

function attemptSpan(ended: EndedTrace, attempt: AttemptSummary, index: number, names: SpanNames): string {
  const { summary } = ended;
  const startMs = summary.startedWallMs + attempt.startedAfterMs;
  // Hedged attempts end in another order: the one that answered is the one that failed in no way, or the last of it.
  const isAnswering = index === answeringIndex(summary);
  const firstMs = isAnswering ? summary.firstByteMs : undefined;
  const operation = summary.operation === undefined ? "" : names.operationOf(summary.operation);
  const failure = attemptFailure(attempt);
  const attributes = new AttributeText();
  pushAsked(attributes, { summary, attempt, index, operation, peer: names.peerOf(attempt.endpoint) });
  attributes.word("error.type", failure);
  if (isAnswering) pushAnswered(attributes, ended, attempt, names);
  return spanText(ended, {
    id: attempt.spanId ?? "",
    parentId: ended.spanId,
    flags: ended.flags | HAS_REMOTE,
    name: safeText(`${operation} ${attempt.upstreamModel || attempt.endpoint}`.trim(), NAME_CHARS),
    kind: CLIENT,
    startMs,
    endMs: startMs + attempt.durationMs,
    attributes,
    firstMs: firstMs === undefined ? undefined : summary.startedWallMs + firstMs,
    error: failure === undefined ? undefined : attemptReason(attempt),
  });
}

function answeringIndex({ attempts, endpoint, upstreamModel }: ExchangeSummary): number {
  if (endpoint === undefined) return -1;
  return attempts.findLastIndex(
    (attempt) =>
      attempt.endpoint === endpoint && attempt.upstreamModel === upstreamModel && attempt.outcome !== "lost",
  );
}

/** What became of it by no fault is none; of a client's span 4xx are errors, too. */
function attemptFailure({ outcome, status }: AttemptSummary): string | undefined {
  if (outcome === "ok" || outcome === "lost" || outcome === "client_closed") return undefined;
  return outcome === "refused" ? String(status ?? outcome) : outcome;
}

type AskedAttempt = {
  readonly summary: ExchangeSummary;
  readonly attempt: AttemptSummary;
  readonly index: number;
  readonly operation: string;
  readonly peer: TracedPeer | undefined;
};

function pushAsked(out: AttributeText, { summary, attempt, index, operation, peer }: AskedAttempt): void {
  const { upstreamModel } = attempt;
  if (upstreamModel !== "") {
    out
      .word("gen_ai.operation.name", operation === "" ? undefined : operation)
      .word("gen_ai.provider.name", peer?.provider)
      .text("gen_ai.request.model", upstreamModel)
      .flag("gen_ai.request.stream", summary.isStream);
  }
  out
    .text("server.address", peer?.host)
    .whole("server.port", peer?.port)
    .word("http.request.method", METHODS.has(summary.method) ? summary.method : "_OTHER")
    .whole("http.request.resend_count", index === 0 ? undefined : index)
    .whole("http.response.status_code", attempt.status)
    .text("oai_gateway.endpoint", attempt.endpoint)
    .whole("oai_gateway.endpoint_key", attempt.credential)
    .whole("oai_gateway.attempt", index + 1)
    .word("oai_gateway.outcome", attempt.outcome)
    .text("oai_gateway.reason", attempt.reason);
}

/** What is known only of an answer. */
function pushAnswered(
  out: AttributeText,
  ended: EndedTrace,
  attempt: AttemptSummary,
  names: SpanNames,
): void {
  const { usage, firstByteMs, isStream, answeredModel } = ended.summary;
  out.text("gen_ai.response.model", answeredModel);
  if (isStream && firstByteMs !== undefined)
    out.number(
      "gen_ai.response.time_to_first_chunk",
      Math.max(0, Math.round((firstByteMs - attempt.startedAfterMs) * 1_000) / 1e6),
    );
  if (usage !== undefined) {
    const writes = sumOfWrites(usage);
    out
      .whole("gen_ai.usage.input_tokens", usage.input)
      .whole("gen_ai.usage.output_tokens", usage.output)
      .whole("gen_ai.usage.cache_read.input_tokens", usage.cached === 0 ? undefined : usage.cached)
      .whole("gen_ai.usage.cache_creation.input_tokens", writes === 0 ? undefined : writes)
      .whole("gen_ai.usage.reasoning.output_tokens", usage.reasoning === 0 ? undefined : usage.reasoning)
      .flag("oai_gateway.tokens_estimated", usage.isEstimate);
  }
  pushContent(out, names.contentOf(ended));
}

function pushContent(out: AttributeText, content: SaidContent | undefined): AttributeText {
  if (content === undefined) return out;
  return out
    .text("gen_ai.system_instructions", content.system, MAX_CONTENT_CHARS)
    .text("gen_ai.input.messages", content.input, MAX_CONTENT_CHARS)
    .text("gen_ai.output.messages", content.output, MAX_CONTENT_CHARS)
    .flag("oai_gateway.content_cut", content.isCut);
}
