// What one key, one tag or all may spend in a period: an estimate is reserved before a request, the true figure is settled
// after it. Whole nano-dollars. A clock that jumps over a border and back finds what was spent before the jump.

import type { BudgetSettings } from "../key-rules.ts";
import type { CountChange, CountNews } from "./count-news.ts";
import { type ScopeName, scopeId } from "./limit-scope.ts";
import type { PeriodSpan, Periods } from "./period.ts";

/** Periods that are remembered: this one, and those where a clock that jumps may go back to. */
const REMEMBERED = 4;

/** What was spent in one period. */
export class BudgetPeriod {
  readonly span: PeriodSpan;
  spent = 0;
  /** For requests under way. */
  reserved = 0;
  /** Requests whose price nobody knew. */
  unpriced = 0;
  /** Whether what was spent before it was counted here is in it. */
  isRestored: boolean;
  /** From when on it is counted here, once somebody has asked for what was before; milliseconds since 1970. */
  sinceMs: number | undefined = undefined;
  /** What the operator was told: that the warning, or the end, was reached; that something had no price. */
  readonly told = new Set<BudgetAlert>();

  /** `isNew`: it begins while its budget is counted, so that nothing can have been spent before. */
  constructor(span: PeriodSpan, isNew: boolean) {
    this.span = span;
    this.isRestored = isNew;
  }
}

/** What is worth telling of a budget. */
export type BudgetAlert = "budget_warning" | "budget_spent" | "budget_unpriced";

/** Whether a budget lets a request through, or why not. `busy`: what is left is reserved by requests under way. */
export type BudgetAnswer = "open" | "busy" | "spent";

/** What all budgets of a process have in common. */
export type BudgetParts = {
  /** Told of what changes, where other processes have to know it. */
  readonly news: CountNews | undefined;
  readonly periodsOf: (timeZone: string) => Periods;
};

/** One budget. */
export class Budget {
  readonly id: string;
  readonly name: ScopeName;
  settings: BudgetSettings;
  readonly #periodsOf: (timeZone: string) => Periods;
  readonly #remembered: BudgetPeriod[] = [];
  #now: BudgetPeriod | undefined;
  readonly #news: CountNews | undefined;

  constructor(name: ScopeName, settings: BudgetSettings, { news, periodsOf }: BudgetParts) {
    this.id = budgetId(name, settings);
    this.name = name;
    this.settings = settings;
    this.#periodsOf = periodsOf;
    this.#news = news;
  }

  /** Takes another amount, share or rule. What was spent stays, unless it goes by other borders now. */
  configure(settings: BudgetSettings): void {
    const { timeZone, per } = this.settings;
    this.settings = settings;
    if (timeZone === settings.timeZone && per === settings.per) return;
    this.#remembered.length = 0;
    this.#now = undefined;
  }

  /** The period of a moment. */
  at(wallMs: number): BudgetPeriod {
    const known = this.#now;
    if (known !== undefined && wallMs >= known.span.startMs && wallMs < known.span.endMs) return known;
    const span = this.#periodsOf(this.settings.timeZone).spanOf(this.settings.per, wallMs);
    return this.#enter(span);
  }

  /** Whether a request of this estimate may begin. */
  answer(period: BudgetPeriod, estimate: number): BudgetAnswer {
    const { nanoDollars } = this.settings;
    const { spent, reserved } = period;
    if (spent >= nanoDollars) return "spent";
    // Alone it may begin with whatever is left: an estimate is a guess, and must not lock up the rest of a budget.
    if (reserved === 0 || spent + reserved + estimate <= nanoDollars) return "open";
    return "busy";
  }

  reserve(period: BudgetPeriod, estimate: number): void {
    period.reserved += estimate;
    this.#note(period, "reserved", estimate);
  }

  /** `cost`: undefined where nobody knows it. */
  settle(period: BudgetPeriod, estimate: number, cost: number | undefined): void {
    period.reserved = Math.max(0, period.reserved - estimate);
    this.#note(period, "reserved", -estimate);
    if (cost === undefined) {
      period.unpriced += 1;
      this.#note(period, "unpriced", 1);
    } else if (cost > 0) {
      period.spent += cost;
      this.#note(period, "spent", cost);
    }
  }

  /** Another process has counted. */
  apply(field: string, amount: number): void {
    const [what, startMs] = field.split("@");
    const period = this.#at(Number(startMs));
    if (what === "spent") period.spent += amount;
    else if (what === "unpriced") period.unpriced += amount;
    else period.reserved = Math.max(0, period.reserved + amount);
  }

  /** All that is remembered, for another process. */
  changes(): readonly CountChange[] {
    return this.#remembered.flatMap((period) => {
      const { span, spent, reserved, unpriced } = period;
      const at = `@${span.startMs}`;
      return [
        [this.id, `spent${at}`, spent] as const,
        [this.id, `reserved${at}`, reserved] as const,
        [this.id, `unpriced${at}`, unpriced] as const,
      ].filter(([, , amount]) => amount !== 0);
    });
  }

  #note(period: BudgetPeriod, what: string, amount: number): void {
    if (amount !== 0) this.#news?.note(this.id, `${what}@${period.span.startMs}`, amount);
  }

  #at(startMs: number): BudgetPeriod {
    const known = this.#remembered.find(({ span }) => span.startMs === startMs);
    return known ?? this.#enter(this.#periodsOf(this.settings.timeZone).spanOf(this.settings.per, startMs));
  }

  #enter(span: PeriodSpan): BudgetPeriod {
    let period = this.#remembered.find((one) => one.span.startMs === span.startMs);
    if (period === undefined) {
      period = new BudgetPeriod(span, this.#remembered.length > 0);
      this.#remembered.push(period);
      if (this.#remembered.length > REMEMBERED) this.#remembered.shift();
    }
    this.#now = period;
    return period;
  }
}

/** By which a budget is known; one key has one, a tag one for each kind of period. */
export function budgetId(name: ScopeName, { per }: Pick<BudgetSettings, "per">): string {
  return name.kind === "key" ? scopeId(name) : `${scopeId(name)} ${per}`;
}
