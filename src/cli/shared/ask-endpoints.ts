// Asks the configured endpoints once and compiles the routing table from their answers, without serving anything.

import { Catalogue } from "../../catalogue/catalogue.ts";
import { type EndpointStatus, modelsOf } from "../../catalogue/model-knowledge.ts";
import { MemorySavedLists } from "../../catalogue/saved-lists.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import { systemClock } from "../../core/clock.ts";
import { loadEngine } from "../../engines.ts";
import { createSilentLog } from "../../observe/silent-log.ts";
import { Rotations } from "../../routing/balancer.ts";
import type { EndpointModels } from "../../routing/model.ts";
import { RoutingTable } from "../../routing/table/table.ts";

/** What the endpoints answered. */
export type AskedEndpoints = {
  readonly statuses: readonly EndpointStatus[];
  readonly lists: readonly EndpointModels[];
  readonly table: RoutingTable;
};

/** Asks all endpoints at once, each once; takes as long as the slowest, at most `timeoutMs`. */
export async function askEndpoints(config: GatewayConfig, timeoutMs: number): Promise<AskedEndpoints> {
  const { createClient } = await loadEngine(config.server.engine);
  const client = createClient();
  const catalogue = new Catalogue({
    client,
    clock: systemClock,
    saved: new MemorySavedLists(),
    log: createSilentLog(),
    onChange: () => undefined,
  });
  try {
    catalogue.setPlan(config.plan, { ...config.discovery, intervalMs: 0, timeoutMs });
    await catalogue.firstAnswers();
    const lists = catalogue.lists();
    return { statuses: catalogue.status(), lists, table: tableOf(config, lists) };
  } finally {
    await catalogue.close();
    await client.close();
  }
}

/** The table from what the configuration alone says: static lists and overrides. */
export function offlineTable(config: GatewayConfig): RoutingTable {
  return tableOf(
    config,
    config.plan.endpoints.map((endpoint) => modelsOf(endpoint, undefined, "listed")),
  );
}

/** The table from the configuration and the lists. */
export function tableOf(config: GatewayConfig, lists: readonly EndpointModels[]): RoutingTable {
  return new RoutingTable(config.plan, lists, new Rotations());
}
