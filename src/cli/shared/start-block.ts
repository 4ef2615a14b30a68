// What the gateway says when it starts: the ready lines, the table of endpoints, what to try, and what to do when there
// is nothing yet. Pure text from plain facts.

import { cleanText } from "../../core/clean-text.ts";
import { padEnd, textWidth } from "../../core/text-width.ts";
import { asStarted } from "../../language/launch.ts";
import type { Message } from "../../language/messages.ts";
import type { CommandContext } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** The first lines, printed as soon as the port is open. */
export type ReadyFacts = {
  readonly version: string;
  readonly url: string;
  readonly startedMs: number;
  /** File and number of endpoints; undefined when nothing is configured. */
  readonly config: { readonly file: string; readonly endpointCount: number } | undefined;
  readonly isDemo: boolean;
  /** Logs in to the dashboard once; left out where there is no such link. */
  readonly loginLink?: string | undefined;
  /** Processes that serve. */
  readonly workers: number;
};

/** One line of the table of endpoints. */
export type EndpointRow = {
  readonly name: string;
  readonly weight: number;
  readonly mark: "ok" | "warn" | "bad" | "none";
  /** Where it was found, when it was found and not configured. */
  readonly source: string | undefined;
  /** Undefined when it is unknown. */
  readonly modelCount: number | undefined;
  readonly durationMs: number | undefined;
  /** What is to be said besides: a failure, or where the list comes from. */
  readonly note: Message | undefined;
};

/** What the table and the lines below it are made of. */
export type TableFacts = {
  readonly rows: readonly EndpointRow[];
  readonly isFound: boolean;
  readonly modelCount: number;
  readonly sharedCount: number;
  readonly notes: readonly Message[];
  /** Whether a request to any of the endpoints could be answered now. */
  readonly isAnyUsable: boolean;
  /** The command to try; undefined where none is known that could work. */
  readonly tryCommand: string | undefined;
};

const WIDTH = 72;

/** `oai-gateway 0.1.0 … ready in 0.2 s`, the address, and where the configuration is. */
export function readyLines(context: CommandContext, facts: ReadyFacts): string[] {
  const { text, terminal } = context;
  const { paint } = terminal;
  const title = `oai-gateway ${facts.version}${facts.isDemo ? `  ${text("start.demo")}` : ""}`;
  const ready = text("start.ready", { seconds: (facts.startedMs / 1000).toFixed(1) });
  const width = Math.min(WIDTH, (terminal.errColumns() ?? WIDTH + 2) - 2);
  const gap = " ".repeat(Math.max(2, width - textWidth(title) - textWidth(ready)));
  const label = (key: "start.api" | "start.dashboard" | "start.config" | "start.workers") =>
    padEnd(text(key), 10);
  const lines = ["", `  ${paint.bold(title)}${gap}${paint.dim(ready)}`, ""];
  lines.push(`  ${label("start.api")} ${paint.blue(`${facts.url}/v1`)}`);
  if (facts.loginLink !== undefined)
    lines.push(`  ${label("start.dashboard")} ${paint.blue(facts.loginLink)}`);
  if (facts.config !== undefined) {
    const count = facts.config.endpointCount;
    const endpoints = text(count === 1 ? "start.endpoint" : "start.endpoints", { count });
    const file = text("start.file", { file: cleanText(facts.config.file), endpoints });
    lines.push(`  ${label("start.config")} ${file}`);
  }
  if (facts.workers > 1)
    lines.push(`  ${label("start.workers")} ${text("start.workerCount", { count: facts.workers })}`);
  if (facts.isDemo) lines.push(`  ${padEnd("", 10)} ${paint.dim(text("start.demoNote"))}`);
  return [...fit(context, lines, 13), ""];
}

/** Lines that fit the terminal; what is broken goes on under what it belongs to. */
function fit({ terminal }: CommandContext, lines: readonly string[], indent: number): string[] {
  return lines.flatMap((line) => terminal.wrap(line, indent).split("\n"));
}

/** The endpoints with their weights, models and times, warnings, and the command to try. */
export function tableLines(context: CommandContext, facts: TableFacts): string[] {
  const { text, terminal } = context;
  const lines: string[] = [];
  const found = facts.isFound ? [`  ${text("start.found")}`] : [];
  const table = rowLines(context, facts.rows);
  const warn = terminal.paint.yellow(terminal.symbols.warn);
  if (facts.rows.length === 0) lines.push(`  ${warn} ${text("start.noneInFile")}`);
  else lines.push(...countLines(context, facts));
  for (const note of facts.notes) lines.push(`  ${warn} ${cleanText(text(note))}`);
  const shown = [...fit(context, found, 2), ...table, ...fit(context, lines, 4)];
  if (facts.tryCommand !== undefined) shown.push(`  ${text("start.try")}`, ...facts.tryCommand.split("\n"));
  if (facts.isFound) shown.push("", ...fit(context, [`  ${text("start.keep")}`], 4));
  return [...shown, ""];
}

/** How many models there are, and what helps where none of them can be had. */
function countLines({ text, terminal }: CommandContext, facts: TableFacts): string[] {
  const total = facts.modelCount === 0 ? [] : [`  ${totalOf(text, facts)}`];
  const warn = terminal.paint.yellow(terminal.symbols.warn);
  if (!facts.isAnyUsable)
    return [...total, `  ${warn} ${text("start.noneAnswers")}`, `    ${text("start.noneAnswersWhy")}`];
  return facts.modelCount === 0 ? [`  ${text("start.noModels")}`] : total;
}

function totalOf(
  text: CommandContext["text"],
  { modelCount: models, sharedCount: shared }: TableFacts,
): string {
  if (shared > 0) return text("start.total", { models, shared });
  return text(models === 1 ? "start.totalOne" : "start.totalAlone", { models });
}

/** Aligned lines, one an endpoint, and an empty one; nothing for no rows. */
export function rowLines(context: CommandContext, rows: readonly EndpointRow[]): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => cellsOf(context, row));
  return [...layOutTable(cells, { indent: "    ", right: [2, 3], width: context.terminal.errColumns() }), ""];
}

function cellsOf(context: CommandContext, row: EndpointRow): string[] {
  const { text, terminal } = context;
  const colour = {
    ok: terminal.paint.green,
    warn: terminal.paint.yellow,
    bad: terminal.paint.red,
    none: terminal.paint.dim,
  };
  const mark = colour[row.mark](terminal.symbols[row.mark]);
  const origin = row.source ?? text("start.weight", { weight: row.weight });
  const models =
    row.modelCount === undefined
      ? ""
      : text(row.modelCount === 1 ? "start.model" : "start.models", { count: row.modelCount });
  const time = row.durationMs === undefined ? "" : `${Math.round(row.durationMs)} ms`;
  const note = row.note === undefined ? "" : cleanText(text(row.note));
  return [`${mark} ${cleanText(row.name)}`, cleanText(origin), models, time, note];
}

/** What was looked for in vain, and the ways to go on. */
export function nothingLines(
  context: CommandContext,
  looked: { readonly keyVariables: number; readonly ports: number } | undefined,
): string[] {
  const { text, terminal, command } = context;
  const hasKeys = terminal.isInteractive;
  const said =
    looked === undefined
      ? [text("start.noneUndetected"), text("start.undetected")]
      : [text("start.none"), text("start.looked", { keys: looked.keyVariables, ports: looked.ports })];
  const then = text(hasKeys && looked !== undefined ? "start.thenR" : "start.thenRestart");
  const ways = [
    // A process never sees what is exported after its start; the file is read anew each time.
    [text("start.putKey"), then, text("start.pickProvider")],
    ["ollama serve", then, text("start.pickLocal")],
    [asStarted("oai-gateway init", command), "", text("start.pickInit")],
    [hasKeys ? text("start.pressD") : asStarted("oai-gateway demo", command), "", text("start.pickDemo")],
  ];
  const shown = terminal.isAscii ? ways.map((row) => row.map((cell) => cell.replace("…", "..."))) : ways;
  return [
    ...fit(context, [`  ${terminal.paint.yellow(terminal.symbols.warn)} ${said[0]}`, `    ${said[1]}`], 4),
    "",
    ...fit(context, [`  ${text(looked === undefined ? "start.pickUndetected" : "start.pick")}`], 2),
    ...layOutTable(shown, { indent: "    ", width: terminal.errColumns() }),
    "",
  ];
}
