// The configuration of a gateway in front of the built-in mock endpoints.

import { compileEndpoint, configFromEndpoints, type GatewayConfig } from "../../config/compile.ts";
import type { DemoEndpoints } from "../../demo/demo.ts";

/** The configuration that has the mock endpoints and nothing else: they are never mixed with real ones. */
export function demoConfig(endpoints: DemoEndpoints["endpoints"]): GatewayConfig {
  const compiled = endpoints.map(({ name, baseUrl, weight }) =>
    // Nobody is asked to find out what a mock costs.
    compileEndpoint({ name, base_url: baseUrl, weight, price: "free" }, "demo"),
  );
  return configFromEndpoints(compiled);
}
