// Steps 7 and 8 together: picks a target, tries it, and goes on to the next while nothing has been sent and the
// failure allows it. Called by `handle.ts`.

import { ERRORS, GatewayError } from "../core/errors.ts";
import type { Operation } from "../core/operation.ts";
import { pickTarget } from "../routing/balancer.ts";
import type { Model, Target } from "../routing/model.ts";
import { type AttemptFailure, attempt } from "./attempt.ts";
import { headerOf } from "./classify.ts";
import type { Exchange } from "./exchange.ts";
import { currentTable } from "./resolve.ts";

/** Tries in all; each target at most once. */
const MAX_ATTEMPTS = 3;

/**
 * Gets the exchange answered by one of the model's targets.
 * @throws GatewayError no_available_target, client_closed, or the code of the last failure
 */
export async function runAttempts(exchange: Exchange, model: Model, operation: Operation): Promise<void> {
  const tried: Target[] = [];
  const failures: AttemptFailure[] = [];
  const isTried = (target: Target): boolean => tried.includes(target);
  for (;;) {
    const target = pickTarget(model, tried.length === 0 ? undefined : isTried);
    if (target === undefined) throw allFailed(exchange, model, failures);
    tried.push(target);
    const startedMs = exchange.services.clock.nowMs();
    const isOnlyOne = failures.length === 0 && model.targets.length === 1;
    const options = { isOnlyOne, deadlineMs: deadlineOf(exchange, target) };
    const outcome = await attempt(exchange, target, target.endpoint.credentials[0], options);
    const durationMs = exchange.services.clock.nowMs() - startedMs;
    note(exchange, target, outcome.kind === "failed" ? outcome : undefined, durationMs);
    if (outcome.kind === "answered") return;
    if (outcome.kind === "client_gone") throw new GatewayError("client_closed");
    failures.push(outcome);
    const mayGoOn = ERRORS[outcome.code].retry === "another_target" && failures.length < MAX_ATTEMPTS;
    if (!mayGoOn || isOverdue(exchange, options.deadlineMs)) throw allFailed(exchange, model, failures);
    // Only a body that is kept can be sent again; it always is.
    if (operation.model === "path" && exchange.request.method !== "GET" && outcome.status !== undefined) {
      throw allFailed(exchange, model, failures);
    }
  }
}

function deadlineOf(exchange: Exchange, target: Target): number | undefined {
  return exchange.isStream ? undefined : exchange.startedMs + target.endpoint.timeouts.totalMs;
}

function isOverdue(exchange: Exchange, deadlineMs: number | undefined): boolean {
  return deadlineMs !== undefined && exchange.services.clock.nowMs() >= deadlineMs;
}

function note(
  exchange: Exchange,
  target: Target,
  failure: AttemptFailure | undefined,
  durationMs: number,
): void {
  const { endpoint, upstreamModel } = target;
  const outcome = failure?.code ?? exchange.error ?? "ok";
  const status = failure === undefined ? exchange.status : failure.status;
  exchange.attempts.push({
    endpoint: endpoint.name,
    credential: undefined,
    upstreamModel,
    outcome,
    status,
    durationMs,
  });
}

/** The error that tells of every attempt, with the last one's code and the smallest wait. */
function allFailed(exchange: Exchange, model: Model, failures: readonly AttemptFailure[]): GatewayError {
  const last = failures.at(-1);
  if (last === undefined)
    return new GatewayError("no_available_target", { message: whyNone(exchange, model) });
  const told = failures.map((failure, index) => {
    const name = exchange.attempts[index]?.endpoint ?? "";
    const detail = failure.status ?? failure.reason;
    return `${name}: ${failure.code}${detail === undefined ? "" : ` (${detail})`}`;
  });
  const meaning = ERRORS[last.code].meaning;
  const message =
    failures.length === 1
      ? `${told[0]}. ${meaning}`
      : `All ${failures.length} attempts failed: ${told.join("; ")}. ${meaning}`;
  const headers = retryHeaders(failures, exchange.services.clock.wallMs());
  const status = last.code === "upstream_server_error" ? last.status : undefined;
  return new GatewayError(last.code, { message, headers, ...(status === undefined ? {} : { status }) });
}

/** The smallest wait that an attempt was told of, as `Retry-After`. */
function retryHeaders(failures: readonly AttemptFailure[], wallMs: number): string[] {
  let smallest: number | undefined;
  for (const failure of failures) {
    const waitMs = waitOf(failure, wallMs);
    if (waitMs !== undefined && (smallest === undefined || waitMs < smallest)) smallest = waitMs;
  }
  return smallest === undefined ? [] : ["retry-after", String(Math.ceil(smallest / 1_000))];
}

/** `retry-after-ms`, else `retry-after` in seconds or as a date (RFC 9110 §10.2.3); undefined for neither. */
function waitOf(failure: AttemptFailure, wallMs: number): number | undefined {
  const ms = headerOf(failure.headers, "retry-after-ms");
  if (/^\d{1,12}(?:\.\d*)?$/.test(ms)) return Number(ms);
  const text = headerOf(failure.headers, "retry-after");
  if (/^\d{1,9}(?:\.\d*)?$/.test(text)) return Number(text) * 1_000;
  const dateMs = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - wallMs);
}

function whyNone(exchange: Exchange, model: Model): string {
  const note = currentTable(exchange).notes.find(
    (one) => one.kind === "no_usable_target" && one.model === model.name,
  );
  return note?.message ?? `No endpoint can serve \`${model.name}\` now: those that list it are disabled.`;
}
