// Gets a request answered: by the model that was asked for, else by those it falls back to, one after the other; and
// says what went wrong when none of them could. The attempts at one model are in `model-run.ts`.

import { GatewayError } from "../../core/errors.ts";
import type { Availability } from "../../routing/health/tiers.ts";
import type { FallbackReason, FallbackStep } from "../../routing/model.ts";
import { Relay } from "../answer/relay.ts";
import type { Call } from "../exchange/call.ts";
import { fallbackReasonOf, headerOf } from "../outcome/classify.ts";
import type { AttemptFailure } from "../outcome/outcome.ts";
import { replyWhereIdle } from "../own/idle-answer.ts";
import { replyWithEstimate } from "../own/token-estimate.ts";
import { currentTable } from "../request/resolve.ts";
import { cannotCount } from "../translate/way.ts";
import { allFailed, isRetryOfNoUse, nothingAvailable } from "./all-failed.ts";
import { type Ended, ModelRun, type RunOptions } from "./model-run.ts";

/**
 * Gets a call answered: by one of its model's targets, or by a fallback of it.
 * @throws GatewayError no_available_target, overloaded, client_closed, or the code of the last failure
 */
export async function answerCall(call: Call): Promise<void> {
  if (call.operation.countsFor !== undefined) {
    await countTokens(call);
    return;
  }
  if (replyWhereIdle(call)) return;
  // What was asked of one model must not be deleted of another.
  const fallbacks = call.request.method === "DELETE" ? [] : call.model.fallbacks;
  const ended = await new ModelRun(call, runOptions(fallbacks, 0)).go();
  if (ended === undefined) return;
  if (fallbacks.length === 0) await throwEnd(call, ended);
  else await runFallbacks(call, fallbacks, ended);
}

/** No fallback would help: another model's count is another number. */
async function countTokens(call: Call): Promise<void> {
  if (!call.model.targets.every((target) => cannotCount(call, target))) {
    const ended = await new ModelRun(call, runOptions([], 0)).go();
    if (ended === undefined) return;
    const isUnknown = ended.failures.every(({ verdict }) => verdict.class === "unsupported");
    if (ended.failures.length === 0 || !isUnknown) return throwEnd(call, ended);
  }
  replyWithEstimate(call);
}

async function runFallbacks(call: Call, steps: readonly FallbackStep[], original: Ended): Promise<void> {
  let last = original;
  let reasons = reasonsOf(call, original);
  for (const [index, step] of steps.entries()) {
    // A job that may have been started is not started once more.
    if (last.stopped === "maybe_done") break;
    if (!step.on.some((reason) => reasons.has(reason))) continue;
    // Fallbacks are named by what the configuration's author hopes to be there.
    const other = currentTable(call.services).resolve(step.model);
    if (other === undefined) continue;
    const ended = await new ModelRun(call.toFallback(other), runOptions(steps, index + 1)).go();
    if (ended === undefined) return;
    if (ended.failures.length > 0) last = ended;
    const more = reasonsOf(call, ended);
    // Where the prompt is too long, models that are asked for other reasons will not take it either.
    reasons = more.has("context_length") ? more : new Set([...reasons, ...more]);
  }
  await throwEnd(call, last);
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
function reasonsOf(call: Call, ended: Ended): ReadonlySet<FallbackReason> {
  const { targets } = call.services;
  const { failures, model } = ended;
  const last = failures.at(-1);
  if (last?.verdict.class === "context_length") return new Set(["context_length"]);
  const met = failures.map((failure) => fallbackReasonOf(failure.verdict));
  if (last !== undefined && !ended.isFull) return new Set(met);
  const skipped = model.targets.map(
    (target) => WHEN_SKIPPED[targets.chooser.availability(target, call.operationKey)] ?? "unavailable",
  );
  return new Set(model.targets.length === 0 ? ["unavailable"] : [...met, ...skipped]);
}

/** The endpoint's own words where it was the only one to ask, or speaks to the caller; else the list of all attempts. */
async function throwEnd(call: Call, run: Ended): Promise<void> {
  const ended = withoutUnsaid(run);
  const { model, failures } = ended;
  const last = failures.at(-1);
  if (last === undefined && ended.isFull) {
    const message = `Every endpoint for \`${model.name}\` has as many requests under way as it may (max_in_flight).`;
    throw new GatewayError("overloaded", { message, headers: ["retry-after", "1"] });
  }
  if (last === undefined) throw nothingAvailable(call, model);
  const isContext = last.verdict.class === "context_length";
  const isCallers = last.verdict.isForCaller;
  const isOnlyOne = model.targets.length === 1 && model === call.model;
  if (last.answer === undefined || !(isCallers || isOnlyOne)) throw await allFailed(call, ended);
  if (!isContext) call.exchange.noteFault(last.code);
  const isOfNoUse = !isContext && (isRetryOfNoUse(ended) || isTriedEnough(call, last));
  const answer = isOfNoUse ? withoutSdkRetries(last.answer) : last.answer;
  // Of the call that the client made, and of no fallback: nothing that the client sees may say that one has answered.
  const relay = new Relay(call, last, answer, () => undefined);
  relay.isOfEndedAttempt = true;
  if (last.answer.body.length > 0) relay.write(last.answer.body);
  relay.end();
}

/** A server's error that was met again and again; a limit, in contrast, ends at a time that is known. */
function isTriedEnough(call: Call, last: AttemptFailure): boolean {
  return call.attempts.length > 1 && last.verdict.class !== "rate_limited";
}

/**
 * What was not even asked says nothing of the others: it is the end only where there are no others.
 * @throws GatewayError untranslatable
 */
function withoutUnsaid(ended: Ended): Ended {
  const asked = ended.failures.filter(({ unsaid }) => unsaid === undefined);
  if (asked.length > 0 || ended.failures.length === 0) return { ...ended, failures: asked };
  throw ended.failures.at(-1)?.unsaid;
}

type ShownFailure = NonNullable<AttemptFailure["answer"]>;

/** What was tried several times already need not be multiplied by an SDK. */
function withoutSdkRetries(answer: ShownFailure): ShownFailure {
  if (headerOf(answer.headers, "x-should-retry") !== "") return answer;
  return { ...answer, headers: [...answer.headers, "x-should-retry", "false"] };
}
