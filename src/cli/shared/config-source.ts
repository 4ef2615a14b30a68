// The configuration as a command is asked for it, and what is wrong with it, printed.

import type { Diagnostic } from "../../config/report/diagnostics.ts";
import { renderText } from "../../config/report/render.ts";
import {
  type ConfigSource,
  type Flags,
  NO_FLAGS,
  readSource as read,
  withFlags,
} from "../../supervise/source.ts";
import type { CommandContext } from "../terminal/command.ts";
import { readListenFlags } from "./variables.ts";

/** At the start the screen must still hold the first problem. */
const MOST_PROBLEMS = 10;

/**
 * Looks for the configuration and loads it; prints nothing. `flag` is the path that `--config` gave. A command without
 * flags of its own for the listener is given the address that the variables say, as the gateway would have it.
 */
export async function readSource(
  context: CommandContext,
  flag: string | undefined,
  flags?: Flags,
): Promise<ConfigSource> {
  const { cwd, env } = context;
  const source = await read({ flag, cwd, env }, flags);
  if (source.kind === "broken" || flags !== undefined) return source;
  const listen = readListenFlags(context, {});
  if (listen.kind === "wrong") return source;
  const { host, port } = listen.value;
  return { ...source, config: withFlags(source.config, { ...NO_FLAGS, host, port }) };
}

/** Prints problems to standard error, the first ones in full. */
export function printDiagnostics(context: CommandContext, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const { terminal, text: say } = context;
  terminal.err(
    renderText(diagnostics, {
      say,
      colour: terminal.isColour,
      limit: MOST_PROBLEMS,
      columns: terminal.errColumns(),
    }),
  );
}
