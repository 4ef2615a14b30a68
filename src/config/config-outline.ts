// A configuration as far as it is nobody's secret, for the report of a bug: only what is named here gets in.

import type { GatewayConfig } from "./compile.ts";

/** The configuration as far as it is nobody's secret. */
export function outlineOf(config: GatewayConfig): Readonly<Record<string, unknown>> {
  const { server, plan, reliability, discovery } = config;
  const { apiKeys, tls, ...rest } = server;
  return {
    server: { ...rest, apiKeys: apiKeys.length, tls: tls !== undefined },
    discovery,
    reliability,
    routing: {
      mode: plan.mode,
      hideMerged: plan.hideMerged,
      defaults: plan.defaults,
      models: plan.models,
      fallbacks: plan.fallbacks,
      overrides: plan.overrides,
    },
    endpoints: plan.endpoints.map((endpoint) => ({
      name: endpoint.name,
      baseUrl: endpoint.baseUrl,
      weight: endpoint.weight,
      priority: endpoint.priority,
      enabled: endpoint.enabled,
      keys: endpoint.credentials.filter((credential) => credential.apiKey !== undefined).length,
      headers: endpoint.fixedHeaders.filter((_, index) => index % 2 === 0),
      timeouts: endpoint.timeouts,
      models: endpoint.models,
      hasCa: endpoint.caPem !== undefined,
      hasClientCertificate: endpoint.clientCertificate !== undefined,
      hasProxy: endpoint.proxy !== undefined,
    })),
  };
}
