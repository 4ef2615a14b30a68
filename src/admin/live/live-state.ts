// The figures of the overview, read from a snapshot.

import type { Clock } from "../../core/clock.ts";
import { message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import type { EndpointSnapshot } from "../../snapshot.ts";
import { healthOf } from "../operation/endpoint-health.ts";
import type { LiveState } from "../operation/live-desk.ts";
import type { ServingView } from "../operation/serving-view.ts";
import type { RequestRates } from "./live-rates.ts";

/** What the figures are read from. */
export type FeedParts = {
  readonly clock: Clock;
  readonly version: string | undefined;
  /** Another one after each start. */
  readonly instance: string;
  readonly serving: () => ServingView | undefined;
};

/**
 * The figures now; `rates` where they are measured.
 * @throws GatewayError admin_not_found
 */
export function stateOf(
  { clock, version, instance, serving }: FeedParts,
  rates: RequestRates | undefined,
): LiveState {
  const running = serving();
  if (running === undefined) throw new SaidRefusal("admin_not_found", message("refused.noGateway"));
  const { overload, endpoints, lagMs, isDraining, uptimeMs, listener, store, config } = running.snapshot({
    models: "none",
  });
  const { gate, pressure } = overload;
  return {
    at: new Date(clock.wallMs()).toISOString(),
    version: version ?? null,
    instance,
    uptime_ms: Math.round(uptimeMs),
    requests_per_second: rates?.requests ?? null,
    failed_per_second: rates?.failed ?? null,
    in_flight: gate.inFlight,
    waiting: gate.waiting,
    lag_ms: Math.max(0, Math.round(lagMs)),
    pressure,
    is_draining: isDraining,
    open_connections: listener?.openConnections ?? 0,
    models: running.table().publicModels().length,
    config_age_ms: Math.round(config.ageMs),
    store,
    endpoints: endpoints.map(endpointState),
  };
}

function endpointState(endpoint: EndpointSnapshot) {
  const { health, until } = healthOf(endpoint);
  const { name, inFlight, list, rests } = endpoint;
  return { name, health, until, in_flight: inFlight, models: list.modelCount, rests: rests.length };
}
