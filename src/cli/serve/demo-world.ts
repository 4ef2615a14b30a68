// The configuration of a gateway in front of the built-in mock endpoints.

import { compileEndpoint, configFromEndpoints, type GatewayConfig } from "../../config/compile.ts";
import type { DemoEndpoints } from "../../demo/demo.ts";

/** Models of the price table cost what it says; of `mock-chat` nobody knows a price, so that this can be seen as well. */
const PRICES = { "mock-chat-mini": "free", "mock-embed": "free" } as const;

/** The configuration that has the mock endpoints and nothing else: they are never mixed with real ones. */
export function demoConfig(endpoints: DemoEndpoints["endpoints"]): GatewayConfig {
  const compiled = endpoints.map(({ name, baseUrl, weight }) =>
    compileEndpoint({ name, base_url: baseUrl, weight, prices: PRICES }, "demo"),
  );
  return configFromEndpoints(compiled);
}
