// What of limits and budgets outlives the process: how full buckets are, and which warnings were told. Two small documents
// of the store, written every few seconds when something was counted, off the way of requests. A disk that fails costs
// nothing but that: after a restart buckets are full then.

import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Store } from "../../store/store.ts";
import type { Accounts } from "./accounts.ts";
import type { BudgetAlert } from "./budget.ts";
import { type Counted, fieldOf, WINDOWS } from "./limit-scope.ts";

const LIMITS = { kind: "limit-state", id: "buckets" } as const;
const BUDGETS = { kind: "budget-state", id: "told" } as const;
const SAVE_MS = 5_000;
const ALERT_KINDS: ReadonlySet<unknown> = new Set<BudgetAlert>([
  "budget_warning",
  "budget_spent",
  "budget_unpriced",
]);

/** A bucket: whose, which, and how much is in it. */
type SavedLevel = readonly [id: string, field: string, level: number];
/** A budget in a period, and what was told of it. */
type SavedTold = readonly [id: string, startMs: number, told: readonly BudgetAlert[]];

/** What it is made of. */
type SavedCountsParts = {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
};

/** Keeps them. Never rejects. */
export class SavedCounts {
  readonly #parts: SavedCountsParts;
  #revision = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;
  /** Whether no bucket lacked anything when they were written last. */
  #isFull = false;
  #toldText = '{"told":[]}';

  constructor(parts: SavedCountsParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier process has left. Once the limits and budgets are configured. */
  async restore(): Promise<void> {
    const { store, accounts } = this.#parts;
    // A store that nobody needs is not even opened.
    if (accounts.bounds.isEmpty) return;
    try {
      const limits = await store.records(LIMITS.kind);
      this.#restoreLimits(limits.find(({ id }) => id === LIMITS.id)?.text);
      const budgets = await store.records(BUDGETS.kind);
      this.#restoreTold(budgets.find(({ id }) => id === BUDGETS.id)?.text);
    } catch (error) {
      this.#noteFailure(error);
    }
    this.#revision = accounts.revision;
  }

  /** Begins to look every few seconds whether there is something to write. */
  begin(): void {
    this.#timer = setInterval(() => this.#save(), SAVE_MS).unref();
  }

  /** Writes what has changed; for the end. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#save();
    await this.#writing;
  }

  #save(): void {
    const { accounts } = this.#parts;
    if (accounts.revision === this.#revision) return;
    this.#revision = accounts.revision;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const { store, clock } = this.#parts;
    const levels = this.#levels();
    const isStillFull = levels.length === 0 && this.#isFull;
    const limits = JSON.stringify({ savedMs: clock.wallMs(), levels });
    const budgets = JSON.stringify({ told: this.#told() });
    try {
      if (!isStillFull) await store.put({ ...LIMITS, text: limits });
      this.#isFull = levels.length === 0;
      if (budgets !== this.#toldText) await store.put({ ...BUDGETS, text: budgets });
      this.#toldText = budgets;
      this.#hasFailed = false;
    } catch (error) {
      this.#noteFailure(error);
    }
  }

  /** Of those that are not full. */
  #levels(): readonly SavedLevel[] {
    const { accounts, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const levels: SavedLevel[] = [];
    for (const scope of accounts.bounds.scopes.values())
      for (const what of ["requests", "tokens"] satisfies readonly Counted[])
        for (const index of WINDOWS.keys()) {
          const bucket = scope[what][index];
          const level = bucket?.level(nowMs);
          if (bucket === undefined || level === undefined || level >= bucket.capacity) continue;
          levels.push([scope.id, fieldOf(what, index), Math.floor(level)]);
        }
    return levels;
  }

  #told(): readonly SavedTold[] {
    const { accounts, clock } = this.#parts;
    const wallMs = clock.wallMs();
    return [...accounts.bounds.budgets.values()].flatMap((budget) => {
      const { span, told } = budget.at(wallMs);
      return told.size === 0 ? [] : [[budget.id, span.startMs, [...told]] satisfies SavedTold];
    });
  }

  #restoreLimits(text: string | undefined): void {
    const { accounts, clock } = this.#parts;
    const { savedMs, levels } = blockOf(text);
    if (typeof savedMs !== "number" || !Array.isArray(levels)) return;
    const nowMs = clock.nowMs();
    // A clock that was put back has no time pass; one that was put forward fills buckets.
    const awayMs = Math.max(0, clock.wallMs() - savedMs);
    for (const saved of levels) {
      if (!isLevel(saved)) continue;
      const [id, field, level] = saved;
      const bucket = accounts.bounds.scopes.get(id)?.bucket(field);
      if (bucket === undefined) continue;
      const back = (awayMs / bucket.windowMs) * bucket.capacity;
      bucket.take(Math.max(0, bucket.capacity - level - back), nowMs);
    }
  }

  #restoreTold(text: string | undefined): void {
    const { accounts, clock } = this.#parts;
    const { told } = blockOf(text);
    if (!Array.isArray(told)) return;
    for (const saved of told) {
      if (!isTold(saved)) continue;
      const [id, startMs, kinds] = saved;
      const period = accounts.bounds.budgets.get(id)?.at(clock.wallMs());
      if (period?.span.startMs !== startMs) continue;
      for (const kind of kinds) if (ALERT_KINDS.has(kind)) period.told.add(kind);
    }
  }

  #noteFailure(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#parts.log.warn(
      "limits_not_kept",
      "How much of limits is used cannot be kept; they hold all the same.",
      {
        reason: error instanceof Error ? error.message : "unknown",
      },
    );
  }
}

function blockOf(text: string | undefined): Readonly<Record<"savedMs" | "levels" | "told", unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return { savedMs: undefined, levels: undefined, told: undefined, ...Object(value) };
  } catch {
    return { savedMs: undefined, levels: undefined, told: undefined };
  }
}

function isLevel(value: unknown): value is SavedLevel {
  if (!Array.isArray(value)) return false;
  const [id, field, level] = value;
  return typeof id === "string" && typeof field === "string" && Number.isFinite(level);
}

function isTold(value: unknown): value is SavedTold {
  if (!Array.isArray(value)) return false;
  const [id, startMs, told] = value;
  return typeof id === "string" && Number.isFinite(startMs) && Array.isArray(told);
}
