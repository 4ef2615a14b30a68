// What `serve` and `demo` share at the start: their flags and the log.

import type { GatewayConfig } from "../../config/compile.ts";
import { systemClock } from "../../core/clock.ts";
import { createLineWriter, type LineWriter } from "../../observe/line-writer.ts";
import { createLog, type LogLevel, type LogOptions } from "../../observe/log.ts";
import type { CommandContext } from "../terminal/command.ts";
import { StartLog } from "./start-log.ts";

/** Options that `serve` and `demo` share, as commander hands them over. */
export type ListenOptions = {
  readonly host?: string;
  readonly port?: string;
  readonly logFormat?: "pretty" | "json";
  readonly logLevel?: LogLevel;
  readonly json?: boolean;
};

/** Lines on a terminal come at once; elsewhere they may wait for company. */
const TERMINAL_DELAY_MS = 15;

/** The form that the flags and the configuration ask for: for people on a terminal, JSON lines elsewhere. */
export function logFormat(
  { terminal }: CommandContext,
  options: Pick<ListenOptions, "json" | "logFormat">,
  config: GatewayConfig,
): "pretty" | "json" {
  const wanted = options.json === true ? "json" : (options.logFormat ?? config.log.format);
  if (wanted !== "auto") return wanted;
  return terminal.isOutTty ? "pretty" : "json";
}

/** What writes the log: lines to standard output. */
export function openWriter({ terminal }: CommandContext): LineWriter {
  return createLineWriter({ fd: 1, ...(terminal.isOutTty ? { delayMs: TERMINAL_DELAY_MS } : {}) });
}

/** What a log goes to besides its lines. */
type OpenLogParts = { readonly writer: LineWriter } & Pick<LogOptions, "onEvent">;

/** The log that the flags and the configuration ask for. */
export async function openLog(
  context: CommandContext,
  options: Pick<ListenOptions, "json" | "logFormat"> & { readonly logLevel: LogLevel | undefined },
  config: GatewayConfig,
  { writer, onEvent }: OpenLogParts,
): Promise<StartLog> {
  const { terminal } = context;
  const format = logFormat(context, options, config);
  const log = await createLog({
    writer,
    onEvent,
    format,
    level: options.logLevel ?? config.log.level,
    isColour: terminal.isColour,
    isAscii: terminal.isAscii,
    columns: terminal.outColumns,
    clock: systemClock,
  });
  return new StartLog(log, format === "json");
}
