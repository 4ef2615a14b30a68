// `import`: a config.yaml made of another gateway's configuration, and a list of what could not be taken over. Never
// overwrites unasked; keys go into the `.env` beside it.

import { dirname, relative, resolve } from "node:path";
import { loadConfig } from "../../config/file/load.ts";
import { cleanText } from "../../core/clean-text.ts";
import { errorCode } from "../../core/error-code.ts";
import { message } from "../../language/messages.ts";
import { addToEnvFile, isThere, writeWhole } from "../init/new-files.ts";
import { printDiagnostics } from "../shared/config-source.ts";
import { adviceLine, type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { configOfImport } from "./config-of.ts";
import type { LeftOut } from "./imported.ts";
import { type FoundImport, readImport } from "./read-file.ts";

/** Options of `import`. */
export type ImportOptions = { readonly output: string; readonly force?: boolean };

const MAX_SHOWN = 40;

/** Exit code 1 where nothing could be taken over, 3 where something was left out. */
export async function runImport(
  context: CommandContext,
  options: ImportOptions,
  file: string,
): Promise<ExitCode> {
  const path = resolve(context.cwd, options.output);
  const shown = relative(context.cwd, path) || path;
  if (options.force !== true && (await isThere(path))) {
    refuse(context, { message: message("init.exists", { file: shown }), fix: message("fix.init") });
    return 1;
  }
  const found = await read(context, resolve(context.cwd, file), file);
  if (found === undefined) return 1;
  const { imported, source } = found;
  if (imported.endpoints.length === 0) {
    tellLeftOut(context, imported.leftOut);
    refuse(context, {
      message: message("import.nothing", { file: cleanText(file) }),
      next: message("next.help"),
    });
    return 1;
  }
  try {
    if (imported.secrets.size > 0) await addToEnvFile(dirname(path), imported.secrets);
    await writeWhole(path, configOfImport(imported, source, context.text));
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    refuse(context, {
      message: message("import.notWritten", { file: shown, code }),
      next: message("next.help"),
    });
    return 1;
  }
  return await report(context, found, { path, shown });
}

async function read(context: CommandContext, path: string, file: string): Promise<FoundImport | undefined> {
  try {
    const found = await readImport(path);
    if (found !== undefined) return found;
    refuse(context, {
      message: message("import.unknown", { file: cleanText(file) }),
      next: message("next.helpOf", { name: "import" }),
    });
  } catch (error) {
    const code = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
    refuse(context, {
      message: message("import.unreadable", { file: cleanText(file), code: cleanText(code) }),
      next: message("next.help"),
    });
  }
  return undefined;
}

async function report(
  context: CommandContext,
  { imported, source }: FoundImport,
  { path, shown }: { readonly path: string; readonly shown: string },
): Promise<ExitCode> {
  const { terminal, text } = context;
  const { endpoints, overrides, clientKeys, leftOut, secrets } = imported;
  const loaded = await loadConfig(path, context.env);
  const isGood = loaded.kind !== "broken";
  if (context.isJson) {
    const problems = isGood ? [] : loaded.problems;
    printJson(context, { source, file: shown, endpoints: endpoints.length, left_out: leftOut, problems });
  } else {
    const counts = {
      endpoints: endpoints.length,
      aliases: Object.keys(overrides).length,
      keys: clientKeys.length,
    };
    const ok = terminal.paint.green(terminal.symbols.ok);
    terminal.out(terminal.wrapOut(`${ok} ${text("import.done", { source, file: shown, ...counts })}`, 2));
    if (secrets.size > 0)
      terminal.out(terminal.wrapOut(`${ok} ${text("import.secrets", { count: secrets.size })}`, 2));
    tellLeftOut(context, leftOut);
    if (!isGood) printDiagnostics(context, loaded.problems);
    terminal.err(adviceLine(context, "label.next", text("import.next", { file: shown })));
  }
  return isGood && leftOut.length === 0 ? 0 : 3;
}

function tellLeftOut({ terminal, text }: CommandContext, leftOut: readonly LeftOut[]): void {
  if (leftOut.length === 0) return;
  terminal.err(
    terminal.wrap(`${terminal.symbols.warn} ${text("import.leftOut", { count: leftOut.length })}`, 2),
  );
  for (const { at, reason } of leftOut.slice(0, MAX_SHOWN))
    terminal.err(terminal.wrap(`  ${cleanText(at)}: ${text(`import.why.${reason}`)}`, 4));
  const more = leftOut.length - MAX_SHOWN;
  if (more > 0) terminal.err(`  ${text("import.more", { count: more })}`);
}
