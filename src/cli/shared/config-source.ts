// The configuration as a command is asked for it, and what is wrong with it, printed.

import type { Diagnostic } from "../../config/report/diagnostics.ts";
import { renderText } from "../../config/report/render.ts";
import { type ConfigSource, type Flags, readSource as read } from "../../supervise/source.ts";
import type { CommandContext } from "../terminal/command.ts";

/** At the start the screen must still hold the first problem. */
const MOST_PROBLEMS = 10;

/** Looks for the configuration and loads it; prints nothing. `flag` is the path that `--config` gave. */
export function readSource(
  { cwd, env }: CommandContext,
  flag: string | undefined,
  flags?: Flags,
): Promise<ConfigSource> {
  return read({ flag, cwd, env }, flags);
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
