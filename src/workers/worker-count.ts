// How many processes serve.

import { availableParallelism } from "node:os";
import type { GatewayConfig } from "../config/compile.ts";

/** The number that a configuration means; `auto` is what the system, or its container, gives this process. */
export function workerCount({ server }: GatewayConfig): number {
  return server.workers === "auto" ? availableParallelism() : server.workers;
}
