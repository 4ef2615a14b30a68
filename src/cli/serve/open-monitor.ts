// The side of a gateway that is looked at: its metrics and its status page.

import type { GatewayConfig } from "../../config/compile.ts";
import { systemClock } from "../../core/clock.ts";
import { Monitor } from "../../monitor/monitor.ts";
import type { LineWriter } from "../../observe/line-writer.ts";

/** Makes it; `writer` is what the log is written by. */
export function openMonitor(config: GatewayConfig, writer: LineWriter): Monitor {
  return new Monitor({ config, clock: systemClock, droppedLines: () => writer.droppedCount });
}
