// How `doctor` shows what it found: the table of endpoints, aliases, and a fix for each line that fails. Pure text
// from plain facts.

import { cleanText } from "../../core/clean-text.ts";
import { padEnd } from "../../core/text-width.ts";
import type { ProbeResult } from "../shared/probe.ts";
import type { CommandContext } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";
import { type GatewayReport, gatewayLines } from "./doctor-gateways.ts";

/** What a probe gave, or why there was none. */
export type Chat = ProbeResult | { readonly kind: "skipped"; readonly why: string };

/** One endpoint (or one of its keys), tested. */
export type EndpointReport = {
  /** `openai`, or `openai#2` for the second of its keys. */
  readonly name: string;
  readonly definedAt: string;
  readonly isEnabled: boolean;
  /** Time of the answer; undefined when it could not be reached. */
  readonly reachMs: number | undefined;
  readonly auth: "ok" | "rejected" | "none" | "unknown";
  readonly modelCount: number | undefined;
  readonly chat: Chat;
  readonly stream: Chat;
  readonly maskedKey: string | undefined;
  /** What is wrong; undefined when nothing is. */
  readonly problem: string | undefined;
  readonly fix: string | undefined;
};

/** One override, as things stand. */
export type AliasReport = {
  readonly name: string;
  readonly targets: readonly string[];
  readonly problem: string | undefined;
  readonly fix: string | undefined;
};

/** One check of the surroundings. */
export type RuntimeCheck = {
  readonly label: string;
  readonly isOk: boolean;
  readonly problem?: string;
  readonly fix?: string;
};

/** Everything `doctor` found out. */
export type DoctorReport = {
  readonly runtime: readonly RuntimeCheck[];
  readonly config: string;
  /** Those of this configuration that run now. */
  readonly gateways: readonly GatewayReport[];
  readonly endpoints: readonly EndpointReport[];
  readonly aliases: readonly AliasReport[];
};

/** Whether an endpoint can be used, as far as was tested. */
export function isUsable(report: EndpointReport): boolean {
  return report.isEnabled && report.problem === undefined;
}

/** The report for people. */
export function doctorLines(context: CommandContext, report: DoctorReport): string[] {
  const failing = report.endpoints.filter((endpoint) => endpoint.problem !== undefined);
  const usable = report.endpoints.filter(isUsable);
  return [
    "",
    `  ${padEnd("Runtime", 9)} ${report.runtime.map((check) => `${mark(context, check.isOk)} ${check.label}`).join("   ")}`,
    `  ${padEnd("Config", 9)} ${mark(context, true)} ${cleanText(report.config)}`,
    ...report.gateways.flatMap((gateway) => labelled("Gateway", gatewayLines(context, gateway))),
    "",
    ...layOutTable(
      report.endpoints.map((endpoint) => cellsOf(context, endpoint)),
      { header: ["Endpoint", "Reach", "Auth", "Models", "Chat", "Stream", "TTFT", "Notes"] },
    ),
    "",
    ...aliasLines(context, report.aliases),
    ...problemLines(context, report),
    `  ${report.endpoints.length} endpoints: ${usable.length} usable, ${failing.length} failing. ${costOf(report)}`,
    "",
  ];
}

/** Lines under a label before the first. */
function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, at) => `  ${padEnd(at === 0 ? label : "", 9)} ${line}`);
}

/** Lists are free, and so are servers on this machine; what a token costs elsewhere is not known here. */
function costOf(report: DoctorReport): string {
  const chats = report.endpoints.flatMap((endpoint) => [endpoint.chat, endpoint.stream]);
  const count = chats.filter((chat) => chat.kind !== "skipped").length;
  return count === 0 ? "Cost of these checks: none." : `Chat requests sent: ${count}, of one token each.`;
}

function mark(context: CommandContext, isOk: boolean): string {
  const { paint, symbols } = context.terminal;
  return isOk ? paint.green(symbols.ok) : paint.red(symbols.bad);
}

function cellsOf(context: CommandContext, report: EndpointReport): string[] {
  const { paint, symbols } = context.terminal;
  const dash = context.terminal.isAscii ? "-" : "–";
  const bad = paint.red(symbols.bad);
  const auths = { ok: paint.green(symbols.ok), rejected: bad, none: dash, unknown: dash };
  const reach = report.reachMs === undefined ? bad : `${Math.round(report.reachMs)} ms`;
  const chatCell = (chat: Chat) => {
    if (chat.kind === "skipped") return chat.why === "" ? dash : paint.dim(`${symbols.none} skip`);
    return chat.kind === "ok" ? paint.green(symbols.ok) : bad;
  };
  const first = report.stream.kind === "ok" ? `${(report.stream.firstByteMs / 1000).toFixed(2)} s` : dash;
  return [
    cleanText(report.name),
    report.isEnabled ? reach : dash,
    auths[report.auth],
    report.modelCount === undefined ? dash : String(report.modelCount),
    chatCell(report.chat),
    chatCell(report.stream),
    first,
    notesOf(report),
  ];
}

function notesOf(report: EndpointReport): string {
  if (!report.isEnabled) return "disabled";
  const parts: string[] = [];
  if (report.maskedKey !== undefined) parts.push(`key ${report.maskedKey}`);
  if (report.chat.kind === "skipped" && report.chat.why !== "") parts.push(report.chat.why);
  if (report.problem !== undefined) parts.push(cleanText(report.problem));
  return parts.join("; ");
}

function aliasLines(context: CommandContext, aliases: readonly AliasReport[]): string[] {
  if (aliases.length === 0) return [];
  const { symbols } = context.terminal;
  const rows = aliases.map((alias) => [
    `${mark(context, alias.problem === undefined)} ${cleanText(alias.name)}`,
    `${symbols.arrow} ${alias.targets.length === 0 ? "" : cleanText(alias.targets.join(", "))}`,
    alias.problem === undefined ? "" : `(${cleanText(alias.problem)})`,
  ]);
  return ["  Aliases", ...layOutTable(rows, { indent: "    " }), ""];
}

function problemLines(context: CommandContext, report: DoctorReport): string[] {
  const rows: string[][] = [];
  const add = (name: string, problem: string | undefined, fix: string | undefined) => {
    if (problem === undefined) return;
    rows.push([
      `${mark(context, false)} ${cleanText(name)}`,
      cleanText(problem),
      `fix: ${cleanText(fix ?? "")}`,
    ]);
  };
  for (const check of report.runtime) add(check.label, check.problem, check.fix);
  for (const endpoint of report.endpoints) add(endpoint.name, endpoint.problem, endpoint.fix);
  for (const alias of report.aliases) add(alias.name, alias.problem, alias.fix);
  return rows.length === 0 ? [] : [...layOutTable(rows), ""];
}
