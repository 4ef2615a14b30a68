// Finds out when a budget has reached its warning or its end, or was used by something without a price, and tells the log
// and the webhook: once for each period.

import type { Log } from "../../core/summary.ts";
import type { AlertKind, Budget, BudgetPeriod } from "./budget.ts";
import { dollars, wordsOf } from "./limit-refusals.ts";

/** What is told, plain. Nothing in it is secret. */
export type Alert = {
  readonly kind: AlertKind;
  /** A sentence. */
  readonly text: string;
  readonly budget: {
    readonly of: "key" | "tag" | "all";
    /** The id of a key, or a tag. */
    readonly id: string | undefined;
    readonly name: string | undefined;
    readonly per: string;
    readonly timeZone: string;
  };
  readonly spentNanoDollars: number;
  readonly limitNanoDollars: number;
  /** Milliseconds since 1970. */
  readonly periodStartMs: number;
  /** Undefined: never. */
  readonly periodEndMs: number | undefined;
};

/** Who is told. Returns at once and never throws. */
export type TellAlert = (alert: Alert) => void;

/** Looks at budgets. */
export class BudgetAlerts {
  readonly #log: Log;
  readonly #tell: TellAlert;
  readonly #wallMs: () => number;

  constructor(log: Log, tell: TellAlert, wallMs: () => number) {
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

  #say(kind: AlertKind, budget: Budget, period: BudgetPeriod): void {
    if (period.told.has(kind)) return;
    period.told.add(kind);
    // Whoever is told of the end need not be told of the way there.
    if (kind === "budget_spent") period.told.add("budget_warning");
    const text = sentence(kind, budget, period);
    this.#log.warn(kind, text);
    const { name, settings } = budget;
    const { startMs, endMs } = period.span;
    this.#tell({
      kind,
      text,
      budget: {
        of: name.kind === "model" ? "all" : name.kind,
        id: name.kind === "key" ? name.id : name.kind === "tag" ? name.tag : undefined,
        name: name.kind === "key" ? name.name : undefined,
        per: settings.per,
        timeZone: settings.timeZone,
      },
      spentNanoDollars: period.spent,
      limitNanoDollars: settings.nanoDollars,
      periodStartMs: startMs,
      periodEndMs: Number.isFinite(endMs) ? endMs : undefined,
    });
  }
}

function sentence(kind: AlertKind, { name, settings }: Budget, { spent }: BudgetPeriod): string {
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
