// Steps 7 and 8 together, for one model: picks a target, tries it, and goes on while nothing has been sent and the
// policy allows it: to the next target, to another key, or after a wait to the same one. Called by `fallback-chain.ts`.

import { GatewayError } from "../../core/errors.ts";
import type { Model, Target } from "../../routing/model.ts";
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
import type { Exchange } from "../exchange/exchange.ts";
import type { AttemptFailure, AttemptOptions, AttemptOutcome } from "../outcome/attempt-outcome.ts";
import { currentTable } from "../request/resolve.ts";
import { firstRestEnd, type RestEnd } from "../target/rest-waits.ts";
import { TriedTargets } from "../target/tried-targets.ts";
import type { Turn } from "../target/turn.ts";
import { Attempt } from "./attempt.ts";
import { type HedgeableRun, runHedged } from "./hedge.ts";
import { isMaybeDone, mayStartJob } from "./jobs.ts";
import { retryAfter } from "./may-retry.ts";
import { TurnSource } from "./turn-source.ts";
import { waitUnlessGone } from "./wait.ts";

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
export class Run implements HedgeableRun {
  readonly exchange: Exchange;
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

  constructor(exchange: Exchange, model: Model, options: RunOptions) {
    this.exchange = exchange;
    this.#model = model;
    this.#options = options;
    this.#turns = new TurnSource(exchange, this.#tried);
    this.#budget = exchange.services.steering.budgets.of(model.name);
    const totalMs = exchange.isStream ? undefined : model.targets[0]?.timeouts.totalMs;
    this.#deadlineMs = exchange.startedMs + (totalMs ?? Number.POSITIVE_INFINITY);
    this.#restsLeftMs = options.awaitsRests ? exchange.services.steering.restWaits.maxMs : 0;
  }

  /**
   * Undefined when the exchange was answered.
   * @throws GatewayError client_closed
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
          if (this.exchange.error === undefined) this.#budget.noteAnswer();
          return undefined;
        }
        if (outcome.kind === "broken") throw outcome.error;
        if (outcome.kind !== "failed") throw new GatewayError("client_closed");
        const decision = this.#decide(outcome);
        if (decision.kind === "stop") return this.#end(decision.reason);
        isRetry = decision.kind !== "when_rest_is_over";
        if (decision.kind === "next_target") next = this.#turns.next(this.#model, decision.proof);
        else if (decision.kind === "same_target_after") {
          await waitUnlessGone(this.exchange, decision.waitMs);
          next = this.#turns.at(this.#model, turn.target);
        } else if (await this.#waitForRest()) next = this.#turns.next(this.#model, "preferred");
        else return this.#end("wait_too_long");
      }
    } finally {
      if (isRetry) this.#budget.endRetry();
      this.#budget.endRequest();
      this.exchange.onClientGone = undefined;
    }
  }

  /** For the hedge: another target, if one is free now and the budget allows it. */
  beginSecond(): Turn | undefined {
    return this.#turns.beside(this.#model, () => this.#budget.tryBeginRetry(false));
  }

  /** The hedge's second attempt is over. */
  endSecond(): void {
    this.#budget.endRetry();
  }

  /** Tries one target, or two where hedging is on; what is learnt is recorded, whatever becomes of it. */
  #try(turn: Turn): Promise<AttemptOutcome> {
    const { hedgeAfterMs } = this.#model.settings;
    const isHedged =
      hedgeAfterMs !== undefined &&
      this.#failures.length === 0 &&
      this.#model.targets.length > 1 &&
      this.#model.settings.attempts > 1 &&
      // Both would start the job.
      !mayStartJob(this.exchange);
    if (isHedged) return runHedged(this, turn, hedgeAfterMs);
    return this.attempt(turn, undefined).outcome;
  }

  /** Starts an attempt; its end is recorded on health, on the log and at the gate. */
  attempt(turn: Turn, onCommit: AttemptOptions["onCommit"]): Attempt {
    const { exchange } = this;
    const attempt = new Attempt(exchange, turn, this.#attemptOptions(turn, onCommit));
    exchange.onClientGone = () => attempt.abandon("client_gone");
    try {
      attempt.start();
    } catch (error) {
      turn.end();
      throw error;
    }
    if (exchange.isClientGone) attempt.abandon("client_gone");
    return attempt;
  }

  #attemptOptions(turn: Turn, onCommit: AttemptOptions["onCommit"]): AttemptOptions {
    const { world, isStream } = this.exchange;
    const { holdsContextErrors } = this.#options;
    const begun = this.#failures.length + 1;
    const isLast = begun >= this.#model.targets.length || begun >= this.#model.settings.attempts;
    return {
      // Of the last one the client is told what it said.
      keepsErrors: isLast || holdsContextErrors,
      holdsContextErrors,
      holdsFirstEvent: isStream && (world.holdsFirstEvent || onCommit !== undefined),
      deadlineMs: isStream ? undefined : this.#deadlineMs,
      hasAnother: () => this.#hasAnother(),
      onSettled: (outcome) => this.#record(turn, outcome),
      onCommit,
    };
  }

  #hasAnother(): boolean {
    if (this.#failures.length + 1 >= this.#model.settings.attempts) return false;
    const request = this.#turns.pickRequest(this.#model);
    return this.exchange.services.steering.chooser.hasUntried(this.#model, request);
  }

  #record(turn: Turn, outcome: AttemptOutcome): void {
    const { exchange } = this;
    turn.settle(outcome, exchange);
    if (outcome.kind === "failed") {
      this.#failures.push(outcome);
      this.#tried.noteFailure(turn.target, outcome.verdict, this.#backMs(outcome));
    }
    exchange.attempts.push(summaryOf(exchange, turn, outcome));
  }

  /** When a target that has just failed may be asked again, by its own word or as long as it rests. */
  #backMs({ target, headers }: AttemptFailure): number | undefined {
    const { services, operationKey } = this.exchange;
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
    const now = currentTable(this.exchange).resolve(this.#model.name);
    if (now !== undefined && now.targets.length > 0) this.#model = now;
  }

  #decide(failure: AttemptFailure): Decision {
    const { exchange } = this;
    const { steering, clock } = exchange.services;
    this.#lookForNews();
    const model = this.#model;
    let ahead = steering.chooser.lookAhead(model, this.#turns.pickRequest(model));
    if (!ahead.hasUntried && this.#tried.hasOtherKeys) {
      const isAnyFree = this.#tried.forgetWhereOtherKeys((target) =>
        steering.hasFreeKey(target, exchange.marks),
      );
      if (isAnyFree) ahead = steering.chooser.lookAhead(model, this.#turns.pickRequest(model));
    }
    const failed: FailedAttempt = {
      ...ahead,
      attempts: this.#failures.length,
      retry: retryAfter(exchange, failure),
      isTransient: failure.verdict.isTransient,
      hintMs: waitHintMs(failure.headers, clock),
      isMaybeDone: isMaybeDone(exchange, failure),
      restMs: this.#restMs(),
      isOnlyTarget: model.targets.length === 1,
      remainingMs: this.#deadlineMs - clock.nowMs(),
    };
    const policy = { ...RETRY_DEFAULTS, maxAttempts: model.settings.attempts };
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
    return end === undefined ? undefined : Math.max(0, end.endMs - this.exchange.services.clock.nowMs());
  }

  #firstRestEnd(): RestEnd | undefined {
    if (this.#restsLeftMs <= 0) return undefined;
    const { services, operationKey } = this.exchange;
    const toldMs = (target: Target): number | undefined => this.#tried.limitedUntilMs(target);
    return firstRestEnd(services.steering.chooser, this.#model, operationKey, toldMs);
  }

  /** Waits until the first rest is over. False, at once, where that is too late, or too many wait already. */
  async #waitForRest(): Promise<boolean> {
    const { restWaits } = this.exchange.services.steering;
    const end = this.#turns.isFull ? undefined : this.#firstRestEnd();
    const restMs = this.#restMsOf(end);
    if (end === undefined || restMs === undefined) return this.#isRestOver();
    if (restMs > this.#restsLeftMs) return false;
    const waitMs = restWaits.enter(end);
    if (waitMs === undefined) return false;
    try {
      if (waitMs >= this.#deadlineMs - this.exchange.services.clock.nowMs()) return false;
      // Taken off before and not measured after, so that a request which finds another rest each time comes to an end.
      this.#restsLeftMs -= Math.max(1, restMs);
      await waitUnlessGone(this.exchange, Math.ceil(waitMs));
    } finally {
      restWaits.leave();
    }
    this.#lookForNews();
    this.#tried.forgetLimited(this.exchange.services.clock.nowMs());
    this.#mayLookAgain = true;
    return true;
  }

  /** The rest may have ended between the look for a target and the look for the rest's end. */
  #isRestOver(): boolean {
    if (!this.#mayLookAgain || this.#turns.isFull) return false;
    this.#mayLookAgain = false;
    this.#tried.forgetLimited(this.exchange.services.clock.nowMs());
    const request = this.#turns.pickRequest(this.#model);
    return this.exchange.services.steering.chooser.hasUntried(this.#model, request);
  }
}
