// What the demo's store holds from the start, all of it made up and in memory: client keys with limits and budgets, and a past
// of a day in which they were used.

import { setImmediate as nextTurn } from "node:timers/promises";
import { systemClock } from "../../core/clock.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { demoPast } from "../../demo/demo-past.ts";
import type { Gateway } from "../../gateway.ts";
import { costAt, openPriceBook } from "../../pricing/price-book.ts";

/** So many entries are made out before requests have their turn. */
const AT_ONCE = 250;
const DOLLAR = 1_000_000_000;

/** A key of the demo: what it may do, and from when on its budget counts the past. */
const KEYS = [
  {
    name: "coding-agent",
    owner: "Ann",
    tags: ["agents"],
    limits: { requests: { minute: 600 }, tokens: { minute: 2_000_000 }, parallel: 40 },
    budget: { nanoDollars: 15 * DOLLAR, per: "total", warnAt: 0.8 },
  },
  {
    name: "phone-app",
    owner: "Ben",
    tags: ["apps"],
    limits: { requests: { minute: 300 } },
    budget: { nanoDollars: 2 * DOLLAR, per: "total", warnAt: 0.9 },
  },
  {
    name: "search-index",
    owner: "Chen",
    tags: ["apps", "search"],
    models: ["*embed*"],
    limits: { tokens: { day: 50_000_000 } },
    budget: undefined,
  },
] as const;

/**
 * Makes the keys, and their past unless `hasPast` is false. Gives each key's secret by its name; it is empty where there is no
 * store.
 */
export async function fillDemo(gateway: Gateway, hasPast: boolean): Promise<ReadonlyMap<string, string>> {
  const { book } = gateway.clients;
  const secrets = new Map<string, string>();
  const keyIds = new Map<string, string>();
  if (book === undefined) return secrets;
  for (const { budget: _, ...wish } of KEYS) {
    const { key, view } = await book.create(wish);
    secrets.set(wish.name, key);
    keyIds.set(wish.name, view.id);
  }
  if (hasPast) await writePast(gateway, keyIds);
  // Behind the past: a budget reads what was spent before it was made.
  for (const { name, budget } of KEYS)
    if (budget !== undefined)
      await book.update(name, { budget: { ...budget, timeZone: "UTC", unpriced: "allow" } });
  return secrets;
}

async function writePast(gateway: Gateway, keyIds: ReadonlyMap<string, string>): Promise<void> {
  const { store } = gateway;
  const prices = openPriceBook(undefined, systemClock);
  const endpoints = new Map(gateway.config().plan.endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const costOf = (name: string, upstreamModel: string, usage: TokenUsage) => {
    const endpoint = endpoints.get(name);
    return costAt(endpoint === undefined ? undefined : prices.find({ endpoint, upstreamModel }), usage);
  };
  const entries = demoPast({ nowMs: systemClock.wallMs(), seed: 1, keyIds, costOf });
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    for (const entry of entries.slice(at, at + AT_ONCE)) store.append(entry);
    await nextTurn();
  }
  await store.flush();
}
