// What a process reads of the gateway that it runs, for its figures.

import type { GatewayConfig } from "../config/compile.ts";
import type { Gateway } from "../gateway.ts";
import type { MetricsWorld } from "../observe/metrics/metrics-sink.ts";
import type { ReadProcess } from "../observe/metrics/process-readings.ts";
import { telemetryProvider } from "../wires/telemetry/telemetry-names.ts";

/** What there is to read now. `isServing`: false where other processes serve for this one, and tell their own. */
export function readProcess(
  gateway: Gateway,
  { isServing, droppedLines }: { readonly isServing: boolean; readonly droppedLines: number },
): ReadProcess {
  const snapshot = gateway.snapshot({ models: "none" });
  const { models } = gateway.table();
  return {
    serving: isServing
      ? {
          ...snapshot,
          endpoints: endpointsOf(gateway),
          budgets: gateway.targets.budgets.snapshot().filter(({ model }) => models.has(model)),
        }
      : undefined,
    lagMs: snapshot.lagMs,
    droppedLines,
  };
}

/** By the configuration: a snapshot has those alone that its process asks for their lists. */
function endpointsOf(gateway: Gateway): NonNullable<ReadProcess["serving"]>["endpoints"] {
  const { gates, underWay } = gateway.targets;
  const attempts = underWay.snapshot();
  const known = new Map(gates.snapshot().map((gate) => [gate.endpoint, gate]));
  return gateway.config().plan.endpoints.map(({ name }) => {
    const gate = known.get(name);
    const view =
      gate === undefined ? null : { inFlight: gate.inFlight, waiting: gate.waiting, refused: gate.shed };
    return { name, inFlight: attempts.get(name) ?? 0, gate: view };
  });
}

/** What the sink asks of the configuration: that of the running gateway, before there is one the first. */
export function worldOf(config: GatewayConfig, serving: () => Gateway | undefined): MetricsWorld {
  const now = (): GatewayConfig => serving()?.config() ?? config;
  return {
    isEnabled: () => now().metrics.isEnabled,
    tellsKeys: () => now().metrics.tellsKeys,
    isModel: (name) => serving()?.table().models.has(name) === true,
    providerOf: (endpoint) => {
      const known = now().plan.endpoints.find((one) => one.name === endpoint);
      return known === undefined
        ? "none"
        : telemetryProvider(new URL(known.origin).hostname, known.wire.name);
    },
  };
}
