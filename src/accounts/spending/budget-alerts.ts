// Finds out when a budget has reached its warning or its end, or was used by something without a price, and tells the log
// and whoever tells the operator: once for each period.

import type { AlertDetails, TellNews } from "../../alerts/alert.ts";
import type { Log } from "../../core/summary.ts";
import type { Budget, BudgetAlert, BudgetPeriod } from "./budget.ts";
import { dollars, wordsOf } from "./limit-refusals.ts";

const NANO = 1_000_000_000;

/** Looks at budgets. */
export class BudgetAlerts {
  readonly #log: Log;
  readonly #tell: TellNews;
  readonly #wallMs: () => number;

  constructor(log: Log, tell: TellNews, wallMs: () => number) {
    this.#log = log;
    this.#tell = tell;
    this.#wallMs = wallMs;
  }

  /** Something was settled for a budget. */
  look(budget: Budget): void {
    const period = budget.at(this.#wallMs());
    const { nanoDollars, warnAt } = budget.settings;
    if (period.unpriced > 0) this.#say("budget_unpriced", budget, period);
    if (period.spent >= nanoDollars) this.#say("budget_spent", budget, period);
    else if (warnAt !== undefined && period.spent >= nanoDollars * warnAt)
      this.#say("budget_warning", budget, period);
  }

  #say(kind: BudgetAlert, budget: Budget, period: BudgetPeriod): void {
    if (period.told.has(kind)) return;
    period.told.add(kind);
    // Whoever is told of the end need not be told of the way there.
    if (kind === "budget_spent") period.told.add("budget_warning");
    const text = sentence(kind, budget, period);
    this.#log.warn(kind, text);
    const level = kind === "budget_spent" ? "error" : "warning";
    const details = detailsOf(budget, period);
    this.#tell({ kind, level, subject: budget.id, text, details }, String(period.span.startMs));
  }
}

function detailsOf({ name, settings }: Budget, { spent, span }: BudgetPeriod): AlertDetails {
  const { startMs, endMs } = span;
  return {
    budget: {
      of: name.kind === "model" ? "all" : name.kind,
      id: name.kind === "key" ? name.id : name.kind === "tag" ? name.tag : null,
      name: name.kind === "key" ? name.name : null,
      per: settings.per,
      time_zone: settings.timeZone,
      limit_usd: settings.nanoDollars / NANO,
      limit_nano_usd: settings.nanoDollars,
    },
    spent_usd: spent / NANO,
    spent_nano_usd: spent,
    period_start: new Date(startMs).toISOString(),
    period_end: Number.isFinite(endMs) ? new Date(endMs).toISOString() : null,
  };
}

function sentence(kind: BudgetAlert, { name, settings }: Budget, { spent }: BudgetPeriod): string {
  const whose = `The budget of ${wordsOf(name)}`;
  const amounts = `${dollars(spent)} of ${dollars(settings.nanoDollars)} USD`;
  switch (kind) {
    case "budget_warning":
      return `${whose} is used to ${Math.floor((spent / settings.nanoDollars) * 100)} percent: ${amounts}.`;
    case "budget_spent":
      return `${whose} is spent: ${amounts}. Requests are refused until it begins anew.`;
    case "budget_unpriced":
      return `${whose} does not count requests whose price nobody knows, and there were such.`;
  }
}
