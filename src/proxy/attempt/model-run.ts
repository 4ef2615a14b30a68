// Steps 7 and 8 together, for one model: picks a target, tries it, and goes on while nothing has been sent and the
// policy allows it: to the next target, to another key, or after a wait to the same one. Which model is asked after
// this one is for `answer-call.ts` to say.

import { GatewayError } from "../../core/errors.ts";
import type { Model } from "../../routing/model.ts";
import { narrowed } from "../../routing/narrowed-model.ts";
import { waitHintMs } from "../../routing/retry/retry-after.ts";
import type { RetryBudget } from "../../routing/retry/retry-budget.ts";
import {
  type Decision,
  decideNext,
  type FailedAttempt,
  RETRY_DEFAULTS,
  type StopReason,
} from "../../routing/retry/retry-policy.ts";
import { summaryOf } from "../answer/attempt-summary.ts";
import type { Call } from "../exchange/call.ts";
import type { AttemptFailure, AttemptOutcome } from "../outcome/outcome.ts";
import { currentTable } from "../request/resolve.ts";
import { stickyKeyOf } from "../request/sticky-key.ts";
import type { Lease } from "../target/lease.ts";
import { TargetRequest } from "../target/target-request.ts";
import type { Acquired, Targets } from "../target/targets.ts";
import { Attempt, type AttemptOptions } from "./attempt.ts";
import { hedge } from "./hedge.ts";
import { isMaybeDone, mayStartJob } from "./jobs.ts";
import { retryAfter } from "./may-retry.ts";
import { sendAttempt } from "./waiting.ts";

/** How a run ended without an answer. */
export type Ended = {
  readonly model: Model;
  readonly failures: readonly AttemptFailure[];
  readonly stopped: StopReason | undefined;
  /** All that could be asked were full, and no slot came free in time. */
  readonly isFull: boolean;
};

/** What a run is to be. */
export type RunOptions = {
  /**
   * An endpoint's word that the prompt is too long is no answer yet, since a model that is asked afterwards may take
   * it.
   */
  readonly holdsContextErrors: boolean;
  /** Wait for the end of a short rest: there is no model left that would be asked in place of a wait. */
  readonly awaitsRests: boolean;
};

/** The attempts at the targets of one model. */
export class ModelRun {
  readonly #call: Call;
  #model: Model;
  readonly #options: RunOptions;
  readonly #failures: AttemptFailure[] = [];
  readonly #targets: Targets;
  readonly #request: TargetRequest;
  readonly #budget: RetryBudget;
  readonly #deadlineMs: number;

  constructor(call: Call, options: RunOptions) {
    const { model, isStream } = call;
    this.#call = call;
    this.#model = model;
    this.#options = options;
    this.#targets = call.services.targets;
    this.#budget = this.#targets.budgets.of(model.name);
    const totalMs = isStream ? undefined : model.targets[0]?.timeouts.totalMs;
    this.#deadlineMs = call.startedMs + (totalMs ?? Number.POSITIVE_INFINITY);
    this.#request = new TargetRequest({
      isStream,
      operation: call.operationKey,
      stickyKey: stickyKeyOf(call),
      marks: call.marks,
      departure: call.departure,
      modelNow: () => this.#modelNow(),
      deadlineMs: this.#deadlineMs,
      awaitsRests: options.awaitsRests,
      cause: causeOf(call),
    });
  }

  /**
   * Asks one target after the other. Undefined when the client has an answer, whole or broken.
   * @throws GatewayError client_closed, or bad_request and invalid_model where the request cannot be sent on
   */
  async go(): Promise<Ended | undefined> {
    this.#budget.beginRequest();
    let isRetry = false;
    try {
      let next: Acquired = this.#targets.acquire(this.#model, this.#request);
      let ifNone: StopReason = "no_target_left";
      for (;;) {
        // Nearly always there is a slot, and nothing to wait for.
        const lease = next instanceof Promise ? await next : next;
        if (lease === undefined) return this.#end(ifNone);
        const outcome = await this.#try(lease);
        if (isRetry) this.#budget.endRetry();
        isRetry = false;
        if (outcome.kind === "answered") {
          if (outcome.fault === undefined) this.#budget.noteAnswer();
          return undefined;
        }
        if (outcome.kind === "broken") throw outcome.error;
        if (outcome.kind !== "failed") throw new GatewayError("client_closed");
        const decision = this.#decide(outcome);
        if (decision.kind === "stop") return this.#end(decision.reason);
        isRetry = decision.kind !== "when_rest_is_over";
        ifNone = isRetry ? "no_target_left" : "wait_too_long";
        if (decision.kind === "next_target")
          next = this.#targets.acquire(this.#model, this.#request, decision.proof);
        else if (decision.kind === "same_target_after") {
          await this.#call.departure.pause(decision.waitMs);
          next = this.#targets.acquireAt(this.#model, lease.target, this.#request);
        } else next = this.#targets.acquireAfterRest(this.#model, this.#request);
      }
    } finally {
      if (isRetry) this.#budget.endRetry();
      this.#budget.endRequest();
    }
  }

  /** A reload, or a new list, may have brought other targets since, and taken some out. */
  #modelNow(): Model {
    const table = currentTable(this.#call.services);
    const { home, caller } = this.#call.exchange;
    const whole = table.resolve(this.#model.name);
    // A key that may use some of the endpoints may not go past them after a failure either.
    const now = whole && (caller?.endpoints?.within(whole) ?? whole);
    if (now === undefined || now.targets.length === 0) return this.#model;
    const endpoint = home && table.atKey(home.endpoint, home.credential);
    const here = endpoint === undefined ? now : narrowed(now, endpoint);
    if (home === undefined || (endpoint !== undefined && here.targets.length > 0)) this.#model = here;
    return this.#model;
  }

  /** Tries one target, or two where hedging is on; what is learnt is recorded, whatever becomes of it. */
  #try(lease: Lease): Promise<AttemptOutcome> {
    const afterMs = this.#hedgeAfterMs();
    if (afterMs === undefined) return this.#begin(lease, false).outcome;
    return hedge(this.#begin(lease, true), afterMs, () => this.#beginSecond());
  }

  /** After how long without an answer a second attempt begins beside this one; undefined for none. */
  #hedgeAfterMs(): number | undefined {
    const { hedgeAfterMs, attempts } = this.#model.settings;
    if (hedgeAfterMs === undefined || this.#failures.length > 0) return undefined;
    if (attempts < 2 || this.#model.targets.length < 2) return undefined;
    // Both would start the job.
    return mayStartJob(this.#call) ? undefined : hedgeAfterMs;
  }

  /** The second attempt of a hedge: at another target, if one is free now and the budget allows it. */
  #beginSecond(): Attempt | undefined {
    const mayBegin = (): boolean => this.#budget.tryBeginRetry(false);
    const lease = this.#targets.acquireBeside(this.#model, this.#request, mayBegin);
    if (lease === undefined) return undefined;
    try {
      const second = this.#begin(lease, true);
      void second.outcome.then(() => this.#budget.endRetry());
      return second;
    } catch (error) {
      this.#budget.endRetry();
      // What cannot be sent to the second target is no reason to give up the first.
      if (error instanceof GatewayError) return undefined;
      throw error;
    }
  }

  /**
   * Starts an attempt; its end is recorded on health, on the log and at the gate.
   * @throws GatewayError bad_request, invalid_model where the request cannot be sent to this target
   */
  #begin(lease: Lease, isHedged: boolean): Attempt {
    const call = this.#call;
    const stop = (): void => attempt.abandon("client_gone");
    const onSettled = (outcome: AttemptOutcome): void => {
      call.departure.unwatch(stop);
      this.#record(lease, outcome);
    };
    const attempt = new Attempt(call, lease, this.#attemptOptions(onSettled, isHedged));
    try {
      sendAttempt(attempt);
    } catch (error) {
      attempt.timer.disarm();
      lease.release();
      throw error;
    }
    // Where the target need not even be asked there is nothing to stop.
    if (attempt.phase !== "done") call.departure.watch(stop);
    return attempt;
  }

  #attemptOptions(onSettled: AttemptOptions["onSettled"], isHedged: boolean): AttemptOptions {
    const { world, isStream } = this.#call;
    const { holdsContextErrors } = this.#options;
    const begun = this.#failures.length + 1;
    const isLast = begun >= this.#model.targets.length || begun >= this.#model.settings.attempts;
    return {
      // Of the last one the client is told what it said.
      keepsErrors: isLast || holdsContextErrors,
      holdsContextErrors,
      holdsFirstEvent: isStream && (world.holdsFirstEvent || isHedged),
      deadlineMs: this.#deadlineMs,
      hasAnother: () => this.#hasAnother(),
      onSettled,
    };
  }

  #hasAnother(): boolean {
    if (this.#failures.length + 1 >= this.#model.settings.attempts) return false;
    return this.#targets.chooser.hasUntried(this.#model, this.#request);
  }

  #record(lease: Lease, outcome: AttemptOutcome): void {
    const { exchange } = this.#call;
    lease.end(outcome);
    if (outcome.kind === "answered" && outcome.fault !== undefined) exchange.noteFault(outcome.fault);
    if (outcome.kind === "failed") this.#failures.push(outcome);
    exchange.noteAttempt(summaryOf(exchange, lease, outcome));
  }

  #decide(failure: AttemptFailure): Decision {
    const call = this.#call;
    const { clock } = call.services;
    const model = this.#modelNow();
    const failed: FailedAttempt = {
      ...this.#targets.lookAhead(model, this.#request),
      attempts: this.#failures.length,
      retry: retryAfter(call, failure),
      isTransient: failure.verdict.isTransient,
      hintMs: waitHintMs(failure.headers, clock),
      isMaybeDone: isMaybeDone(call, failure),
      restMs: this.#targets.restMs(model, this.#request),
      isOnlyTarget: model.targets.length === 1,
      remainingMs: this.#deadlineMs - clock.nowMs(),
    };
    const policy = { ...RETRY_DEFAULTS, maxAttempts: model.settings.attempts };
    return decideNext(failed, this.#budget, clock, policy);
  }

  #end(stopped: StopReason): Ended {
    return { model: this.#model, failures: this.#failures, stopped, isFull: this.#request.isFull };
  }
}

/** Why its targets are looked for, beside the routing. */
function causeOf({ exchange, fallbackName }: Call): "fallback" | "home" | undefined {
  if (fallbackName !== undefined) return "fallback";
  return exchange.home === undefined ? undefined : "home";
}
