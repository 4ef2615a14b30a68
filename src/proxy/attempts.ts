// Steps 7 and 8 together: picks a target, tries it, and goes on while nothing has been sent and the policy allows
// it: to the next target, after a wait to the same one, or along the chain of fallbacks. Called by `handle.ts`.

import { GatewayError } from "../core/errors.ts";
import { type Decision, decideNext, type FailedAttempt, sdkRetryCount } from "../routing/attempt-policy.ts";
import type { Model, Target } from "../routing/model.ts";
import { waitHintMs } from "../routing/retry-after.ts";
import type { RetryBudget } from "../routing/retry-budget.ts";
import { allFailed, nothingAvailable, type StopReason } from "./all-failed.ts";
import { Attempt } from "./attempt.ts";
import type { AttemptFailure, AttemptOptions, AttemptOutcome } from "./attempt-outcome.ts";
import { fallbackReasonOf } from "./classify.ts";
import type { Exchange } from "./exchange.ts";
import type { Gate } from "./gate.ts";
import { type HedgeableRun, runHedged } from "./hedge.ts";
import { Relay } from "./relay.ts";
import { currentTable } from "./resolve.ts";
import type { PickRequest, Turn } from "./steering.ts";
import { stickyKeyOf } from "./sticky-key.ts";

/**
 * Gets the exchange answered: by one of the model's targets, or by a fallback of it.
 * @throws GatewayError no_available_target, overloaded, client_closed, or the code of the last failure
 */
export async function runAttempts(exchange: Exchange, model: Model): Promise<void> {
  const run = new Run(exchange, model);
  let ended = await run.go(model.fallbacks.some((step) => step.on.includes("context_length")));
  for (const step of model.fallbacks) {
    if (ended === undefined || !step.on.includes(ended.reason)) continue;
    const other = currentTable(exchange).resolve(step.model);
    if (other === undefined) continue;
    exchange.fallback = other;
    ended = (await new Run(exchange, other).go(false)) ?? undefined;
  }
  if (ended !== undefined) throwEnd(exchange, ended);
}

/** How a run ended without an answer. */
type Ended = {
  readonly reason: ReturnType<typeof fallbackReasonOf>;
  readonly failures: readonly AttemptFailure[];
  readonly model: Model;
  readonly stopped: StopReason | undefined;
};

/** The endpoint's own words where there was only one to ask; else the list of all attempts. */
function throwEnd(exchange: Exchange, ended: Ended): void {
  const last = ended.failures.at(-1);
  if (last === undefined) throw nothingAvailable(exchange, ended.model);
  const isOnlyOne = ended.model.targets.length === 1 && exchange.fallback === undefined;
  if (isOnlyOne && last.answer !== undefined) {
    const target = ended.model.targets[0];
    if (target === undefined) return;
    exchange.error = last.code;
    const relay = new Relay(exchange, target, last.answer, () => undefined);
    if (last.answer.body.length > 0) relay.write(last.answer.body);
    relay.end();
    return;
  }
  throw allFailed(exchange, ended.failures, ended.stopped);
}

/** The attempts at the targets of one model. */
class Run implements HedgeableRun {
  readonly exchange: Exchange;
  readonly model: Model;
  readonly #failures: AttemptFailure[] = [];
  readonly #tried: Target[] = [];
  readonly #budget: RetryBudget;
  readonly #deadlineMs: number;
  #holdsContextErrors = false;

  constructor(exchange: Exchange, model: Model) {
    this.exchange = exchange;
    this.model = model;
    this.#budget = exchange.services.steering.budgets.of(model.name);
    this.#deadlineMs = exchange.startedMs + (model.targets[0]?.timeouts.totalMs ?? Number.POSITIVE_INFINITY);
  }

  /** Undefined when the exchange was answered. */
  async go(holdsContextErrors: boolean): Promise<Ended | undefined> {
    this.#holdsContextErrors = holdsContextErrors;
    this.#budget.beginRequest();
    try {
      return await this.#loop();
    } finally {
      this.#budget.endRequest();
      this.exchange.onClientGone = undefined;
    }
  }

  async #loop(): Promise<Ended | undefined> {
    let again: Target | undefined;
    let isRetry = false;
    for (;;) {
      const turn = again === undefined ? await this.#nextTurn() : this.#begin(again, undefined);
      if (turn === undefined) {
        if (isRetry) this.#budget.endRetry();
        return this.#end("no_target_left");
      }
      const outcome = await this.#try(turn);
      if (isRetry) this.#budget.endRetry();
      if (outcome.kind === "answered") return undefined;
      if (outcome.kind !== "failed") throw new GatewayError("client_closed");
      const decision = this.#decide(outcome);
      if (decision.kind === "stop") return this.#end(decision.reason);
      isRetry = true;
      again = decision.kind === "same_target_after" ? turn.target : undefined;
      if (decision.waitMs > 0) await this.#wait(decision.waitMs);
    }
  }

  /** Picks a target and begins at it; where all are full, waits for one. Undefined when there is none. */
  async #nextTurn(): Promise<Turn | undefined> {
    const { steering } = this.exchange.services;
    const { target } = steering.pick(this.model, this.pickRequest());
    if (target !== undefined) return this.#begin(target, undefined);
    const full = steering.firstFull(this.model, this.pickRequest().isTried);
    if (full === undefined) return undefined;
    const { entry, gate } = await steering.gates.wait(full.endpoint, (cancel) => {
      this.exchange.onClientGone = cancel;
    });
    if (entry === "entered" && !this.exchange.isClientGone) return this.#begin(full, gate);
    if (entry === "entered") gate?.leave();
    if (entry === "cancelled" || this.exchange.isClientGone) throw new GatewayError("client_closed");
    const message = `Every endpoint for \`${this.model.name}\` has as many requests under way as it may (max_in_flight).`;
    throw new GatewayError("overloaded", { message, headers: ["retry-after", "1"] });
  }

  #begin(target: Target, gate: Gate | undefined): Turn {
    if (!this.#tried.includes(target)) this.#tried.push(target);
    const { isStream, services } = this.exchange;
    return services.steering.begin(target, { isStream, strategy: this.model.settings.strategy, gate });
  }

  /** For the hedge: another target, if one is free now and the budget allows it. */
  beginSecond(): Turn | undefined {
    const { steering } = this.exchange.services;
    const { target } = steering.pick(this.model, this.pickRequest());
    if (target === undefined) return undefined;
    return this.#budget.tryBeginRetry(false) ? this.#begin(target, undefined) : undefined;
  }

  /** The hedge's second attempt is over. */
  endSecond(): void {
    this.#budget.endRetry();
  }

  /** Tries one target, or two where hedging is on; what is learnt is recorded, whatever becomes of it. */
  async #try(turn: Turn): Promise<AttemptOutcome> {
    const { hedgeAfterMs } = this.model.settings;
    const isHedged =
      hedgeAfterMs !== undefined && this.#failures.length === 0 && this.model.targets.length > 1;
    const outcome = isHedged
      ? await runHedged(this, turn, hedgeAfterMs)
      : await this.attempt(turn, this.options(undefined)).outcome;
    if (outcome.kind === "failed") this.#failures.push(outcome);
    return outcome;
  }

  /** Starts an attempt; its end is recorded on health, on the log and at the gate. */
  attempt(turn: Turn, options: AttemptOptions): Attempt {
    const { exchange } = this;
    const attempt = new Attempt(exchange, turn, options);
    exchange.onClientGone = () => attempt.abandon("client_gone");
    void attempt.outcome.then((outcome) => this.#record(turn, outcome));
    try {
      attempt.start();
    } catch (error) {
      turn.end();
      throw error;
    }
    if (exchange.isClientGone) attempt.abandon("client_gone");
    return attempt;
  }

  options(onCommit: AttemptOptions["onCommit"]): AttemptOptions {
    const { world, isStream } = this.exchange;
    return {
      keepsErrors: this.model.targets.length === 1,
      holdsContextErrors: this.#holdsContextErrors,
      holdsFirstEvent: isStream && (world.holdsFirstEvent || onCommit !== undefined),
      deadlineMs: isStream ? undefined : this.#deadlineMs,
      onCommit,
    };
  }

  pickRequest(): PickRequest {
    const isTried = this.#tried.length === 0 ? undefined : (target: Target) => this.#tried.includes(target);
    const stickyKey = this.model.settings.strategy === "sticky" ? stickyKeyOf(this.exchange) : undefined;
    return { isTried, isStream: this.exchange.isStream, stickyKey };
  }

  #record(turn: Turn, outcome: AttemptOutcome): void {
    const { exchange } = this;
    const { endpoint, upstreamModel } = turn.target;
    if (outcome.kind === "failed") turn.recordFailure(outcome, exchange.strikes);
    else if (outcome.kind === "answered" && exchange.error !== undefined)
      turn.recordStrike(true, exchange.strikes);
    turn.end();
    exchange.attempts.push({
      endpoint: endpoint.name,
      credential: endpoint.credentials.length > 1 ? turn.credential.id : undefined,
      upstreamModel,
      outcome:
        outcome.kind === "failed"
          ? outcome.code
          : outcome.kind === "answered"
            ? (exchange.error ?? "ok")
            : "client_closed",
      status:
        outcome.kind === "failed"
          ? outcome.status
          : outcome.kind === "answered"
            ? exchange.status
            : undefined,
      durationMs: exchange.services.clock.nowMs() - turn.startedMs,
    });
  }

  #decide(failure: AttemptFailure): Decision {
    const { exchange, model } = this;
    const { steering, clock } = exchange.services;
    const ahead = steering.lookAhead(model, this.pickRequest());
    const failed: FailedAttempt = {
      attempts: this.#failures.length,
      // What one endpoint has answered to a DELETE is no reason to delete at another.
      retry:
        exchange.request.method === "DELETE" && failure.status !== undefined
          ? "never"
          : failure.verdict.retry,
      isTransient: failure.verdict.isTransient,
      hintMs: waitHintMs(failure.headers, clock),
      untriedTargets: ahead.untried,
      isNextProven: ahead.isNextProven,
      isOnlyTarget: model.targets.length === 1,
      remainingMs: this.#deadlineMs - clock.nowMs(),
      sdkRetryCount: sdkRetryCount(exchange.request.header("x-stainless-retry-count")),
    };
    const options = { ...exchange.world.policy, maxAttempts: model.settings.attempts };
    return decideNext(failed, this.#budget, clock, options);
  }

  #end(stopped: StopReason): Ended {
    const last = this.#failures.at(-1);
    const reason = last === undefined ? "unavailable" : fallbackReasonOf(last.verdict);
    return { reason, failures: this.#failures, model: this.model, stopped };
  }

  /** Waits, unless the client goes away meanwhile. */
  async #wait(waitMs: number): Promise<void> {
    const { exchange } = this;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      exchange.onClientGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (!exchange.isClientGone) return;
    this.#budget.endRetry();
    throw new GatewayError("client_closed");
  }
}
