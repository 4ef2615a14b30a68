// The processes that serve where `server.workers` wants more than one. What is needed for them is loaded only then.

import type { GatewayConfig } from "../../config/compile.ts";
import type { Crew } from "../../gateway-parts.ts";
import type { LineWriter } from "../../observe/line-writer.ts";
import type { LogLevel } from "../../observe/log.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";
import { packageVersion } from "../shared/version.ts";
import type { CommandContext } from "../terminal/command.ts";
import { type ListenOptions, logFormat } from "./serve-settings.ts";
import type { StartLog } from "./start-log.ts";

/** What the processes share with this one. */
export type CrewLog = {
  readonly config: GatewayConfig;
  readonly dataDir: string;
  readonly log: StartLog;
  readonly writer: LineWriter;
  /** Takes what each process counts. */
  readonly metrics: Metrics;
};

/** The processes, not started yet; undefined where this one serves alone. */
export async function openCrew(
  context: CommandContext,
  options: Pick<ListenOptions, "json" | "logFormat"> & { readonly logLevel: LogLevel | undefined },
  { config, dataDir, log, writer, metrics }: CrewLog,
): Promise<Crew | undefined> {
  if (config.server.workers === 1) return undefined;
  const { workerCount } = await import("../../workers/worker-count.ts");
  const count = workerCount(config);
  if (count === 1) return undefined;
  const { nodeCluster } = await import("../../workers/node-cluster.ts");
  if (!nodeCluster().isPrimary) {
    const message =
      "server.workers has no effect: whatever has started this process shares its port among several already.";
    log.warn("workers_refused", message);
    return undefined;
  }
  const { WorkerCrew } = await import("../../workers/crew.ts");
  const { terminal } = context;
  return new WorkerCrew({
    count,
    log,
    writeLines: (text) => log.afterBegin(() => writer.write(text)),
    look: {
      format: logFormat(context, options, config),
      level: options.logLevel ?? config.log.level,
      isLevelFixed: options.logLevel !== undefined,
      isColour: terminal.isColour,
      isAscii: terminal.isAscii,
      columns: terminal.outColumns(),
    },
    version: packageVersion(),
    priceFolder: dataDir,
    metrics,
  });
}
