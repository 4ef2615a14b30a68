// `doctor`: tests every endpoint live and says how to mend what fails. Asks `GET /models` everywhere, which is free;
// chats for one token only on this machine or with --spend.

import { askModels, type ListAnswer } from "../../catalogue/ask.ts";
import { selectEntries } from "../../catalogue/select.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import { dataFolder } from "../../config/file/data-folder.ts";
import { systemClock } from "../../core/clock.ts";
import { maskKey } from "../../core/mask.ts";
import { nearest } from "../../core/nearest.ts";
import type { Credential, Endpoint, EndpointModels, Override } from "../../routing/model.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import type { OutboundClient } from "../../upstream/client.ts";
import { createUndiciClient } from "../../upstream/undici/undici-client.ts";
import { askSnapshots } from "../control/running.ts";
import { tableOf } from "../shared/ask-endpoints.ts";
import { type AskingOptions, readConfigured } from "../shared/configured.ts";
import { chooseChatModel, isLoopback, probeChat } from "../shared/probe.ts";
import { type CommandContext, type ExitCode, printFailure, printJson } from "../terminal/command.ts";
import { gatewayReport } from "./doctor-gateways.ts";
import {
  type AliasReport,
  type Chat,
  type DoctorReport,
  doctorLines,
  type EndpointReport,
  isUsable,
} from "./doctor-report.ts";
import { checkClock, checkRuntime } from "./doctor-runtime.ts";

/** Options of `doctor`. */
export type DoctorOptions = AskingOptions & {
  readonly endpoint?: string;
  readonly spend?: boolean;
  /** Where to write the bundle; true for the usual name. */
  readonly bundle?: string | true;
  readonly dataDir?: string;
};

const PROBE_MS = 10_000;

/** Prints the report. Exit code 0: all is well; 3: something fails; 1: nothing can be used. */
export async function runDoctor(context: CommandContext, options: DoctorOptions): Promise<ExitCode> {
  const configured = await readConfigured(context, options);
  if (configured === undefined) return 1;
  const { config, shown } = configured;
  const wanted = config.plan.endpoints.filter(
    (one) => options.endpoint === undefined || one.name === options.endpoint,
  );
  if (wanted.length === 0 && options.endpoint !== undefined)
    return refuseEndpoint(context, config, options.endpoint);
  const dataDir = dataFolder({ flag: options.dataDir, env: context.env });
  const client = createUndiciClient();
  try {
    const [surroundings, running, tested] = await Promise.all([
      checkRuntime(dataDir, config.server),
      askSnapshots(context, options, "none"),
      Promise.all(
        wanted.flatMap((endpoint) =>
          endpoint.credentials.map((key) =>
            test({
              client,
              endpoint,
              key,
              spend: options.spend === true,
              limitBytes: config.discovery.maxListBytes,
            }),
          ),
        ),
      ),
    ]);
    const clock = checkClock(datesOf(tested), systemClock.wallMs());
    const runtime = clock === undefined ? surroundings : [...surroundings, clock];
    const table = tableOf(config, listsOf(config, tested));
    const endpoints = tested.map((one) => one.report);
    const aliases =
      options.endpoint === undefined ? config.plan.overrides.map((one) => aliasOf(one, table)) : [];
    const report: DoctorReport = {
      runtime,
      config: shown,
      gateways: running.map(gatewayReport),
      endpoints,
      aliases,
    };
    if (options.json === true) printJson(context, { ...report, exit_code: exitCodeOf(report) });
    else context.terminal.out(doctorLines(context, report).join("\n"));
    if (options.bundle !== undefined) await saveBundle(context, options.bundle, report, config);
    return exitCodeOf(report);
  } finally {
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
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    printFailure(context, {
      message: context.text("doctor.unbundled", { file, reason }),
      next: context.text("next.helpOf", { name: "doctor" }),
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
  const [guess] = nearest(
    name,
    config.plan.endpoints.map((one) => one.name),
  );
  const fix = guess === undefined ? {} : { fix: context.text("fix.didYouMean", { name: guess }) };
  const wanted = context.text("want.oneOf", {
    values: config.plan.endpoints.map((one) => one.name).join(", "),
  });
  const message = context.text("fail.option", { option: "--endpoint", wanted, value: name });
  printFailure(context, { message, ...fix, next: context.text("next.helpOf", { name: "doctor" }) });
  return 2;
}

type Subject = {
  readonly client: OutboundClient;
  readonly endpoint: Endpoint;
  readonly key: Credential;
  readonly spend: boolean;
  /** Of its list of models. */
  readonly limitBytes: number;
};

type Tested = {
  readonly report: EndpointReport;
  readonly endpoint: Endpoint;
  readonly answer: ListAnswer | undefined;
};

const NOT_ASKED: Chat = { kind: "skipped", why: "" };

async function test(subject: Subject): Promise<Tested> {
  const { endpoint, key, client, limitBytes } = subject;
  const base = {
    name: endpoint.credentials.length > 1 ? `${endpoint.name}#${key.id}` : endpoint.name,
    definedAt: endpoint.definedAt,
    isEnabled: endpoint.enabled,
    maskedKey: key.apiKey === undefined ? undefined : maskKey(key.apiKey),
  };
  if (!endpoint.enabled) {
    const nothing = {
      reachMs: undefined,
      auth: "unknown",
      modelCount: undefined,
      problem: undefined,
      fix: undefined,
    } as const;
    return {
      report: { ...base, ...nothing, chat: NOT_ASKED, stream: NOT_ASKED },
      endpoint,
      answer: undefined,
    };
  }
  const asked = { ...endpoint, credentials: [key] as const };
  const answer = await askModels({
    client,
    clock: systemClock,
    endpoint: asked,
    timeoutMs: PROBE_MS,
    limitBytes,
  });
  const names = namesOf(endpoint, answer);
  const [chat, stream] = await chatBoth(subject, answer, names);
  const { problem, fix } = verdict(endpoint, answer, [chat, stream]);
  const isReached = answer.kind !== "failed" || answer.status !== undefined;
  const report: EndpointReport = {
    ...base,
    reachMs: isReached ? answer.durationMs : undefined,
    auth: authOf(key, answer),
    modelCount: answer.kind === "listed" || endpoint.models.kind === "static" ? names.length : undefined,
    chat,
    stream,
    problem,
    fix,
  };
  return { report, endpoint, answer };
}

function namesOf(endpoint: Endpoint, answer: ListAnswer): readonly string[] {
  if (endpoint.models.kind === "static") return endpoint.models.names;
  return answer.kind === "listed" ? answer.entries.map((entry) => entry.id) : [];
}

function authOf(key: Credential, answer: ListAnswer): EndpointReport["auth"] {
  if (answer.kind === "rejected_key") return "rejected";
  if (key.apiKey === undefined) return "none";
  return answer.kind === "listed" ? "ok" : "unknown";
}

async function chatBoth(
  subject: Subject,
  answer: ListAnswer,
  names: readonly string[],
): Promise<[Chat, Chat]> {
  const { endpoint } = subject;
  if (answer.kind === "failed" || answer.kind === "rejected_key") return [NOT_ASKED, NOT_ASKED];
  if (!subject.spend && !isLoopback(endpoint)) {
    const skipped: Chat = { kind: "skipped", why: "may cost money; add --spend" };
    return [skipped, skipped];
  }
  const model = chooseChatModel(names);
  if (model === undefined) {
    const skipped: Chat = { kind: "skipped", why: "no chat model listed" };
    return [skipped, skipped];
  }
  const probe = {
    client: subject.client,
    endpoint,
    credential: subject.key,
    model,
    timeoutMs: PROBE_MS,
    clock: systemClock,
  };
  return [await probeChat(probe, false), await probeChat(probe, true)];
}

type Verdict = { readonly problem: string | undefined; readonly fix: string | undefined };

function verdict(endpoint: Endpoint, answer: ListAnswer, chats: readonly Chat[]): Verdict {
  const at = endpoint.definedAt;
  const off = `or set enabled: false (${at})`;
  switch (answer.kind) {
    case "rejected_key":
      return { problem: `${answer.reason}: the endpoint rejects this key.`, fix: `renew api_key (${at})` };
    case "failed":
      return { problem: `${answer.reason}.`, fix: `start it, correct base_url, ${off}` };
    case "no_list":
      if (endpoint.models.kind === "static") break;
      return { problem: `${answer.reason}.`, fix: `name its models under "models" (${at})` };
    case "listed":
      break;
  }
  const failed = chats.find((chat) => chat.kind === "failed");
  if (failed?.kind !== "failed") return { problem: undefined, fix: undefined };
  return {
    problem: `a chat request failed: ${failed.reason}.`,
    fix: `look into the endpoint's own log, ${off}`,
  };
}

/** What the table is compiled from; an endpoint with several keys is known by the first that was answered. */
function listsOf(config: GatewayConfig, tested: readonly Tested[]): EndpointModels[] {
  return config.plan.endpoints.map((endpoint) => {
    const { name } = endpoint;
    if (endpoint.models.kind === "static") {
      return { endpointName: name, source: "static", entries: endpoint.models.names.map((id) => ({ id })) };
    }
    const answers = tested.filter((one) => one.endpoint === endpoint).map((one) => one.answer);
    const listed = answers.find((answer) => answer?.kind === "listed");
    return listed?.kind === "listed"
      ? { endpointName: name, source: "listed", entries: selectEntries(endpoint.models, listed.entries) }
      : { endpointName: name, source: "unknown", entries: [] };
  });
}

function aliasOf(override: Override, table: RoutingTable): AliasReport {
  const { name } = override;
  const targets = table.models.get(name)?.targets ?? [];
  const base = { name, targets: targets.map((target) => target.key) };
  const fitting = targets.filter((target) => !target.isUnlisted);
  if (targets.length > 0 && fitting.length > 0) return { ...base, problem: undefined, fix: undefined };
  if (targets.length === 0) {
    return {
      ...base,
      problem: "no endpoint can serve it.",
      fix: `correct its targets (${override.definedAt})`,
    };
  }
  const missing = targets[0]?.upstreamModel ?? name;
  const [guess] = nearest(missing, table.models.keys());
  const hint = guess === undefined ? "correct its targets" : `did you mean "${guess}"?`;
  return { ...base, problem: `no endpoint lists "${missing}".`, fix: `${hint} (${override.definedAt})` };
}
