// Steps 7 and 8 together, for one model: picks a target, tries it, and goes on while nothing has been sent and the
// policy allows it: to the next target, to another key, or after a wait to the same one. Called by `fallback-chain.ts`.

import { GatewayError } from "../core/errors.ts";
import {
  ATTEMPT_DEFAULTS,
  type Decision,
  decideNext,
  type FailedAttempt,
  type StopReason,
} from "../routing/attempt-policy.ts";
import type { IsExcluded } from "../routing/balancer.ts";
import type { Model, Target } from "../routing/model.ts";
import { waitHintMs } from "../routing/retry-after.ts";
import type { RetryBudget } from "../routing/retry-budget.ts";
import { Attempt } from "./attempt.ts";
import type { AttemptFailure, AttemptOptions, AttemptOutcome } from "./attempt-outcome.ts";
import { summaryOf } from "./attempt-summary.ts";
import { isKeyFailure } from "./classify.ts";
import type { Place } from "./endpoint-gates.ts";
import type { Exchange } from "./exchange.ts";
import type { Gate } from "./gate.ts";
import { type HedgeableRun, runHedged } from "./hedge.ts";
import { retryAfter } from "./may-retry.ts";
import { currentTable } from "./resolve.ts";
import type { PickRequest } from "./steering.ts";
import { stickyKeyOf } from "./sticky-key.ts";
import type { Turn } from "./turn.ts";

/** How a run ended without an answer. */
export type Ended = {
  readonly model: Model;
  readonly failures: readonly AttemptFailure[];
  readonly stopped: StopReason | undefined;
  /** All that could be asked were full, and no place came free in time. */
  readonly isFull: boolean;
};

/** The attempts at the targets of one model. */
export class Run implements HedgeableRun {
  readonly exchange: Exchange;
  #model: Model;
  readonly #failures: AttemptFailure[] = [];
  #tried: Target[] = [];
  /** Of those tried, the ones where only a key failed and another one is free. */
  #otherKeys: Target[] = [];
  readonly #budget: RetryBudget;
  readonly #deadlineMs: number;
  #holdsContextErrors = false;
  #isFull = false;

  constructor(exchange: Exchange, model: Model) {
    this.exchange = exchange;
    this.#model = model;
    this.#budget = exchange.services.steering.budgets.of(model.name);
    const totalMs = exchange.isStream ? undefined : model.targets[0]?.timeouts.totalMs;
    this.#deadlineMs = exchange.startedMs + (totalMs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Undefined when the exchange was answered. `holdsContextErrors`: an endpoint's word that the prompt is too long is
   * no answer yet, since a model that is asked afterwards may take it.
   * @throws GatewayError client_closed
   */
  async go(holdsContextErrors: boolean): Promise<Ended | undefined> {
    this.#holdsContextErrors = holdsContextErrors;
    this.#budget.beginRequest();
    let again: Target | undefined;
    let isRetry = false;
    try {
      for (;;) {
        const next = again === undefined ? this.#nextTurn() : this.#turnAt(again);
        // Nearly always there is a place, and nothing to wait for.
        const turn = next instanceof Promise ? await next : next;
        if (turn === undefined) return this.#end("no_target_left");
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
        isRetry = true;
        again = decision.kind === "same_target_after" ? turn.target : undefined;
        if (decision.waitMs > 0) await this.#wait(decision.waitMs);
      }
    } finally {
      if (isRetry) this.#budget.endRetry();
      this.#budget.endRequest();
      this.exchange.onClientGone = undefined;
    }
  }

  /** Picks a target and begins at it; where all are full, waits for one. Undefined when there is none. */
  #nextTurn(): Turn | undefined | Promise<Turn | undefined> {
    const { steering } = this.exchange.services;
    const request = this.pickRequest();
    const target = steering.pick(this.#model, request);
    // Where all are ejected the pick asks for no room.
    if (target !== undefined && steering.gates.isFull(target.endpoint)) return this.#turnAt(target);
    if (target !== undefined) return this.#begin(target, undefined);
    const [first, ...others] = steering.fullTargets(this.#model, request.isTried, request.operation);
    return first === undefined ? undefined : this.#nextTurnAt(first, others);
  }

  /** A turn at one of these full targets, or at another if more than being full has come up against it meanwhile. */
  async #nextTurnAt(first: Target, others: readonly Target[]): Promise<Turn | undefined> {
    const place = await this.#waitAt(first, others);
    if (place === undefined) return undefined;
    const { services, operationKey } = this.exchange;
    if (services.steering.isWell(place.target, operationKey)) return this.#begin(place.target, place.gate);
    place.gate?.leave();
    return this.#nextTurn();
  }

  /** A turn at this target and no other, when there is a place. Undefined when none came free in time. */
  #turnAt(target: Target): Turn | Promise<Turn | undefined> {
    const { gates } = this.exchange.services.steering;
    if (!gates.isFull(target.endpoint)) return this.#begin(target, undefined);
    return this.#waitAt(target, []).then((place) => place && this.#begin(target, place.gate));
  }

  /** Undefined when no place came free in time. */
  async #waitAt(first: Target, others: readonly Target[]): Promise<Place | undefined> {
    const { exchange } = this;
    const place = await exchange.services.steering.gates.wait(first, others, (cancel) => {
      exchange.onClientGone = cancel;
    });
    const { entry, gate } = place;
    if (entry === "entered" && !exchange.isClientGone) return place;
    if (entry === "entered") gate?.leave();
    if (entry === "cancelled" || exchange.isClientGone) throw new GatewayError("client_closed");
    this.#isFull = true;
    return undefined;
  }

  #begin(target: Target, gate: Gate | undefined): Turn {
    if (!this.#tried.includes(target)) this.#tried.push(target);
    const { isStream, services, operationKey: operation, marks } = this.exchange;
    const { strategy } = this.#model.settings;
    return services.steering.begin(target, { isStream, strategy, gate, operation, marks });
  }

  /** For the hedge: another target, if one is free now and the budget allows it. */
  beginSecond(): Turn | undefined {
    const { steering } = this.exchange.services;
    const target = steering.pick(this.#model, this.pickRequest());
    if (target === undefined || steering.gates.isFull(target.endpoint)) return undefined;
    return this.#budget.tryBeginRetry(false) ? this.#begin(target, undefined) : undefined;
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
      this.#model.settings.attempts > 1;
    if (isHedged) return runHedged(this, turn, hedgeAfterMs);
    return this.attempt(turn, undefined).outcome;
  }

  /** Starts an attempt; its end is recorded on health, on the log and at the gate. */
  attempt(turn: Turn, onCommit: AttemptOptions["onCommit"]): Attempt {
    const { exchange } = this;
    const attempt = new Attempt(exchange, turn, this.#options(turn, onCommit));
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

  #options(turn: Turn, onCommit: AttemptOptions["onCommit"]): AttemptOptions {
    const { world, isStream } = this.exchange;
    const begun = this.#failures.length + 1;
    const isLast = begun >= this.#model.targets.length || begun >= this.#model.settings.attempts;
    return {
      // Of the last one the client is told what it said.
      keepsErrors: isLast || this.#holdsContextErrors,
      holdsContextErrors: this.#holdsContextErrors,
      holdsFirstEvent: isStream && (world.holdsFirstEvent || onCommit !== undefined),
      hasAnother: () => this.#hasAnother(),
      deadlineMs: isStream ? undefined : this.#deadlineMs,
      onSettled: (outcome) => this.#record(turn, outcome),
      onCommit,
    };
  }

  #hasAnother(): boolean {
    if (this.#failures.length + 1 >= this.#model.settings.attempts) return false;
    return this.exchange.services.steering.lookAhead(this.#model, this.pickRequest()).untried > 0;
  }

  /** A retry goes to a proven target where there is one: where several die at once, each other is a guess. */
  pickRequest(): PickRequest {
    const request = this.#pickAmong(
      this.#tried.length === 0 ? undefined : (target) => isAmong(this.#tried, target),
    );
    if (this.#failures.length === 0) return request;
    const { steering } = this.exchange.services;
    if (!steering.hasProven(this.#model, request)) return request;
    return this.#pickAmong(
      (target) => isAmong(this.#tried, target) || !steering.health.isProven(target, request.operation),
    );
  }

  #pickAmong(isTried: IsExcluded | undefined): PickRequest {
    const stickyKey = this.#model.settings.strategy === "sticky" ? stickyKeyOf(this.exchange) : undefined;
    const { isStream, operationKey: operation, marks } = this.exchange;
    return { isTried, isStream, stickyKey, operation, identity: marks.identity };
  }

  #record(turn: Turn, outcome: AttemptOutcome): void {
    const { exchange } = this;
    if (outcome.kind === "failed") this.#noteFailure(turn, outcome);
    turn.settle(outcome, exchange);
    exchange.attempts.push(summaryOf(exchange, turn, outcome));
  }

  #noteFailure(turn: Turn, failure: AttemptFailure): void {
    this.#failures.push(failure);
    const hasOthers = turn.target.endpoint.credentials.length > 1;
    if (hasOthers && isKeyFailure(failure.verdict)) this.#otherKeys.push(turn.target);
  }

  /** When no other target is left, those where one key failed may be asked with another. */
  #untryOtherKeys(): boolean {
    const { steering } = this.exchange.services;
    const free = this.#otherKeys.filter((target) => steering.hasFreeKey(target, this.exchange.marks));
    this.#otherKeys = [];
    if (free.length === 0) return false;
    this.#tried = this.#tried.filter((target) => !isAmong(free, target));
    return true;
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
    let ahead = steering.lookAhead(model, this.pickRequest());
    if (ahead.untried === 0 && this.#otherKeys.length > 0 && this.#untryOtherKeys())
      ahead = steering.lookAhead(model, this.pickRequest());
    const failed: FailedAttempt = {
      attempts: this.#failures.length,
      retry: retryAfter(exchange, failure),
      isTransient: failure.verdict.isTransient,
      hintMs: waitHintMs(failure.headers, clock),
      untriedTargets: ahead.untried,
      isNextProven: ahead.isNextProven,
      isOnlyTarget: model.targets.length === 1,
      remainingMs: this.#deadlineMs - clock.nowMs(),
    };
    const policy = { ...ATTEMPT_DEFAULTS, maxAttempts: model.settings.attempts };
    return decideNext(failed, this.#budget, clock, policy);
  }

  #end(stopped: StopReason): Ended {
    return { model: this.#model, failures: this.#failures, stopped, isFull: this.#isFull };
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
    if (exchange.isClientGone) throw new GatewayError("client_closed");
  }
}

/** By what it is and not by identity: a reload makes all targets anew. */
function isAmong(targets: readonly Target[], one: Target): boolean {
  return targets.some((target) => target.key === one.key);
}
