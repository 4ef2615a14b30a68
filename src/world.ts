// What a reload replaces, compiled from the configuration and the endpoints' lists. Pure but for the rotations, which
// outlive it.

import type { KeyTable } from "./accounts/key-table.ts";
import type { GatewayConfig } from "./config/compile.ts";
import { systemClock } from "./core/clock.ts";
import { AccessRules } from "./proxy/admit/access.ts";
import type { World } from "./proxy/exchange/services.ts";
import type { Rotations } from "./routing/balancer.ts";
import type { EndpointModels } from "./routing/model.ts";
import { ModelPages } from "./routing/table/model-pages.ts";
import { RoutingTable } from "./routing/table/table.ts";

/** The world of a configuration and of what its endpoints list now; `keys` are client keys besides those of the configuration. */
export function buildWorld(
  config: GatewayConfig,
  lists: readonly EndpointModels[],
  rotations: Rotations,
  keys?: KeyTable,
): World {
  const { server, plan, reliability } = config;
  const table = new RoutingTable(plan, lists, rotations);
  return {
    table,
    access: new AccessRules(server, keys),
    pages: new ModelPages(table),
    bodyLimits: {
      maxBytes: server.maxBodyBytes,
      idleMs: server.bodyIdleMs,
      totalMs: server.bodyTotalMs,
      minBytesPerSecond: server.bodyBytesPerSecond,
      clock: systemClock,
    },
    writeStallMs: server.writeStallMs,
    keepAliveMs: reliability.streams.keepAliveMs,
    holdsFirstEvent: reliability.streams.holdsFirstEvent,
    failsOnEmptyAnswer: reliability.failsOnEmptyAnswer,
    asksForUsage: config.usage.asksInStreams,
    bodyBytes: config.store.place === "off" ? 0 : config.store.bodyBytes,
    endpoints: plan.endpoints,
  };
}
