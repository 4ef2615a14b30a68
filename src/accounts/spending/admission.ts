// One request that limits and budgets have let through: what was taken for it, and the true figures at its end.

import type { Cost, TokenUsage } from "../../core/usage.ts";
import type { Budget, BudgetPeriod } from "./budget.ts";
import type { LimitScope } from "./limit-scope.ts";

/** What was reserved of one budget. */
export type Reservation = { readonly budget: Budget; readonly period: BudgetPeriod };

/** What is known of a request when it is over. */
export type Outcome = {
  /** Whether an endpoint has answered it, so that it may have used something. */
  readonly isAnswered: boolean;
  /** Undefined where nobody has counted. */
  readonly usage: TokenUsage | undefined;
  /** Undefined for what is not counted at all. */
  readonly cost: Cost | undefined;
};

/** What was taken for a request. */
export type Taken = {
  readonly scopes: readonly LimitScope[];
  readonly tokens: number;
  readonly reservations: readonly Reservation[];
  /** Whole nano-dollars; 0 where the price is not known. */
  readonly nanoDollars: number;
};

/** The admission. */
export class CallAdmission {
  readonly #taken: Taken;
  readonly #nowMs: () => number;
  /** Told when it is over. */
  readonly #onSettled: (reservations: readonly Reservation[]) => void;
  #isOver = false;
  #isSettled = false;

  constructor(taken: Taken, nowMs: () => number, onSettled: (reservations: readonly Reservation[]) => void) {
    this.#taken = taken;
    this.#nowMs = nowMs;
    this.#onSettled = onSettled;
  }

  /** The request is no longer under way; what it has used may be told later. Once; later calls do nothing. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const scope of this.#taken.scopes) scope.leave();
  }

  /** It is over, what was reserved is given back, and what was used is counted. Once; later calls do nothing. */
  settle({ isAnswered, usage, cost }: Outcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.end();
    const { scopes, tokens, reservations, nanoDollars } = this.#taken;
    const unknown = isAnswered ? tokens : 0;
    const used = usage === undefined ? unknown : usage.input + usage.output;
    const nowMs = this.#nowMs();
    for (const scope of scopes) scope.correct(used - tokens, nowMs);
    const isGuess = isAnswered && usage === undefined && nanoDollars > 0;
    const spent = spentOf(cost, isGuess ? nanoDollars : undefined);
    for (const { budget, period } of reservations) budget.settle(period, nanoDollars, spent);
    this.#onSettled(reservations);
  }
}

/** Undefined where nobody knows it; `guess` stands for what an answer cost that nobody has counted. */
function spentOf(cost: Cost | undefined, guess: number | undefined): number | undefined {
  // What costs nothing by its nature has no figure either.
  if (cost === undefined || cost.source === "none") return 0;
  return cost.nanoDollars ?? guess;
}
