// Finds and loads the configuration for a command, and prints what is wrong with it. Called by every command that
// needs one.

import { relative } from "node:path";
import { emptyConfig, type GatewayConfig } from "../../config/compile.ts";
import { type LoadOptions, loadConfig } from "../../config/file/load.ts";
import { locateConfig } from "../../config/file/locate.ts";
import type { Diagnostic } from "../../config/report/diagnostics.ts";
import { renderText } from "../../config/report/render.ts";
import type { CommandContext } from "../terminal/command.ts";
import { asStarted } from "../terminal/launch.ts";

/** A configuration, from a file or none. */
export type ConfigSource =
  | {
      readonly kind: "file";
      readonly path: string;
      /** As people see it: relative where that is shorter. */
      readonly shown: string;
      readonly config: GatewayConfig;
      readonly warnings: readonly Diagnostic[];
      readonly contentHash: string;
      readonly isBlank: boolean;
    }
  | { readonly kind: "none"; readonly config: GatewayConfig }
  | { readonly kind: "broken"; readonly path: string; readonly problems: readonly Diagnostic[] };

/** At the start the screen must still hold the first problem. */
const MOST_PROBLEMS = 10;

/** Looks for the configuration and loads it; prints nothing. `flag` is the path that `--config` gave. */
export async function readSource(
  context: CommandContext,
  flag: string | undefined,
  options: LoadOptions = {},
): Promise<ConfigSource> {
  const path = locateConfig({ flag, cwd: context.cwd, env: context.env });
  if (path === undefined) return { kind: "none", config: emptyConfig() };
  const loaded = await loadConfig(path, context.env, options);
  if (loaded.kind === "broken") return { kind: "broken", path, problems: loaded.problems };
  return { ...loaded, kind: "file", path, shown: shownPath(context, path) };
}

/** Prints problems to standard error, the first ones in full. */
export function printDiagnostics(context: CommandContext, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const { terminal } = context;
  const toCommands = (sentence: string) => asStarted(sentence, context.command);
  terminal.err(renderText(diagnostics, { colour: terminal.isColour, limit: MOST_PROBLEMS, toCommands }));
}

function shownPath(context: CommandContext, path: string): string {
  const short = relative(context.cwd, path);
  return short === "" || short.startsWith("..") ? path : short;
}
