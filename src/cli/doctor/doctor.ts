// `doctor`: tests every endpoint live and says how to mend what fails. Asks `GET /models` everywhere, which is free;
// chats for one token only on this machine or with --spend.

import { modelsOf } from "../../catalogue/model-knowledge.ts";
import { emptyConfig, type GatewayConfig } from "../../config/compile.ts";
import { dataFolder } from "../../config/file/data-folder.ts";
import type { EngineName } from "../../config/schema/engine-name.ts";
import { listOfWords } from "../../config/yaml/draft.ts";
import { systemClock } from "../../core/clock.ts";
import { errorCode } from "../../core/error-code.ts";
import { nearest } from "../../core/nearest.ts";
import { loadEngine } from "../../engines.ts";
import { message } from "../../language/messages.ts";
import type { Endpoint, EndpointModels, Override } from "../../routing/model.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import { askSnapshots } from "../control/running.ts";
import { tableOf } from "../shared/ask-endpoints.ts";
import { type AskingOptions, findConfigured, printUnconfigured } from "../shared/configured.ts";
import { type CommandContext, type ExitCode, printFailure, printJson, refuse } from "../terminal/command.ts";
import { configReport } from "./doctor-config.ts";
import { gatewayReport } from "./doctor-gateways.ts";
import { checkClientKeys } from "./doctor-keys.ts";
import { type AliasReport, type DoctorReport, doctorLines, isUsable } from "./doctor-report.ts";
import { checkClock, checkRuntime } from "./doctor-runtime.ts";
import { nameOf, type Tested, testEndpoint } from "./endpoint-test.ts";
import { Progress } from "./progress.ts";

/** Options of `doctor`. */
export type DoctorOptions = AskingOptions & {
  readonly endpoint?: string;
  readonly spend?: boolean;
  /** Where to write the bundle; true for the usual name. */
  readonly bundle?: string | true;
  readonly dataDir?: string;
};

/** Prints the report. Exit code 0: all is well; 3: something fails; 1: nothing can be used. */
export async function runDoctor(context: CommandContext, options: DoctorOptions): Promise<ExitCode> {
  const found = await findConfigured(context, options);
  const config = found.kind === "configured" ? found.config : emptyConfig();
  const { endpoints } = config.plan;
  const { endpoint: wanted } = options;
  const chosen = endpoints.filter((one) => wanted === undefined || one.name === wanted);
  if (found.kind === "configured" && chosen.length === 0 && wanted !== undefined)
    return refuseEndpoint(context, config, wanted);
  const dataDir = dataFolder({ flag: options.dataDir, env: context.env });
  const [surroundings, running, tested] = await Promise.all([
    checkRuntime(dataDir, config.server),
    askSnapshots(context, options, "none"),
    testAll(context, options, {
      endpoints: chosen,
      limitBytes: config.discovery.maxListBytes,
      engine: config.server.engine,
    }),
  ]);
  const nowMs = systemClock.wallMs();
  const clock = checkClock(datesOf(tested), nowMs);
  const keys = checkClientKeys(config.server.apiKeys, nowMs);
  const table = tableOf(config, listsOf(config, tested));
  const report: DoctorReport = {
    runtime: [...surroundings, ...(clock === undefined ? [] : [clock]), ...keys],
    ...configReport(found),
    gateways: running.map(gatewayReport),
    endpoints: tested.map((one) => one.report),
    aliases: wanted === undefined ? config.plan.overrides.map((one) => aliasOf(one, table)) : [],
  };
  const exitCode = exitCodeOf(report);
  if (context.isJson) printJson(context, { ...report, exit_code: exitCode });
  else {
    if (found.kind === "broken") printUnconfigured(context, found);
    context.terminal.out(doctorLines(context, report).join("\n"));
  }
  if (options.bundle !== undefined) await saveBundle(context, options.bundle, report, config);
  return exitCode;
}

type Subjects = {
  readonly endpoints: readonly Endpoint[];
  readonly limitBytes: number;
  readonly engine: EngineName;
};

/** Tests each endpoint under each of its keys, all at once. */
async function testAll(
  context: CommandContext,
  { spend = false }: DoctorOptions,
  { endpoints, limitBytes, engine }: Subjects,
): Promise<Tested[]> {
  const { createClient } = await loadEngine(engine);
  const client = createClient();
  const subjects = endpoints.flatMap((endpoint) =>
    endpoint.credentials.map((key) => ({ client, endpoint, key, spend, limitBytes })),
  );
  const progress = context.isJson ? undefined : new Progress(context, subjects.map(nameOf));
  try {
    return await Promise.all(
      subjects.map(async (subject) => {
        const tested = await testEndpoint(subject);
        progress?.done(nameOf(subject));
        return tested;
      }),
    );
  } finally {
    progress?.close();
    await client.close();
  }
}

/** Writes the bundle and says where it is, or why it could not be written. */
async function saveBundle(
  context: CommandContext,
  wanted: string | true,
  report: DoctorReport,
  config: GatewayConfig,
): Promise<void> {
  const { writeBundle } = await import("./doctor-bundle.ts");
  const file = wanted === true ? "oai-gateway-doctor.json" : wanted;
  try {
    context.terminal.err(
      `  ${context.text("doctor.bundled", { file: await writeBundle(file, report, config) })}`,
    );
  } catch (error) {
    const reason = errorCode(error) ?? "unknown";
    printFailure(context, {
      message: message("doctor.unbundled", { file, reason }),
      next: message("next.helpOf", { name: "doctor" }),
    });
  }
}

function datesOf(tested: readonly Tested[]): number[] {
  return tested.flatMap(({ answer }) =>
    answer?.kind === "listed" ? [answer.serverWallMs ?? []].flat() : [],
  );
}

function exitCodeOf(report: DoctorReport): ExitCode {
  const enabled = report.endpoints.filter((one) => one.isEnabled);
  if (!enabled.some(isUsable)) return 1;
  const problems = [...enabled, ...report.aliases, ...report.runtime].filter(
    (one) => one.problem !== undefined,
  );
  return problems.length > 0 ? 3 : 0;
}

function refuseEndpoint(context: CommandContext, config: GatewayConfig, name: string): ExitCode {
  const names = config.plan.endpoints.map((one) => one.name);
  const [guess] = nearest(name, names);
  const fix = guess === undefined ? {} : { fix: message("fix.didYouMean", { name: guess }) };
  const wanted = message("want.oneOf", { values: listOfWords(names) });
  const refused = message("fail.option", { option: "--endpoint", wanted, value: name });
  refuse(context, { message: refused, ...fix, next: message("next.helpOf", { name: "doctor" }) });
  return 2;
}

/** What the table is compiled from; an endpoint with several keys is known by the first that was answered. */
function listsOf(config: GatewayConfig, tested: readonly Tested[]): EndpointModels[] {
  return config.plan.endpoints.map((endpoint) => {
    const answers = tested.filter((one) => one.endpoint === endpoint).map((one) => one.answer);
    const listed = answers.find((answer) => answer?.kind === "listed");
    return modelsOf(endpoint, listed?.kind === "listed" ? listed.entries : undefined, "listed");
  });
}

function aliasOf(override: Override, table: RoutingTable): AliasReport {
  const { name, definedAt: at } = override;
  const targets = table.models.get(name)?.targets ?? [];
  const base = { name, targets: targets.map((target) => target.key) };
  const fitting = targets.filter((target) => !target.isUnlisted);
  if (targets.length > 0 && fitting.length > 0) return { ...base, problem: undefined, fix: undefined };
  if (targets.length === 0) {
    return {
      ...base,
      problem: message("doctor.alias.none"),
      fix: message("doctor.fix.targets", { at }),
    };
  }
  const missing = targets[0]?.upstreamModel ?? name;
  const [guess] = nearest(missing, table.models.keys());
  const fix =
    guess === undefined
      ? message("doctor.fix.targets", { at })
      : message("doctor.fix.meant", { name: guess, at });
  return { ...base, problem: message("doctor.alias.unlisted", { model: missing }), fix };
}
