// What a data plane knows of its clients: made of its store, its prices and its configuration.

import type { EstimatePrice } from "./accounts/spending/accounts.ts";
import { ClientAccounts, type ClientSettings } from "./accounts/spending/client-accounts.ts";
import type { GatewayConfig } from "./config/compile.ts";
import type { Clock } from "./core/clock.ts";
import { NO_USAGE } from "./core/usage.ts";
import type { DataPlaneOptions } from "./plane-parts.ts";
import { costAt, type PriceBook } from "./pricing/price-book.ts";

/** The clients of a data plane. Only where the gateway is owned is it told when a budget ends. */
export function makeClients(options: DataPlaneOptions, clock: Clock, prices: PriceBook): ClientAccounts {
  const { store, dataDir, shared, log, config, tellNews } = options;
  const kind = store?.state().kind ?? "off";
  const owner = shared?.owner;
  const price: EstimatePrice = (target, model, input, output) =>
    costAt(prices.find(target, model.settings.price), { ...NO_USAGE, input, output }).nanoDollars ??
    undefined;
  const clients = new ClientAccounts({
    clock,
    log,
    price,
    store: kind === "off" ? undefined : store,
    // A copy of the store is worth nothing without the pepper of its keys: that is beside it.
    folder: kind === "file" ? (config.store.folder ?? dataDir) : undefined,
    news: owner?.news,
  });
  if (owner === undefined) clients.alert(log, tellNews ?? (() => undefined), clock.wallMs);
  return clients;
}

/** What of a configuration is about clients. */
export function clientSettings({ server, limits, budgets }: GatewayConfig): ClientSettings {
  return { keys: server.apiKeys, limits, budgets };
}
