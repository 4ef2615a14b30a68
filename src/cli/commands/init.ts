// `init`: writes a config.yaml, by questions on a terminal or from what is found. Never overwrites unasked, and never
// writes a key: the file names the variable that holds it.

import { access, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { DetectedEndpoint } from "../../catalogue/detect.ts";
import { loadConfig } from "../../config/file/load.ts";
import { configJsonSchemaText } from "../../config/schema/json-schema.ts";
import { printDiagnostics } from "../shared/config-source.ts";
import { lookAround } from "../shared/detection.ts";
import { askForEndpoints } from "../terminal/ask-questions.ts";
import { type CommandContext, type ExitCode, printFailure } from "../terminal/command.ts";
import { configText, type NewEndpoint, SCHEMA_FILE } from "../terminal/config-text.ts";

/** Options of `init`. */
export type InitOptions = {
  readonly fromDetected?: boolean;
  readonly force?: boolean;
  readonly output: string;
};

/** Writes the file and its schema beside it. */
export async function runInit(context: CommandContext, options: InitOptions): Promise<ExitCode> {
  const { text, terminal } = context;
  const path = resolve(context.cwd, options.output);
  const shown = relative(context.cwd, path);
  if (options.force !== true && (await exists(path))) {
    printFailure(context, { message: text("init.exists", { file: shown }), fix: text("fix.init") });
    return 1;
  }
  if (options.fromDetected !== true && !terminal.isInteractive) {
    printFailure(context, { message: text("init.needsTty"), fix: text("fix.needsTty") });
    return 1;
  }
  // No gateway runs yet, so that no port is its own.
  const { endpoints: detected } = await lookAround(context, 0);
  const found = detected.map(newEndpoint);
  const endpoints = options.fromDetected === true ? found : await askForEndpoints(context, found);
  if (endpoints === undefined) return 1;
  if (endpoints.length === 0) {
    printFailure(context, { message: text("init.nothing"), next: text("next.initNothing") });
    return 1;
  }
  await writeFile(path, configText(endpoints), { mode: 0o600, flag: options.force === true ? "w" : "wx" });
  await writeFile(join(dirname(path), SCHEMA_FILE), configJsonSchemaText());
  return report(context, path, shown);
}

async function report(context: CommandContext, path: string, shown: string): Promise<ExitCode> {
  const { text, terminal } = context;
  terminal.err(`${terminal.paint.green(terminal.symbols.ok)} ${text("init.written", { file: shown })}`);
  // A variable that is not set yet is worth saying now, not at the next start.
  const loaded = await loadConfig(path, context.env);
  if (loaded.kind === "broken") printDiagnostics(context, loaded.problems);
  terminal.err(`  next: ${text("next.serve")}`);
  return loaded.kind === "broken" ? 3 : 0;
}

function newEndpoint(found: DetectedEndpoint): NewEndpoint {
  const keyVariable = found.apiKey === undefined ? undefined : found.definedAt;
  return { name: found.name, baseUrl: found.baseUrl, keyVariable, weight: 1 };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
