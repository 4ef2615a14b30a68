// Turns what is known of a settled exchange into the fields of a JSON log line. Not the terminal's form: that is
// `pretty-lines.ts`.

import { cleanText } from "../core/clean-text.ts";
import type { AttemptSummary, ExchangeSummary, PassedOver } from "../core/summary.ts";
import type { Cost } from "../core/usage.ts";

/** The fields of one request's line, in their order; undefined ones are left out by the writer. */
export type ExchangeFields = {
  readonly event: "request";
  readonly request_id: string;
  readonly method: string;
  readonly path: string;
  readonly client_key: string | undefined;
  readonly client_address: string;
  readonly operation: string | undefined;
  readonly model: string | undefined;
  readonly endpoint: string | undefined;
  readonly upstream_model: string | undefined;
  readonly status: number;
  readonly error: string | undefined;
  readonly stream: boolean;
  readonly attempts: number;
  /** Each try, only where there was more than one or the only one failed. */
  readonly tries: readonly TryFields[] | undefined;
  readonly duration_ms: number;
  readonly first_byte_ms: number | undefined;
  readonly bytes_in: number;
  readonly bytes_out: number;
  /** What the answer used: undefined where it has not said, as are the others of 0. */
  readonly tokens_in: number | undefined;
  readonly tokens_out: number | undefined;
  readonly tokens_cached: number | undefined;
  readonly tokens_reasoning: number | undefined;
  /** Counted by the gateway, since the endpoint has not. */
  readonly tokens_estimated: true | undefined;
  /** Dollars; null where nobody knows. */
  readonly cost_usd: number | null | undefined;
  /** Who says so. */
  readonly cost_source: string | undefined;
  /** Answered by an answer that was kept. */
  readonly from_cache: true | undefined;
  /** Of the trace that it is a part of. */
  readonly trace_id: string | undefined;
};

/** One try at one target. */
type TryFields = {
  readonly endpoint: string;
  readonly key: number | undefined;
  readonly model: string;
  readonly outcome: string;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** Why this endpoint was asked, in a word. */
  readonly chosen: string | undefined;
  /** Which others were not, each with why; undefined where there was none. */
  readonly passed_over: readonly PassedOver[] | undefined;
  readonly duration_ms: number;
};

/** The line of an exchange. Only what is named here is ever logged, so that nothing secret slips in. */
export function exchangeFields(summary: ExchangeSummary): ExchangeFields {
  const { usage, cost } = summary;
  return {
    event: "request",
    request_id: cleanText(summary.requestId),
    method: cleanText(summary.method),
    path: cleanText(summary.path),
    client_key: clean(summary.clientKey),
    client_address: summary.clientAddress,
    operation: summary.operation,
    model: clean(summary.model),
    endpoint: clean(summary.endpoint),
    upstream_model: summary.upstreamModel === summary.model ? undefined : clean(summary.upstreamModel),
    status: summary.status,
    error: summary.error,
    stream: summary.isStream,
    attempts: summary.attempts.length,
    tries: isEventful(summary) || isOfParts(summary) ? summary.attempts.map(tryFields) : undefined,
    duration_ms: roundMs(summary.durationMs),
    first_byte_ms: summary.firstByteMs === undefined ? undefined : roundMs(summary.firstByteMs),
    bytes_in: summary.bytesIn,
    bytes_out: summary.bytesOut,
    tokens_in: usage?.input,
    tokens_out: usage?.output,
    tokens_cached: nonZero(usage?.cached),
    tokens_reasoning: nonZero(usage?.reasoning),
    tokens_estimated: usage?.isEstimate === true ? true : undefined,
    cost_usd: cost === undefined ? undefined : dollarsOf(cost),
    cost_source: cost?.source,
    from_cache: summary.isCached === true ? true : undefined,
    trace_id: summary.traceId,
  };
}

/** Of an amount in nano-dollars; null where it is not known. */
export function dollarsOf({ nanoDollars }: Cost): number | null {
  return nanoDollars === null ? null : nanoDollars / NANO;
}

const NANO = 1_000_000_000;

function nonZero(count: number | undefined): number | undefined {
  return count === 0 ? undefined : count;
}

/** Whether the line is worth a warning: our side or an endpoint failed, wholly or for a while. */
export function exchangeLevel(summary: ExchangeSummary): "info" | "warn" {
  return summary.status >= 500 || isEventful(summary) ? "warn" : "info";
}

/** `429` or `connect failed`: how a try failed, in a word or two. */
export function attemptReason(attempt: AttemptSummary): string {
  if (attempt.status !== undefined) return String(attempt.status);
  return attempt.outcome.replace(/^upstream_/, "").replaceAll("_", " ");
}

/** `durationMs` as log lines spell it: `duration_ms`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isEventful({ attempts }: ExchangeSummary): boolean {
  // A list of several endpoints: one of them may not know such lists.
  if (isOfParts({ attempts })) return attempts.some(isMissing);
  if (attempts.length > 1) return true;
  const only = attempts[0];
  return only !== undefined && only.outcome !== "ok" && only.outcome !== "client_closed";
}

/** Whether the answer was put together of what several endpoints gave. */
function isOfParts({ attempts }: Pick<ExchangeSummary, "attempts">): boolean {
  return attempts[0]?.isPart === true;
}

/** Whether the answer is without an endpoint's part. */
export function isMissing({ isPart, outcome }: AttemptSummary): boolean {
  return isPart === true && outcome !== "ok" && outcome !== "refused";
}

function tryFields(attempt: AttemptSummary): TryFields {
  return {
    endpoint: cleanText(attempt.endpoint),
    key: attempt.credential,
    model: cleanText(attempt.upstreamModel),
    outcome: attempt.outcome,
    status: attempt.status,
    reason: attempt.reason,
    chosen: attempt.choice?.reason,
    passed_over: passedOver(attempt),
    duration_ms: roundMs(attempt.durationMs),
  };
}

function passedOver({ choice }: AttemptSummary): readonly PassedOver[] | undefined {
  if (choice === undefined || choice.passedOver.length === 0) return undefined;
  return choice.passedOver.map(({ endpoint, why }) => ({ endpoint: cleanText(endpoint), why }));
}

function clean(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cleanText(text);
}

function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
