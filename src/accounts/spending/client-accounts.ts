// All that a gateway knows of its clients, put together: their keys, limits and budgets, what of these outlives the
// process, and who looks when a budget ends. One for each process that serves; in all but the one that owns the gateway
// there is no store, and keys and counts come from that one.

import type { TellNews } from "../../alerts/alert.ts";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Store } from "../../store/store.ts";
import { type ClientKey, configKeyId } from "../client-key.ts";
import { KeyBook } from "../key-book.ts";
import { type KeyNews, KeyTable } from "../key-table.ts";
import { Pepper } from "../pepper.ts";
import { Accounts, type EstimatePrice } from "./accounts.ts";
import type { AccountSettings } from "./bound-table.ts";
import { BudgetAlerts } from "./budget-alerts.ts";
import type { CountChange, CountNews } from "./count-news.ts";
import { SavedCounts } from "./saved-counts.ts";
import { SpentBefore } from "./spent-before.ts";

/** What of a configuration is about clients. */
export type ClientSettings = AccountSettings & {
  readonly keys: readonly ClientKey[];
};

/** What it is made of. */
export type ClientAccountsParts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly price: EstimatePrice;
  /** Undefined where nothing is kept, and where another process keeps it. */
  readonly store: Store | undefined;
  /** Where the store is; undefined where it is nowhere on a disk. */
  readonly folder: string | undefined;
  /** Where several processes serve: told of what is counted here. */
  readonly news?: CountNews | undefined;
};

/** What a process knows of clients: their keys, and what was counted of limits and budgets. */
export type ClientState = { readonly keys: KeyNews; readonly counts: readonly CountChange[] };

/** The clients. */
export class ClientAccounts {
  readonly keys = new KeyTable();
  readonly accounts: Accounts;
  /** Undefined where there is no store. */
  readonly book: KeyBook | undefined;
  readonly #saved: SavedCounts | undefined;
  readonly #before: SpentBefore | undefined;
  #config: readonly ClientKey[] = [];
  #isRestored = false;

  constructor({ clock, log, price, store, folder, news }: ClientAccountsParts) {
    this.accounts = new Accounts({ clock, price, news });
    const { accounts } = this;
    if (store === undefined) return;
    this.book = new KeyBook({ store, pepper: new Pepper(folder), table: this.keys, clock, log });
    this.book.onChange((changed) => this.#countKeys(changed));
    this.#saved = new SavedCounts({ accounts, store, clock, log });
    this.#before = new SpentBefore({ accounts, store, clock, log });
  }

  /** From now on somebody is told of budgets: only in one process of a gateway, which hears of all that is counted. */
  alert(log: Log, tell: TellNews, wallMs: () => number): void {
    const alerts = new BudgetAlerts(log, tell, wallMs);
    this.accounts.onSettled = (budget) => alerts.look(budget);
  }

  /** Takes a configuration. */
  configure({ keys, ...settings }: ClientSettings): void {
    this.#config = keys;
    this.accounts.bounds.configure(
      settings,
      keys.map(({ name, limits, budget }) => ({ id: configKeyId(name), name, limits, budget })),
    );
    this.book?.configure(keys);
    if (this.#isRestored) void this.#before?.restore();
  }

  /** Takes up what an earlier process has kept. Once it is configured, and before the first request. */
  async restore(): Promise<void> {
    await this.book?.load();
    await this.#saved?.restore();
    this.#isRestored = true;
    await this.#before?.restore();
  }

  /** Begins to keep what is counted. */
  begin(): void {
    this.#saved?.begin();
  }

  /** Keys of the store, as the process that owns it has sent them. */
  takeKeys(news: KeyNews): void {
    this.keys.take(news);
    this.#countKeys(news);
  }

  /** All that is known of them, for a process that begins. */
  state(): ClientState {
    return { keys: this.keys.whole(), counts: this.accounts.counts() };
  }

  /** What `state` has given in another process; once this one is configured. */
  takeState({ keys, counts }: ClientState): void {
    this.takeKeys(keys);
    this.takeCounts(counts);
  }

  /** Counts of another process. */
  takeCounts(counts: readonly CountChange[]): void {
    this.accounts.apply(counts);
  }

  /** The last counts are with the store when this resolves. */
  async close(): Promise<void> {
    this.#before?.close();
    await this.book?.close();
    await this.#saved?.close();
  }

  #countKeys({ isWhole, keys, gone }: KeyNews): void {
    const { bounds } = this.accounts;
    for (const id of gone) bounds.dropKey(id);
    if (isWhole)
      bounds.retainKeys(
        new Set(
          [...keys, ...this.#config.map(({ name }) => ({ id: configKeyId(name) }))].map(({ id }) => id),
        ),
      );
    let isBudget = false;
    for (const key of keys) {
      bounds.takeKey(key);
      isBudget ||= key.budget !== undefined;
    }
    if (isBudget && this.#isRestored) void this.#before?.restore();
  }
}
