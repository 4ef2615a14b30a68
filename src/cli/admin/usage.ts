// `usage`: requests, tokens and cost, told apart by key, model, endpoint or time.

import { cleanText } from "../../core/clean-text.ts";
import { type Message, message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";
import { acceptedValue, askAdmin } from "./ask-admin.ts";
import { spanProblem } from "./written-time.ts";

/** Options of `usage`. */
export type UsageCommandOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly by: string;
  readonly from?: string;
  readonly to?: string;
  readonly csv?: boolean;
};

type UsageLine = {
  readonly group: Readonly<Record<string, string>>;
  readonly requests: number;
  readonly failed: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  readonly cost: string | null;
  readonly unpriced: number;
  readonly estimated: number;
};

type Usage = {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly data: readonly UsageLine[];
};

const FIGURES = [
  "requests",
  "failed",
  "input_tokens",
  "output_tokens",
  "cached_tokens",
  "reasoning_tokens",
] as const;

/** Exit code 1 where the store cannot be read, 2 where the line is wrong. */
export async function runUsage(context: CommandContext, options: UsageCommandOptions): Promise<ExitCode> {
  const isTwice = context.isJson && options.csv === true;
  const wrong = isTwice ? message("usage.oneForm") : problemOf(options);
  if (wrong !== undefined) {
    refuse(context, { message: wrong, next: message("next.helpOf", { name: "usage" }) });
    return 2;
  }
  const query = new URLSearchParams({ by: options.by });
  if (options.from !== undefined) query.set("from", options.from);
  if (options.to !== undefined) query.set("to", options.to);
  // Days are those of the person who asks; a query can say only how far they are ahead.
  const ahead = -new Date().getTimezoneOffset();
  if (ahead > 0) query.set("utc_offset", String(ahead));
  const answer = await askAdmin(context, options, { method: "GET", target: `/usage?${query}` });
  const usage = acceptedValue<Usage>(context, answer);
  if (usage === undefined) return 1;
  if (context.isJson) printJson(context, usage);
  else if (options.csv === true) printCsv(context, usage);
  else printTable(context, usage);
  return 0;
}

function problemOf({ by, ...span }: UsageCommandOptions): Message | undefined {
  const known: readonly string[] = GROUPS;
  if (by.split(",").some((word) => !known.includes(word.trim()))) {
    const wanted = message("want.someOf", { values: GROUPS.join(", ") });
    return message("fail.option", { option: "--by", value: by, wanted });
  }
  return spanProblem(span);
}

function printTable({ terminal, text }: CommandContext, { data, currency }: Usage): void {
  if (data.length === 0) {
    terminal.out(text("usage.none"));
    return;
  }
  const names = groupsOf(data);
  const header = [
    ...names.map((name) => text(`usage.by.${asGroup(name)}`)),
    text("usage.requests"),
    text("usage.failed"),
    text("usage.input"),
    text("usage.output"),
    text("usage.cached"),
    text("usage.cost", { currency }),
  ];
  const rows = data.map((line) => [
    ...names.map((name) => shownGroup(line.group[name] ?? "")),
    ...[line.requests, line.failed, line.input_tokens, line.output_tokens, line.cached_tokens].map(String),
    costOf(line),
  ]);
  const right = header.map((_, column) => column).slice(names.length);
  terminal.out(layOutTable(rows, { header, right, indent: "", width: terminal.outColumns() }).join("\n"));
  const unpriced = data.reduce((sum, line) => sum + line.unpriced, 0);
  if (unpriced > 0) terminal.out(terminal.wrapOut(text("usage.unpriced", { count: unpriced }), 0));
  const estimated = data.reduce((sum, line) => sum + line.estimated, 0);
  if (estimated > 0) terminal.out(terminal.wrapOut(text("usage.estimated", { count: estimated }), 0));
}

/** A cost that is not all of it is marked: unknown is never shown as nothing, nor nothing as unknown. */
function costOf({ cost, unpriced }: UsageLine): string {
  if (cost === null) return unpriced > 0 ? "?" : "-";
  return unpriced > 0 ? `≥ ${cost}` : cost;
}

function shownGroup(value: string): string {
  return value === "" ? "-" : cleanText(value);
}

/** A key is shown by its name. */
function groupsOf(data: readonly UsageLine[]): readonly string[] {
  return Object.keys(data[0]?.group ?? {}).filter((name) => name !== "key_id");
}

const GROUPS = ["key", "model", "endpoint", "tag", "minute", "hour", "day"] as const;

function asGroup(name: string): (typeof GROUPS)[number] {
  return GROUPS.find((group) => group === name) ?? "key";
}

function printCsv({ terminal }: CommandContext, { data, currency }: Usage): void {
  const names = groupsOf(data);
  const header = [...names, ...FIGURES, "cost", "currency", "unpriced", "estimated"];
  const rows = data.map((line) => [
    ...names.map((name) => line.group[name] ?? ""),
    ...FIGURES.map((figure) => String(line[figure])),
    line.cost ?? "",
    currency,
    String(line.unpriced),
    String(line.estimated),
  ]);
  terminal.out([header, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n"));
}

/** RFC 4180; what a spreadsheet would take for a formula is marked as text. */
function csvCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) && !/^-?\d/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
