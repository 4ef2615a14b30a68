// The configuration for commands that look and do not serve: the file, or what is found without one.

import { relative } from "node:path";
import type { EndpointState } from "../../catalogue/model-knowledge.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import { type Diagnostic, sayDiagnostic } from "../../config/report/diagnostics.ts";
import { cleanText } from "../../core/clean-text.ts";
import { english, type Message, message } from "../../language/messages.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import { adviceLine, type CommandContext, printProblems, refuse } from "../terminal/command.ts";
import { askEndpoints } from "./ask-endpoints.ts";
import { printDiagnostics, readSource } from "./config-source.ts";
import { configOf, lookAround } from "./detection.ts";

/** Options that these commands share. */
export type AskingOptions = { readonly config?: string };

/** A configuration to ask the endpoints of. */
export type Configured = {
  readonly kind: "configured";
  readonly config: GatewayConfig;
  /** Where it comes from: its file; undefined where it is what was found without one. */
  readonly file: string | undefined;
};

/** There is a file, and it is broken; or there is none, and nothing was found either. */
export type Unconfigured =
  | { readonly kind: "broken"; readonly file: string; readonly problems: readonly Diagnostic[] }
  | { readonly kind: "nothing" };

/** Reads the configuration, or looks around where there is none. Prints warnings, and no more. */
export async function findConfigured(
  context: CommandContext,
  options: AskingOptions,
): Promise<Configured | Unconfigured> {
  const source = await readSource(context, options.config);
  if (source.kind === "broken") {
    const { problems, path } = source;
    return { kind: "broken", file: relative(context.cwd, path), problems };
  }
  printDiagnostics(context, source.warnings);
  if (source.kind === "file") {
    return { kind: "configured", config: source.config, file: source.shown };
  }
  const detection = await lookAround(context, source.config.server.port);
  printDiagnostics(context, detection.warnings);
  if (detection.endpoints.length === 0) return { kind: "nothing" };
  return { kind: "configured", config: configOf(detection), file: undefined };
}

/** Says why there is nothing to ask. */
export function printUnconfigured(context: CommandContext, why: Unconfigured): void {
  if (why.kind === "nothing") {
    refuse(context, { message: message("init.nothing"), next: message("next.noConfig") });
    return;
  }
  if (context.isJson)
    printProblems(
      context,
      why.problems.map((problem) => sayDiagnostic(problem, english)),
    );
  printDiagnostics(context, why.problems);
}

/** The table that the endpoints' answers amount to, and the endpoints that did not answer. */
export type AskedConfigured = {
  readonly table: RoutingTable;
  readonly failed: readonly Unanswered[];
};

/** An endpoint that did not answer, and why. */
export type Unanswered = { readonly endpoint: string; readonly reason: Message };

const ASK_MS = 10_000;

/** Reads the configuration and asks its endpoints. Undefined after it has printed why not. */
export async function askConfigured(
  context: CommandContext,
  options: AskingOptions,
): Promise<AskedConfigured | undefined> {
  const configured = await findConfigured(context, options);
  if (configured.kind !== "configured") {
    printUnconfigured(context, configured);
    return undefined;
  }
  const { table, statuses } = await askEndpoints(configured.config, ASK_MS);
  const failed = warnOfUnanswered(
    context,
    statuses.map(({ endpoint, state, reason }) => ({ endpoint: endpoint.name, state, reason })),
  );
  return { table, failed };
}

/** Says to standard error which endpoints did not answer, and gives these. */
export function warnOfUnanswered(
  context: CommandContext,
  asked: readonly {
    readonly endpoint: string;
    readonly state: EndpointState;
    readonly reason: Message | null | undefined;
  }[],
): readonly Unanswered[] {
  const { terminal } = context;
  const failed = asked
    .filter(({ state }) => state === "failed" || state === "rejected_key")
    .map(({ endpoint, reason }) => ({ endpoint, reason: reason ?? message("reason.no_answer") }));
  for (const { endpoint, reason } of failed) {
    const warn = terminal.paint.yellow(terminal.symbols.warn);
    terminal.err(
      terminal.wrap(
        `${warn} ${context.text("init.failed", { name: endpoint, reason: cleanText(context.text(reason)) })}`,
        2,
      ),
    );
  }
  if (failed.length > 0) terminal.err(adviceLine(context, "label.next", context.text("next.doctor")));
  return failed;
}
