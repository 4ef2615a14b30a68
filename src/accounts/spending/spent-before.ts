// What was spent of each budget before this process began to count: the ledger's sums since its period began. Asked once
// for a budget, and again while the store has no answer, so that a restart makes no budget larger.

import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Store, UsageQuestion, UsageRow } from "../../store/store.ts";
import type { Accounts } from "./accounts.ts";
import type { Budget, BudgetPeriod } from "./budget.ts";

const RETRY_MS = 2_000;

/** What it is made of. */
type SpentBeforeParts = {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
};

type UnknownPeriod = { readonly budget: Budget; readonly period: BudgetPeriod };

/** Adds it. Never rejects. */
export class SpentBefore {
  readonly #parts: SpentBeforeParts;
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;
  #isClosed = false;

  constructor(parts: SpentBeforeParts) {
    this.#parts = parts;
  }

  /** For every budget that it was not asked for yet; resolves when the first answers, or failures, are there. */
  async restore(): Promise<void> {
    const { accounts, clock, log } = this.#parts;
    const wallMs = clock.wallMs();
    const waiting: UnknownPeriod[] = [];
    for (const budget of accounts.bounds.budgets.values()) {
      const period = budget.at(wallMs);
      if (period.isRestored) continue;
      period.sinceMs ??= wallMs;
      waiting.push({ budget, period });
    }
    if (waiting.length === 0) return;
    try {
      // What was used since then must not be missing there, nor anything be counted twice.
      await this.#parts.store.flush();
      await this.#askForKeys(waiting.filter(({ budget }) => budget.name.kind === "key"));
      for (const { budget, period } of waiting) {
        const { name } = budget;
        if (name.kind === "key") continue;
        const tag = name.kind === "tag" ? name.tag : undefined;
        this.#add(period, await this.#ask(period, { groups: [], tag }));
      }
      this.#hasFailed = false;
    } catch (error) {
      // The store ends with the process: nobody needs to know any more.
      if (this.#isClosed) return;
      if (!this.#hasFailed)
        log.error(
          "budgets_unknown",
          "What was spent of budgets before the start cannot be read; it is asked again.",
          {},
          error,
        );
      this.#hasFailed = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.restore(), RETRY_MS).unref();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** One question for all keys whose periods began at the same time, however many keys there are. */
  async #askForKeys(waiting: readonly UnknownPeriod[]): Promise<void> {
    const byTimes = Map.groupBy(waiting, ({ period }) => `${period.span.startMs} ${period.sinceMs}`);
    for (const ones of byTimes.values()) {
      const [first] = ones;
      if (first === undefined) continue;
      const rows = await this.#ask(first.period, { groups: ["key"] });
      const sums = Map.groupBy(rows, ({ values }) => String(values[0]));
      for (const { budget, period } of ones) {
        const id = budget.name.kind === "key" ? budget.name.id : "";
        this.#add(period, sums.get(id) ?? []);
      }
    }
  }

  async #ask(
    { span, sinceMs = 0 }: BudgetPeriod,
    question: Pick<UsageQuestion, "groups" | "tag">,
  ): Promise<readonly UsageRow[]> {
    if (span.startMs >= sinceMs) return [];
    return this.#parts.store.usage({ ...question, fromMs: span.startMs, toMs: sinceMs });
  }

  #add(period: BudgetPeriod, rows: readonly UsageRow[]): void {
    if (period.isRestored) return;
    period.isRestored = true;
    for (const { nanoDollars, unpriced } of rows) {
      period.spent += nanoDollars ?? 0;
      period.unpriced += unpriced;
    }
    this.#parts.accounts.revision += 1;
  }
}
