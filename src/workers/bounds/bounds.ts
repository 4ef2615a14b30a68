// The bounds that hold over all serving processes, and what of a configuration is divided among these.

import type { GatewayConfig } from "../../config/compile.ts";

/** The bound on requests under way, `server.max_in_flight`. */
export const REQUESTS = "requests";
/** The bound on clients' connections, `server.max_connections`. */
export const CONNECTIONS = "connections";

/** The bound of an endpoint, `endpoints[].max_in_flight`. */
export function endpointBound(name: string): string {
  return `endpoint ${name}`;
}

/** The bounds of a configuration, by name; where there is no limit there is none. */
export function boundsOf({ server, plan }: GatewayConfig): ReadonlyMap<string, number> {
  const bounds = new Map<string, number>([[CONNECTIONS, server.maxConnections]]);
  if (Number.isFinite(server.maxInFlight)) bounds.set(REQUESTS, server.maxInFlight);
  for (const { name, maxInFlight } of plan.endpoints)
    if (Number.isFinite(maxInFlight)) bounds.set(endpointBound(name), maxInFlight);
  return bounds;
}

/**
 * The configuration for one of so many processes: with the slots that it was lent, and its part of what is counted
 * apart (places in queues, retries that are always allowed), rounded up.
 */
export function dividedConfig(
  config: GatewayConfig,
  count: number,
  quotaOf: (bound: string) => number,
): GatewayConfig {
  const part = (whole: number): number => Math.ceil(whole / count);
  const { server, plan, reliability } = config;
  const { budget } = reliability;
  const endpoints = plan.endpoints.map((one) => ({
    ...one,
    maxInFlight: Number.isFinite(one.maxInFlight) ? quotaOf(endpointBound(one.name)) : one.maxInFlight,
    queue: { ...one.queue, max: part(one.queue.max) },
  }));
  return {
    ...config,
    server: {
      ...server,
      maxConnections: quotaOf(CONNECTIONS),
      maxInFlight: Number.isFinite(server.maxInFlight) ? quotaOf(REQUESTS) : server.maxInFlight,
      queue: { ...server.queue, max: part(server.queue.max) },
    },
    plan: { ...plan, endpoints },
    reliability: {
      ...reliability,
      budget: {
        ...budget,
        minimumRetries: part(budget.minimumRetries),
        minimumActive: part(budget.minimumActive),
      },
    },
  };
}
