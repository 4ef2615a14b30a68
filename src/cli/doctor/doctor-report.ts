// How `doctor` shows what it found: the table of endpoints, aliases, and a fix for each line that fails. Pure text
// from plain facts.

import type { ProbeResult } from "../../catalogue/chat-probe.ts";
import { cleanText } from "../../core/clean-text.ts";
import { padEnd, textWidth, wrapToWidth } from "../../core/text-width.ts";
import { type Message, message } from "../../language/messages.ts";
import type { CommandContext } from "../terminal/command.ts";
import { flowItems, layOutTable } from "../terminal/text-table.ts";
import { type GatewayReport, gatewayLines } from "./doctor-gateways.ts";

/** What a probe gave, or why there was none; undefined where that goes without saying. */
export type Chat = ProbeResult | { readonly kind: "skipped"; readonly why: Message | undefined };

/** What is wrong, and what mends it; undefined when nothing is. */
type Diagnosis = { readonly problem: Message | undefined; readonly fix: Message | undefined };

/** One endpoint (or one of its keys), tested. */
export type EndpointReport = Diagnosis & {
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
  /** The problem in a word or two, for the table. */
  readonly short: Message | undefined;
};

/** One override, as things stand. */
export type AliasReport = Diagnosis & { readonly name: string; readonly targets: readonly string[] };

/** One check of the surroundings. */
export type RuntimeCheck = {
  readonly label: Message;
  readonly isOk: boolean;
  readonly problem?: Message;
  readonly fix?: Message;
};

/** Everything `doctor` found out. */
export type DoctorReport = {
  readonly runtime: readonly RuntimeCheck[];
  readonly config: Message;
  /** Why no endpoint can be tested; absent where some were. */
  readonly configProblem?: { readonly problem: Message; readonly fix: Message };
  /** Those of this configuration that run now. */
  readonly gateways: readonly GatewayReport[];
  readonly endpoints: readonly EndpointReport[];
  readonly aliases: readonly AliasReport[];
};

const LABEL_WIDTH = 9;
const LABEL_INDENT = LABEL_WIDTH + 3;

/** Whether an endpoint can be used, as far as was tested. */
export function isUsable(report: EndpointReport): boolean {
  return report.isEnabled && report.problem === undefined;
}

/** The report for people. */
export function doctorLines(context: CommandContext, report: DoctorReport): string[] {
  const { text } = context;
  const checks = report.runtime.map(({ isOk, label }) => `${mark(context, isOk)} ${cleanText(text(label))}`);
  const isConfigured = report.configProblem === undefined;
  return [
    "",
    ...labelled(context, "doctor.runtime", fillLines(context, checks)),
    ...labelled(context, "doctor.config", [
      `${mark(context, isConfigured)} ${cleanText(text(report.config))}`,
    ]),
    ...report.gateways.flatMap((one) => labelled(context, "doctor.gatewayLabel", gatewayLines(context, one))),
    "",
    ...endpointLines(context, report.endpoints),
    ...aliasLines(context, report.aliases),
    ...problemLines(context, report),
    ...summaryLines(context, report),
  ];
}

/** Checks one after the other; a mark stays with its word. */
function fillLines({ terminal }: CommandContext, checks: readonly string[]): string[] {
  const columns = terminal.outColumns();
  if (columns === undefined) return [checks.join("   ")];
  return flowItems(checks, { width: columns - LABEL_INDENT, indent: 0, gap: 3 });
}

/** Lines under a label before the first. */
function labelled(
  { text, terminal }: CommandContext,
  label: "doctor.runtime" | "doctor.config" | "doctor.gatewayLabel",
  lines: readonly string[],
): string[] {
  return lines.flatMap((line, at) =>
    terminal
      .wrapOut(`  ${padEnd(at === 0 ? text(label) : "", LABEL_WIDTH)} ${line}`, LABEL_INDENT)
      .split("\n"),
  );
}

function endpointLines(context: CommandContext, endpoints: readonly EndpointReport[]): string[] {
  if (endpoints.length === 0) return [];
  const { text, terminal } = context;
  const header = [
    text("doctor.endpoint"),
    text("doctor.reach"),
    text("doctor.auth"),
    text("doctor.models"),
    text("doctor.chat"),
    text("doctor.stream"),
    text("doctor.ttft"),
    text("doctor.notes"),
  ];
  const width = terminal.outColumns();
  const gap = width === undefined ? 3 : 2;
  const rows = endpoints.map((endpoint) => cellsOf(context, endpoint));
  return [...layOutTable(rows, { header, width, gap, blank: dashOf(context) }), ""];
}

function summaryLines({ text, terminal }: CommandContext, { endpoints }: DoctorReport): string[] {
  if (endpoints.length === 0) return [];
  const count = endpoints.length;
  const usable = endpoints.filter(isUsable).length;
  const failing = endpoints.filter(({ problem }) => problem !== undefined).length;
  const said =
    count === 1
      ? text("doctor.summaryOne", { usable, failing })
      : text("doctor.summary", { count, usable, failing });
  const between = said.endsWith("。") ? "" : " ";
  return [terminal.wrapOut(`  ${said}${between}${text(costOf(endpoints))}`, 2), ""];
}

/** Lists are free, and so are servers on this machine; what a token costs elsewhere is not known here. */
function costOf(endpoints: readonly EndpointReport[]): Message {
  const chats = endpoints.flatMap((endpoint) => [endpoint.chat, endpoint.stream]);
  const count = chats.filter((chat) => chat.kind !== "skipped").length;
  return count === 0 ? message("doctor.free") : message("doctor.sent", { count });
}

function mark({ terminal }: CommandContext, isOk: boolean): string {
  const { paint, symbols } = terminal;
  return isOk ? paint.green(symbols.ok) : paint.red(symbols.bad);
}

function dashOf({ terminal }: CommandContext): string {
  return terminal.isAscii ? "-" : "–";
}

function cellsOf(context: CommandContext, report: EndpointReport): string[] {
  const { text, terminal } = context;
  const { paint, symbols } = terminal;
  const dash = dashOf(context);
  const bad = paint.red(symbols.bad);
  const auths = { ok: paint.green(symbols.ok), rejected: bad, none: dash, unknown: dash };
  const reach = report.reachMs === undefined ? bad : `${Math.round(report.reachMs)} ms`;
  const chatCell = (chat: Chat) => {
    if (chat.kind === "skipped")
      return chat.why === undefined ? dash : paint.dim(`${symbols.none} ${text("doctor.skip")}`);
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
    notesOf(context, report),
  ];
}

function notesOf({ text }: CommandContext, report: EndpointReport): string {
  if (!report.isEnabled) return text("doctor.disabled");
  const parts: Message[] = [];
  if (report.maskedKey !== undefined) parts.push(message("doctor.key", { key: report.maskedKey }));
  if (report.chat.kind === "skipped" && report.chat.why !== undefined) parts.push(report.chat.why);
  if (report.short !== undefined) parts.push(report.short);
  return parts.length === 0
    ? ""
    : text(parts.reduce((first, second) => message("note.both", { first, second })));
}

function aliasLines(context: CommandContext, aliases: readonly AliasReport[]): string[] {
  if (aliases.length === 0) return [];
  const { text, terminal } = context;
  const rows = aliases.map((alias) => [
    `${mark(context, alias.problem === undefined)} ${cleanText(alias.name)}`,
    `${terminal.symbols.arrow} ${alias.targets.length === 0 ? "" : cleanText(alias.targets.join(", "))}`,
  ]);
  const table = layOutTable(rows, { indent: "    ", width: terminal.outColumns() });
  return [`  ${text("doctor.aliases")}`, ...table, ""];
}

/** A row for each problem, or a paragraph where a row would not fit. */
function problemLines(context: CommandContext, report: DoctorReport): string[] {
  const { text, terminal } = context;
  const rows: string[][] = [];
  const add = (name: string, { problem, fix }: Partial<Diagnosis>) => {
    if (problem === undefined) return;
    const said = fix === undefined ? "" : text("label.fix", { text: fix });
    rows.push([`${mark(context, false)} ${cleanText(name)}`, cleanText(text(problem)), cleanText(said)]);
  };
  add(text("doctor.config"), report.configProblem ?? {});
  for (const check of report.runtime) add(text(check.label), check);
  for (const endpoint of report.endpoints) add(endpoint.name, endpoint);
  for (const alias of report.aliases) add(alias.name, alias);
  if (rows.length === 0) return [];
  const width = terminal.outColumns();
  const table = layOutTable(rows);
  if (width === undefined || table.every((line) => textWidth(line) <= width)) return [...table, ""];
  const paragraphs = rows.map(([name = "", problem = "", fix = ""]) =>
    [wrapToWidth(`  ${name}  ${problem}`, width, 4), wrapToWidth(`    ${fix}`, width, 4)].join("\n"),
  );
  return [...paragraphs, ""];
}
