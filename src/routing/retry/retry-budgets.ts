// The retry budgets of all models, by public name. Bounded, since clients choose the names of pins.

import type { Clock } from "../../core/clock.ts";
import { makeRoom } from "../make-room.ts";
import {
  RETRY_BUDGET_DEFAULTS,
  RetryBudget,
  type RetryBudgetOptions,
  type RetryBudgetSnapshot,
} from "./retry-budget.ts";

const MAX_BUDGETS = 10_000;

/** The budget of one model at one moment. */
export type ModelBudgetSnapshot = RetryBudgetSnapshot & { readonly model: string };

/** One budget a model. */
export class RetryBudgets {
  readonly #clock: Clock;
  readonly #budgets = new Map<string, RetryBudget>();
  #options: RetryBudgetOptions = RETRY_BUDGET_DEFAULTS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The budget of a model; made where there is none yet. The oldest is forgotten when there are too many. */
  of(modelName: string): RetryBudget {
    const known = this.#budgets.get(modelName);
    if (known !== undefined) return known;
    makeRoom(this.#budgets, MAX_BUDGETS);
    const budget = new RetryBudget(this.#clock, this.#options);
    this.#budgets.set(modelName, budget);
    return budget;
  }

  /** All budgets as they stand now, the oldest first. O(models that were asked for). */
  snapshot(): readonly ModelBudgetSnapshot[] {
    return [...this.#budgets].map(([model, budget]) => ({ model, ...budget.snapshot() }));
  }

  /** Takes new constants, at a reload. */
  configure(options: RetryBudgetOptions): void {
    this.#options = options;
    for (const budget of this.#budgets.values()) budget.configure(options);
  }
}
