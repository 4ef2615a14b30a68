// What the process that owns the gateway reads when somebody asks: how endpoints, lists, configuration and store are.

import type { EndpointSnapshot, Snapshot } from "../../snapshot.ts";
import { labelText } from "./label-text.ts";
import type { Gauge } from "./process-readings.ts";

/** What is known of the configuration besides the snapshot. */
export type ConfigFigures = {
  /** Whether the one that was read last is in force. */
  readonly isLastTaken: boolean;
  /** Of its file; undefined without one. */
  readonly hash: string | undefined;
  /** Models that are listed. */
  readonly models: number;
};

const BREAKER_STATES = ["closed", "open", "half_open"] as const;
const LIST_STATES = [
  "listed",
  "static",
  "saved",
  "no_list",
  "failed",
  "rejected_key",
  "asking",
  "disabled",
] as const;
const HASH_CHARS = 12;

/** The gauges of a snapshot. */
export function stateGauges(
  snapshot: Snapshot,
  { isLastTaken, hash, models }: ConfigFigures,
): readonly Gauge[] {
  const { store, config, isDraining, version } = snapshot;
  const origin = [config.kind, (hash ?? "").slice(0, HASH_CHARS)];
  return [
    ["oai_gateway_info", [version ?? ""], 1],
    ["oai_gateway_draining", [], isDraining ? 1 : 0],
    ["oai_gateway_models", [], models],
    ["oai_gateway_config_last_reload_successful", [], isLastTaken ? 1 : 0],
    ["oai_gateway_config_age_seconds", [], config.ageMs / 1_000],
    ["oai_gateway_config_info", origin, 1],
    ["oai_gateway_store_up", [store.kind], store.kind !== "off" && store.health === "ok" ? 1 : 0],
    ["oai_gateway_store_entries_waiting", [], store.queued],
    ["oai_gateway_store_bytes", [], store.bytes],
    ...snapshot.endpoints.flatMap(endpointGauges),
  ];
}

function endpointGauges(endpoint: EndpointSnapshot): Gauge[] {
  const { list, breaker, rests, targets } = endpoint;
  const label = labelText(endpoint.name);
  const labels = [label];
  const ejected = targets.flatMap(({ breakers }) => breakers.filter(({ state }) => state !== "closed"));
  const gauges: Gauge[] = [
    ["oai_gateway_endpoint_up", labels, isUp(endpoint) ? 1 : 0],
    ["oai_gateway_endpoint_weight", labels, endpoint.weight * (breaker?.weightFactor ?? 1)],
    ["oai_gateway_ejected_operations", labels, ejected.length],
    ["oai_gateway_cooldowns", labels, rests.length],
    ["oai_gateway_endpoint_models", labels, list.modelCount],
  ];
  const breakerState = breaker?.state ?? "closed";
  for (const state of BREAKER_STATES)
    gauges.push(["oai_gateway_endpoint_state", [label, state], state === breakerState ? 1 : 0]);
  for (const state of LIST_STATES)
    gauges.push(["oai_gateway_endpoint_list_state", [label, state], state === list.state ? 1 : 0]);
  if (list.ageMs !== null) gauges.push(["oai_gateway_endpoint_list_age_seconds", labels, list.ageMs / 1_000]);
  return gauges;
}

/** Whether an endpoint is in use: neither turned off, nor ejected, nor without a key that does not rest. */
function isUp({ isEnabled, breaker, rests, keyCount }: EndpointSnapshot): boolean {
  if (!isEnabled || (breaker !== null && breaker.state === "open")) return false;
  const whole = rests.filter(({ model, operation }) => model === null && operation === null);
  if (whole.length === 0) return true;
  const keys = new Set(whole.map(({ key }) => key));
  return !keys.has(null) && keys.size < keyCount;
}
