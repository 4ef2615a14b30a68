// Gets a request answered: by the model that was asked for, else by those it falls back to, one after the other; and
// says what went wrong when none of them could. The attempts at one model are in `attempts.ts`. Called by `handle.ts`.

import { GatewayError } from "../../core/errors.ts";
import type { Availability } from "../../routing/health/tiers.ts";
import type { FallbackReason, FallbackStep, Model } from "../../routing/model.ts";
import { Relay } from "../answer/relay.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { fallbackReasonOf, headerOf } from "../outcome/classify.ts";
import type { AttemptFailure } from "../outcome/outcome.ts";
import { currentTable } from "../request/resolve.ts";
import { allFailed, isRetryOfNoUse, nothingAvailable } from "./all-failed.ts";
import { type Ended, Run, type RunOptions } from "./attempts.ts";

/**
 * Gets the exchange answered: by one of the model's targets, or by a fallback of it.
 * @throws GatewayError no_available_target, overloaded, client_closed, or the code of the last failure
 */
export async function runAttempts(exchange: Exchange, model: Model): Promise<void> {
  // What was asked of one model must not be deleted of another.
  const fallbacks = exchange.request.method === "DELETE" ? [] : model.fallbacks;
  const ended = await new Run(exchange, model, runOptions(fallbacks, 0)).go();
  if (ended === undefined) return;
  if (fallbacks.length === 0) await throwEnd(exchange, ended);
  else await runFallbacks(exchange, fallbacks, ended);
}

async function runFallbacks(
  exchange: Exchange,
  steps: readonly FallbackStep[],
  original: Ended,
): Promise<void> {
  let last = original;
  let reasons = reasonsOf(exchange, original);
  for (const [index, step] of steps.entries()) {
    // A job that may have been started is not started once more.
    if (last.stopped === "maybe_done") break;
    if (!step.on.some((reason) => reasons.has(reason))) continue;
    // Fallbacks are named by what the configuration's author hopes to be there.
    const other = currentTable(exchange).resolve(step.model);
    if (other === undefined) continue;
    exchange.fallback = other;
    const ended = await new Run(exchange, other, runOptions(steps, index + 1)).go();
    if (ended === undefined) return;
    // It did not answer: nothing that the client sees may say that it did.
    exchange.fallback = undefined;
    if (ended.failures.length > 0) last = ended;
    const more = reasonsOf(exchange, ended);
    // Where the prompt is too long, models that are asked for other reasons will not take it either.
    reasons = more.has("context_length") ? more : new Set([...reasons, ...more]);
  }
  await throwEnd(exchange, last);
}

/** `from`: the first of the steps that may follow the run. */
function runOptions(steps: readonly FallbackStep[], from: number): RunOptions {
  const isLeft = (reason: FallbackReason): boolean =>
    steps.length > from && steps.slice(from).some((step) => step.on.includes(reason));
  return { holdsContextErrors: isLeft("context_length"), awaitsRests: !isLeft("rate_limited") };
}

const WHEN_SKIPPED: Partial<Readonly<Record<Availability, FallbackReason>>> = {
  rate_limited: "rate_limited",
  dead_key: "credentials",
  quota: "credentials",
  model_missing: "model_missing",
};

/** Why the run could not serve: what its attempts met, or, where nobody could be asked, why not. */
function reasonsOf(exchange: Exchange, ended: Ended): ReadonlySet<FallbackReason> {
  const { targets } = exchange.services;
  const { failures, model } = ended;
  const last = failures.at(-1);
  if (last?.verdict.class === "context_length") return new Set(["context_length"]);
  const met = failures.map((failure) => fallbackReasonOf(failure.verdict));
  if (last !== undefined && !ended.isFull) return new Set(met);
  const skipped = model.targets.map(
    (target) => WHEN_SKIPPED[targets.chooser.availability(target, exchange.operationKey)] ?? "unavailable",
  );
  return new Set(model.targets.length === 0 ? ["unavailable"] : [...met, ...skipped]);
}

/** The endpoint's own words where it was the only one to ask, or speaks to the caller; else the list of all attempts. */
async function throwEnd(exchange: Exchange, ended: Ended): Promise<void> {
  const { model, failures } = ended;
  const last = failures.at(-1);
  if (last === undefined && ended.isFull) {
    const message = `Every endpoint for \`${model.name}\` has as many requests under way as it may (max_in_flight).`;
    throw new GatewayError("overloaded", { message, headers: ["retry-after", "1"] });
  }
  if (last === undefined) throw nothingAvailable(exchange, model);
  const isContext = last.verdict.class === "context_length";
  const isCallers = last.verdict.isForCaller;
  const isOnlyOne = model.targets.length === 1 && model === exchange.model;
  if (last.answer === undefined || !(isCallers || isOnlyOne)) throw await allFailed(exchange, ended);
  if (!isContext) exchange.error = last.code;
  exchange.isFailureShown = true;
  const isOfNoUse = !isContext && (isRetryOfNoUse(ended) || isTriedEnough(exchange, last));
  const answer = isOfNoUse ? withoutSdkRetries(last.answer) : last.answer;
  const relay = new Relay(exchange, last.target, answer, () => undefined);
  if (last.answer.body.length > 0) relay.write(last.answer.body);
  relay.end();
}

/** A server's error that was met again and again; a limit, in contrast, ends at a time that is known. */
function isTriedEnough(exchange: Exchange, last: AttemptFailure): boolean {
  return exchange.attempts.length > 1 && last.verdict.class !== "rate_limited";
}

type KeptAnswer = NonNullable<AttemptFailure["answer"]>;

/** What was tried several times already need not be multiplied by an SDK. */
function withoutSdkRetries(answer: KeptAnswer): KeptAnswer {
  if (headerOf(answer.headers, "x-should-retry") !== "") return answer;
  return { ...answer, headers: [...answer.headers, "x-should-retry", "false"] };
}
