// What clients may use and spend: lets a request through or refuses it, and counts. All of it is in memory; what outlives
// the process is in `saved-counts.ts`.

import type { Clock } from "../../core/clock.ts";
import type { Model, Target } from "../../routing/model.ts";
import type { Caller } from "../caller.ts";
import { CallAdmission, type Reservation } from "./admission.ts";
import { BoundTable } from "./bound-table.ts";
import type { Budget } from "./budget.ts";
import type { CountChange, CountNews } from "./count-news.ts";
import { type Expected, expectedOf } from "./estimate.ts";
import { limitHeaders } from "./limit-headers.ts";
import { overBudget, overLimit, unpriced } from "./limit-refusals.ts";
import type { LimitScope } from "./limit-scope.ts";

/** What so many tokens of a model cost at one of its targets, in nano-dollars; undefined where nobody knows. */
export type EstimatePrice = (
  target: Target,
  model: Model,
  inputTokens: number,
  outputTokens: number,
) => number | undefined;

/** A request that asks to be let through. */
export type AccountRequest = {
  readonly caller: Caller | undefined;
  readonly model: Model;
  /** Empty where there is none. */
  readonly body: Buffer;
  /** Whether its answer is text that a model writes. */
  readonly isWritten: boolean;
  /** Nobody is asked to answer it: it uses no tokens and costs nothing. */
  readonly isFree?: boolean;
  readonly wallMs: number;
};

/** Let through: what has to be settled, and what the answer says of limits. */
export type Admitted = { readonly admission: CallAdmission; readonly headers: readonly string[] };

/** Of an answer whose length nobody has bounded, and of limits of tokens, which would refuse too much otherwise. */
const USUAL_OUTPUT = 1_024;

const NO_BUDGETS: readonly Budget[] = [];
const NOTHING_EXPECTED: Expected = { input: 0, mostOutput: undefined };

/** What it is made of. */
export type AccountsParts = {
  readonly clock: Clock;
  readonly price: EstimatePrice;
  /** Told of what is counted, where other processes have to know it. */
  readonly news?: CountNews | undefined;
};

/** The limits and budgets in force, and the requests that they let through. */
export class Accounts {
  readonly bounds: BoundTable;
  /** Grows whenever something was counted. */
  revision = 0;
  /** Told of each budget for which something was settled. */
  onSettled: (budget: Budget) => void = () => undefined;
  readonly #clock: Clock;
  readonly #price: EstimatePrice;

  constructor({ clock, price, news }: AccountsParts) {
    this.#clock = clock;
    this.#price = price;
    this.bounds = new BoundTable(clock, news);
  }

  /** Whether a caller may be bound by something: false costs nothing more. */
  mayBound(caller: Caller | undefined): boolean {
    return (
      this.bounds.isShared ||
      (caller !== undefined && (caller.limits !== undefined || caller.budget !== undefined))
    );
  }

  /**
   * Lets a request through; undefined where nothing bounds it, and then nothing has to be settled.
   * @throws GatewayError rate_limit_exceeded, insufficient_quota, unpriced_model
   */
  admit(request: AccountRequest): Admitted | undefined {
    const { caller } = request;
    const { scopes: ofCaller, budgets: all } = this.bounds.ofCaller(caller);
    const budgets = request.isFree === true ? NO_BUDGETS : all;
    const ofModel = this.bounds.ofModel(request.model);
    if (ofCaller.length + ofModel.length + budgets.length === 0) return undefined;
    const scopes = ofModel.length === 0 ? ofCaller : [...ofCaller, ...ofModel];
    return this.#admit(request, scopes, budgets);
  }

  /** Takes what another process has counted. */
  apply(changes: readonly CountChange[]): void {
    const nowMs = this.#clock.nowMs();
    this.revision += 1;
    for (const [id, field, amount] of changes) {
      if (!field.includes("@")) {
        this.bounds.scopes.get(id)?.apply(field, amount, nowMs);
        continue;
      }
      const budget = this.bounds.budgets.get(id);
      if (budget === undefined) continue;
      budget.apply(field, amount);
      this.onSettled(budget);
    }
  }

  /** All that is counted now, as if it had just been. */
  counts(): readonly CountChange[] {
    const nowMs = this.#clock.nowMs();
    return [
      ...[...this.bounds.scopes.values()].flatMap((scope) => scope.changes(nowMs)),
      ...[...this.bounds.budgets.values()].flatMap((budget) => budget.changes()),
    ];
  }

  #admit(request: AccountRequest, scopes: readonly LimitScope[], budgets: readonly Budget[]): Admitted {
    const nowMs = this.#clock.nowMs();
    const isFree = request.isFree === true;
    const expected = isFree ? NOTHING_EXPECTED : expectedOf(request.body);
    const output = request.isWritten && !isFree ? (expected.mostOutput ?? USUAL_OUTPUT) : 0;
    const tokens = expected.input + Math.min(output, USUAL_OUTPUT);
    for (const scope of scopes) {
      const lacking = scope.lacking(isFree ? undefined : tokens, nowMs);
      if (lacking !== undefined) throw overLimit(lacking, scopes, nowMs);
    }
    const estimate = budgets.length === 0 ? 0 : this.#estimate(request, expected, output, budgets);
    const reservations: Reservation[] = [];
    for (const budget of budgets) {
      const period = budget.at(request.wallMs);
      const answer = budget.answer(period, estimate);
      if (answer !== "open") throw overBudget(budget, period, answer);
      reservations.push({ budget, period });
    }
    // Nothing is taken before all have said yes.
    for (const scope of scopes) scope.enter(tokens, nowMs);
    for (const { budget, period } of reservations) budget.reserve(period, estimate);
    this.revision += 1;
    const taken = { scopes, tokens, reservations, nanoDollars: estimate };
    const admission = new CallAdmission(taken, this.#clock.nowMs, (settled) => this.#noteSettled(settled));
    return { admission, headers: limitHeaders(scopes, nowMs) };
  }

  /** The dearest of the model's targets: which of them will answer is not known yet. */
  #estimate(
    { model }: AccountRequest,
    { input }: Expected,
    output: number,
    budgets: readonly Budget[],
  ): number {
    let dearest: number | undefined;
    for (const target of model.targets) {
      const price = this.#price(target, model, input, output);
      if (price !== undefined && price > (dearest ?? -1)) dearest = price;
    }
    if (dearest !== undefined) return Math.ceil(dearest);
    const refusing = budgets.find(({ settings }) => settings.unpriced === "refuse");
    if (refusing !== undefined) throw unpriced(refusing, model.name);
    return 0;
  }

  #noteSettled(reservations: readonly Reservation[]): void {
    this.revision += 1;
    for (const { budget } of reservations) this.onSettled(budget);
  }
}
