// The configuration for commands that look and do not serve: the file, or what is found without one.

import type { EndpointState } from "../../catalogue/model-knowledge.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import { type CommandContext, printFailure } from "../terminal/command.ts";
import { askEndpoints } from "./ask-endpoints.ts";
import { printDiagnostics, readSource } from "./config-source.ts";
import { configOf, lookAround } from "./detection.ts";

/** Options that these commands share. */
export type AskingOptions = { readonly config?: string; readonly json?: boolean };

/** A configuration to ask the endpoints of. */
export type Configured = {
  readonly config: GatewayConfig;
  /** What it is, for people: `config.yaml: 4 endpoints`. */
  readonly shown: string;
};

/** Reads the configuration, or looks around where there is none. Undefined after it has printed why not. */
export async function readConfigured(
  context: CommandContext,
  options: AskingOptions,
): Promise<Configured | undefined> {
  const source = await readSource(context, options.config);
  if (source.kind === "broken") {
    printDiagnostics(context, source.problems);
    return undefined;
  }
  printDiagnostics(context, source.warnings);
  if (source.kind === "file") {
    return {
      config: source.config,
      shown: `${source.shown}: ${source.config.plan.endpoints.length} endpoints`,
    };
  }
  const detection = await lookAround(context, source.config.server.port);
  if (detection.endpoints.length === 0) {
    const { text } = context;
    printFailure(context, { message: text("init.nothing"), next: text("next.noConfig") });
    return undefined;
  }
  return { config: configOf(detection), shown: `no file; found ${detection.endpoints.length} endpoints` };
}

/** The table that the endpoints' answers amount to, and the endpoints that did not answer. */
export type AskedConfigured = {
  readonly table: RoutingTable;
  readonly failed: readonly Unanswered[];
};

/** An endpoint that did not answer, and why. */
export type Unanswered = { readonly endpoint: string; readonly reason: string };

const ASK_MS = 10_000;

/** Reads the configuration and asks its endpoints. Undefined after it has printed why not. */
export async function askConfigured(
  context: CommandContext,
  options: AskingOptions,
): Promise<AskedConfigured | undefined> {
  const configured = await readConfigured(context, options);
  if (configured === undefined) return undefined;
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
    readonly reason: string | null | undefined;
  }[],
): readonly Unanswered[] {
  const { terminal } = context;
  const failed = asked
    .filter(({ state }) => state === "failed" || state === "rejected_key")
    .map(({ endpoint, reason }) => ({ endpoint, reason: reason ?? "no answer" }));
  for (const { endpoint, reason } of failed) {
    terminal.err(`${terminal.paint.yellow(terminal.symbols.warn)} ${endpoint}: ${reason}`);
  }
  if (failed.length > 0) terminal.err(`  next: ${context.text("next.doctor")}`);
  return failed;
}
