// `check`: loads the configuration and builds the routing table from it, offline; prints all that is wrong.

import { dataFolder, exposedMode } from "../../config/file/data-folder.ts";
import { configCandidates } from "../../config/file/locate.ts";
import { type Diagnostic, sayDiagnostic } from "../../config/report/diagnostics.ts";
import { renderGithub, renderText } from "../../config/report/render.ts";
import { listOfWords } from "../../config/yaml/draft.ts";
import { cleanText } from "../../core/clean-text.ts";
import { english, message } from "../../language/messages.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import type { ConfigSource, FileSource } from "../../supervise/source.ts";
import { offlineTable } from "../shared/ask-endpoints.ts";
import { readSource } from "../shared/config-source.ts";
import { findExposure } from "../shared/exposure.ts";
import {
  adviceLine,
  type CommandContext,
  type ExitCode,
  type Failure,
  printFailure,
  printJson,
  refuse,
} from "../terminal/command.ts";

/** Options of `check`. */
export type CheckOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly format?: "text" | "json" | "github";
};

/** Checks; exit code 1 when something is wrong. Warnings alone are no failure. */
export async function runCheck(context: CommandContext, options: CheckOptions): Promise<ExitCode> {
  const source = await readSource(context, options.config);
  if (source.kind === "none") return refuseNothing(context);
  const diagnostics = source.kind === "broken" ? source.problems : source.warnings;
  const table = source.kind === "file" ? offlineTable(source.config) : undefined;
  const exposure = source.kind === "file" ? exposureOf(source) : undefined;
  const isFine = source.kind === "file" && exposure === undefined;
  const opened =
    exposure === undefined || source.kind !== "file" ? [] : [diagnosticOf(exposure, source.shown)];
  const all = [...diagnostics, ...opened];
  switch (context.isJson ? "json" : options.format) {
    case "json":
      printJson(context, {
        ok: isFine,
        problems: all.map((one) => sayDiagnostic(one, english)),
        notes: table?.notes ?? [],
      });
      break;
    case "github":
      if (all.length > 0) context.terminal.out(renderGithub(all, context.text));
      break;
    default:
      // No file is fine that will not be served.
      printText(context, source, diagnostics, exposure === undefined ? table : undefined);
  }
  if (exposure !== undefined) printFailure(context, exposure);
  await warnOfOpenFolder(context, options);
  return isFine ? 0 : 1;
}

/** What the file cannot know: that OAI_GATEWAY_HOST opens it to others, so that `serve` will refuse it. */
function exposureOf({ config, shown }: FileSource): Failure | undefined {
  return findExposure(config, { listen: { isHostOfVariable: true }, shown });
}

/** A refusal in the form of a problem of the file, for those who read problems alone. */
function diagnosticOf({ message, fix }: Failure, file: string): Diagnostic {
  const place = { file, line: 0, col: 0, length: 1, excerpt: [] };
  return { code: "OG140", severity: "error", message, ...place, ...(fix === undefined ? {} : { fix }) };
}

/** What is kept between runs can be changed by others: no fault of the file, and worth a line to standard error. */
async function warnOfOpenFolder(context: CommandContext, options: CheckOptions): Promise<void> {
  const folder = dataFolder({ flag: options.dataDir, env: context.env });
  const mode = await exposedMode(folder);
  if (mode === undefined) return;
  const { terminal, text } = context;
  terminal.err(
    `${terminal.symbols.warn} ${text("check.openFolder", { folder, mode })}\n${adviceLine(context, "label.fix", `chmod 700 ${folder}`)}`,
  );
}

function printText(
  context: CommandContext,
  source: Exclude<ConfigSource, { kind: "none" }>,
  diagnostics: readonly Diagnostic[],
  table: RoutingTable | undefined,
): void {
  const { terminal } = context;
  if (diagnostics.length > 0)
    terminal.out(
      renderText(diagnostics, {
        colour: terminal.isColour && terminal.isOutTty,
        say: context.text,
        columns: terminal.outColumns(),
      }),
    );
  for (const note of table?.notes ?? [])
    terminal.out(terminal.wrapOut(`${terminal.symbols.warn} ${cleanText(context.text(note.message))}`, 2));
  if (source.kind === "broken" || table === undefined) return;
  terminal.out(terminal.wrapOut(summaryOf(context, source, table), 2));
  const isEmpty = !source.config.plan.endpoints.some((endpoint) => endpoint.enabled);
  terminal.err(adviceLine(context, "label.next", context.text(isEmpty ? "next.noConfig" : "next.doctor")));
}

function summaryOf(
  context: CommandContext,
  { shown: file, config }: FileSource,
  table: RoutingTable,
): string {
  const { endpoints, overrides } = config.plan;
  const { symbols } = context.terminal;
  if (!endpoints.some((endpoint) => endpoint.enabled))
    return `${symbols.warn} ${context.text("check.empty", { file })}`;
  const counts = { endpoints: endpoints.length, overrides: overrides.length, models: table.models.size };
  return `${symbols.ok} ${context.text("check.ok", { file, ...counts })}`;
}

function refuseNothing(context: CommandContext): ExitCode {
  const tried = listOfWords(configCandidates(context));
  refuse(context, { message: message("fail.noConfig", { tried }), next: message("next.noConfig") });
  return 1;
}
