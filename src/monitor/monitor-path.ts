// Which requests are for the metrics and the status page.

import type { GatewayConfig } from "../config/compile.ts";

/** Where the metrics are. */
export const METRICS_PATH = "/metrics";
const STATUS_PATH = "/status";

/** Whether a path, as the client sent it and without its query, is one of these, and is answered. */
export function isMonitorPath(
  path: string,
  config: () => Pick<GatewayConfig, "metrics" | "statusPage">,
): boolean {
  if (path === METRICS_PATH) return config().metrics.isEnabled;
  return path === STATUS_PATH && config().statusPage !== false;
}
