// Steps 7 and 8 together, for one model: picks a target, tries it, and goes on while nothing has been sent and the
// policy allows it: to the next target, to another key, or after a wait to the same one. Which model is asked after
// this one is for `answer-call.ts` to say.

import { GatewayError } from "../../core/errors.ts";
import type { Model, Target } from "../../routing/model.ts";
import {
  ATTEMPT_DEFAULTS,
  type Decision,
  decideNext,
  type FailedAttempt,
  type StopReason,
} from "../../routing/retry/attempt-policy.ts";
import { waitHintMs } from "../../routing/retry/retry-after.ts";
import type { RetryBudget } from "../../routing/retry/retry-budget.ts";
import { summaryOf } from "../answer/attempt-summary.ts";
import type { Call } from "../exchange/call.ts";
import type { AttemptFailure, AttemptOutcome } from "../outcome/outcome.ts";
import { currentTable } from "../request/resolve.ts";
import { firstRestEnd, type RestEnd } from "../target/rest-waits.ts";
import { TriedTargets } from "../target/tried-targets.ts";
import type { Turn } from "../target/turn.ts";
import { Attempt, type AttemptOptions } from "./attempt.ts";
import { hedge } from "./hedge.ts";
import { isMaybeDone, mayStartJob } from "./jobs.ts";
import { retryAfter } from "./may-retry.ts";
import { TurnSource } from "./turn-source.ts";
import { sendAttempt } from "./waiting.ts";

/** How a run ended without an answer. */
export type Ended = {
  readonly model: Model;
  readonly failures: readonly AttemptFailure[];
  readonly stopped: StopReason | undefined;
  /** All that could be asked were full, and no place came free in time. */
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
  readonly call: Call;
  #model: Model;
  readonly #options: RunOptions;
  readonly #failures: AttemptFailure[] = [];
  readonly #tried = new TriedTargets();
  readonly #turns: TurnSource;
  readonly #budget: RetryBudget;
  readonly #deadlineMs: number;
  /** What is left of the time that rests may be waited for. */
  #restsLeftMs: number;
  #mayLookAgain = true;

  constructor(call: Call, options: RunOptions) {
    const { model } = call;
    this.call = call;
    this.#model = model;
    this.#options = options;
    this.#turns = new TurnSource(call, this.#tried);
    this.#budget = call.services.steering.budgets.of(model.name);
    const totalMs = call.isStream ? undefined : model.targets[0]?.timeouts.totalMs;
    this.#deadlineMs = call.startedMs + (totalMs ?? Number.POSITIVE_INFINITY);
    this.#restsLeftMs = options.awaitsRests ? call.services.steering.restWaits.maxMs : 0;
  }

  /**
   * Asks one target after the other. Undefined when the client has an answer, whole or broken.
   * @throws GatewayError client_closed, or bad_request and invalid_model where the request cannot be sent on
   */
  async go(): Promise<Ended | undefined> {
    this.#budget.beginRequest();
    let isRetry = false;
    try {
      let next = this.#turns.next(this.#model);
      for (;;) {
        // Nearly always there is a place, and nothing to wait for.
        const turn = next instanceof Promise ? await next : next;
        if (turn === undefined) {
          if (!(await this.#waitForRest())) return this.#end("no_target_left");
          next = this.#turns.next(this.#model);
          continue;
        }
        const outcome = await this.#try(turn);
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
        if (decision.kind === "next_target") next = this.#turns.next(this.#model, decision.proof);
        else if (decision.kind === "same_target_after") {
          await this.call.departure.pause(decision.waitMs);
          next = this.#turns.at(this.#model, turn.target);
        } else if (await this.#waitForRest()) next = this.#turns.next(this.#model, "preferred");
        else return this.#end("wait_too_long");
      }
    } finally {
      if (isRetry) this.#budget.endRetry();
      this.#budget.endRequest();
    }
  }

  /** Tries one target, or two where hedging is on; what is learnt is recorded, whatever becomes of it. */
  #try(turn: Turn): Promise<AttemptOutcome> {
    const afterMs = this.#hedgeAfterMs();
    if (afterMs === undefined) return this.#begin(turn, false).outcome;
    return hedge(this.#begin(turn, true), afterMs, () => this.#beginSecond());
  }

  /** The second attempt of a hedge: at another target, if one is free now and the budget allows it. */
  #beginSecond(): Attempt | undefined {
    const turn = this.#turns.beside(this.#model, () => this.#budget.tryBeginRetry(false));
    if (turn === undefined) return undefined;
    try {
      const second = this.#begin(turn, true);
      void second.outcome.then(() => this.#budget.endRetry());
      return second;
    } catch (error) {
      this.#budget.endRetry();
      // What cannot be sent to the second target is no reason to give up the first.
      if (error instanceof GatewayError) return undefined;
      throw error;
    }
  }

  /** After how long without an answer a second attempt begins beside this one; undefined for none. */
  #hedgeAfterMs(): number | undefined {
    const { hedgeAfterMs, attempts } = this.#model.settings;
    if (hedgeAfterMs === undefined || this.#failures.length > 0) return undefined;
    if (attempts < 2 || this.#model.targets.length < 2) return undefined;
    // Both would start the job.
    return mayStartJob(this.call) ? undefined : hedgeAfterMs;
  }

  /**
   * Starts an attempt; its end is recorded on health, on the log and at the gate.
   * @throws GatewayError bad_request, invalid_model where the request cannot be sent to this target
   */
  #begin(turn: Turn, isHedged: boolean): Attempt {
    const { call } = this;
    const stop = (): void => attempt.abandon("client_gone");
    const onSettled = (outcome: AttemptOutcome): void => {
      call.departure.unwatch(stop);
      this.#record(turn, outcome);
    };
    const attempt = new Attempt(call, turn, this.#attemptOptions(onSettled, isHedged));
    try {
      sendAttempt(attempt);
    } catch (error) {
      turn.end();
      throw error;
    }
    call.departure.watch(stop);
    return attempt;
  }

  #attemptOptions(onSettled: AttemptOptions["onSettled"], isHedged: boolean): AttemptOptions {
    const { world, isStream } = this.call;
    const { holdsContextErrors } = this.#options;
    const begun = this.#failures.length + 1;
    const isLast = begun >= this.#model.targets.length || begun >= this.#model.settings.attempts;
    return {
      // Of the last one the client is told what it said.
      keepsErrors: isLast || holdsContextErrors,
      holdsContextErrors,
      holdsFirstEvent: isStream && (world.holdsFirstEvent || isHedged),
      deadlineMs: isStream ? undefined : this.#deadlineMs,
      hasAnother: () => this.#hasAnother(),
      onSettled,
    };
  }

  #hasAnother(): boolean {
    if (this.#failures.length + 1 >= this.#model.settings.attempts) return false;
    const request = this.#turns.pickRequest(this.#model);
    return this.call.services.steering.chooser.hasUntried(this.#model, request);
  }

  #record(turn: Turn, outcome: AttemptOutcome): void {
    const { call } = this;
    turn.settle(outcome, call);
    if (outcome.kind === "answered" && outcome.fault !== undefined) call.exchange.noteFault(outcome.fault);
    if (outcome.kind === "failed") {
      this.#failures.push(outcome);
      this.#tried.noteFailure(turn.target, outcome.verdict, this.#backMs(outcome));
    }
    call.exchange.noteAttempt(summaryOf(call.exchange, turn, outcome));
  }

  /** When a target that has just failed may be asked again, by its own word or as long as it rests. */
  #backMs({ target, headers }: AttemptFailure): number | undefined {
    const { services, operationKey } = this.call;
    const { steering, clock } = services;
    const nowMs = clock.nowMs();
    const hintMs = waitHintMs(headers, clock);
    const backMs = Math.max(
      hintMs === undefined ? 0 : nowMs + hintMs,
      steering.health.recoversMs(target, operationKey),
    );
    return backMs > nowMs ? backMs : undefined;
  }

  /** A reload, or a new list, may have brought other targets since, and taken some out. */
  #lookForNews(): void {
    const now = currentTable(this.call.services).resolve(this.#model.name);
    if (now !== undefined && now.targets.length > 0) this.#model = now;
  }

  #decide(failure: AttemptFailure): Decision {
    const { call } = this;
    const { steering, clock } = call.services;
    this.#lookForNews();
    const model = this.#model;
    let ahead = steering.chooser.lookAhead(model, this.#turns.pickRequest(model));
    if (!ahead.hasUntried && this.#tried.hasOtherKeys) {
      const isAnyFree = this.#tried.forgetWhereOtherKeys((target) => steering.hasFreeKey(target, call.marks));
      if (isAnyFree) ahead = steering.chooser.lookAhead(model, this.#turns.pickRequest(model));
    }
    const failed: FailedAttempt = {
      ...ahead,
      attempts: this.#failures.length,
      retry: retryAfter(call, failure),
      isTransient: failure.verdict.isTransient,
      hintMs: waitHintMs(failure.headers, clock),
      isMaybeDone: isMaybeDone(call, failure),
      restMs: this.#restMs(),
      isOnlyTarget: model.targets.length === 1,
      remainingMs: this.#deadlineMs - clock.nowMs(),
    };
    const policy = { ...ATTEMPT_DEFAULTS, maxAttempts: model.settings.attempts };
    return decideNext(failed, this.#budget, clock, policy);
  }

  #end(stopped: StopReason): Ended {
    return { model: this.#model, failures: this.#failures, stopped, isFull: this.#turns.isFull };
  }

  /** Until the first rest is over; undefined where that is too late to be waited for. */
  #restMs(): number | undefined {
    const restMs = this.#restMsOf(this.#firstRestEnd());
    return restMs !== undefined && restMs <= this.#restsLeftMs ? restMs : undefined;
  }

  #restMsOf(end: RestEnd | undefined): number | undefined {
    return end === undefined ? undefined : Math.max(0, end.endMs - this.call.services.clock.nowMs());
  }

  #firstRestEnd(): RestEnd | undefined {
    if (this.#restsLeftMs <= 0) return undefined;
    const { services, operationKey } = this.call;
    const toldMs = (target: Target): number | undefined => this.#tried.limitedUntilMs(target);
    return firstRestEnd(services.steering.chooser, this.#model, operationKey, toldMs);
  }

  /** Waits until the first rest is over. False, at once, where that is too late, or too many wait already. */
  async #waitForRest(): Promise<boolean> {
    const { restWaits } = this.call.services.steering;
    const end = this.#turns.isFull ? undefined : this.#firstRestEnd();
    const restMs = this.#restMsOf(end);
    if (end === undefined || restMs === undefined) return this.#isRestOver();
    if (restMs > this.#restsLeftMs) return false;
    const waitMs = restWaits.enter(end);
    if (waitMs === undefined) return false;
    try {
      if (waitMs >= this.#deadlineMs - this.call.services.clock.nowMs()) return false;
      // Taken off before and not measured after, so that a request which finds another rest each time comes to an end.
      this.#restsLeftMs -= Math.max(1, restMs);
      await this.call.departure.pause(Math.ceil(waitMs));
    } finally {
      restWaits.leave();
    }
    this.#lookForNews();
    this.#tried.forgetLimited(this.call.services.clock.nowMs());
    this.#mayLookAgain = true;
    return true;
  }

  /** The rest may have ended between the look for a target and the look for the rest's end. */
  #isRestOver(): boolean {
    if (!this.#mayLookAgain || this.#turns.isFull) return false;
    this.#mayLookAgain = false;
    this.#tried.forgetLimited(this.call.services.clock.nowMs());
    const request = this.#turns.pickRequest(this.#model);
    return this.call.services.steering.chooser.hasUntried(this.#model, request);
  }
}
