// Log lines for people at a terminal: one aligned line a request. Not for machines.

import { cleanText } from "../core/clean-text.ts";
import { painter, type Style } from "../core/paint.ts";
import type { ExchangeSummary } from "../core/summary.ts";
import { cutToWidth, padEnd, padStart, textWidth, wrapToWidth } from "../core/text-width.ts";
import { attemptReason, dollarsOf, isMissing, snakeCase } from "./exchange-line.ts";
import { ExchangeLine, type LineEntry, type Lines, type LinesOptions } from "./lines.ts";

const CLIENT_MAX = 16;
const STREAM_TIME_WIDTH = "ttft 0.00 s".length;
/** What the columns besides the names take, with the spaces between all. */
const FIXED_WIDTH = 43;
/** Where further lines of an entry begin: below what comes after its time. */
const INDENT = 12;
/** Where nobody looks, names have as much room as on a wide terminal. */
const USUAL_COLUMNS = 120;

/**
 * Writes lines for a terminal. Columns have the width that the terminal leaves them, whatever they hold, so that no line
 * shifts the next ones; names that are longer are cut. What does not fit into a line goes on below.
 */
export function createPrettyLines(options: LinesOptions): Lines {
  const paint = painter(options.isColour);
  const cutMark = options.isAscii ? "~" : "…";
  const column = (text: string, width: number): string =>
    padEnd(cutToWidth(cleanText(text), width, cutMark), width);

  const exchangeLine = (summary: ExchangeSummary, wallMs: number): string => {
    const widths = nameWidths(options.columns?.() ?? USUAL_COLUMNS);
    const parts = [
      paint("dim", timeOf(wallMs)),
      paint(statusColour(summary.status), String(summary.status)),
      column(summary.operation ?? summary.method, widths.operation),
      column(summary.model ?? summary.path, widths.model),
      column(summary.endpoint ?? "-", widths.endpoint),
      padEnd(firstByteOf(summary), STREAM_TIME_WIDTH),
      padStart(seconds(summary.durationMs), 6),
    ];
    // At the end, so that nothing of use is cut off for it on a narrow terminal.
    if (summary.clientKey !== undefined)
      parts.push(paint("dim", cutToWidth(cleanText(summary.clientKey), CLIENT_MAX, cutMark)));
    const used = usedOf(summary);
    if (used !== "") parts.push(paint("dim", used));
    const note = noteOf(summary);
    if (note !== "") parts.push(paint("yellow", ` ${note}`));
    return flow(parts, options.columns?.());
  };

  return {
    exchange(summary: ExchangeSummary): void {
      options.writer.write(new ExchangeLine(exchangeLine, summary, options.clock.wallMs()));
    },
    entry(entry: LineEntry): void {
      const label =
        entry.level === "info"
          ? entry.event
          : paint(LEVEL_COLOUR[entry.level], markOf(entry, options.isAscii));
      const tail = fieldsOf(entry);
      const said = cleanText(entry.message);
      const end = tail === "" ? "" : `   ${paint("dim", tail)}`;
      const line = `  ${paint("dim", timeOf(options.clock.wallMs()))}  ${label}  ${said}${end}`;
      const columns = options.columns?.();
      options.writer.write(columns === undefined ? line : wrapToWidth(line, columns, INDENT));
    },
  };
}

/** How wide the columns of names are on such a terminal: in 80 columns a line without a note fits. */
function nameWidths(columns: number): Readonly<Record<"operation" | "model" | "endpoint", number>> {
  const room = columns - FIXED_WIDTH;
  const operation = room > 60 ? 14 : 10;
  const endpoint = between(7, Math.floor((room - operation) / 3), 16);
  return { operation, endpoint, model: between(12, room - operation - endpoint, 32) };
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(most, Math.max(least, wanted));
}

/** Parts beside one another, and below where the terminal ends. */
function flow(parts: readonly string[], columns: number | undefined): string {
  const line = `  ${parts.join("  ")}`;
  if (columns === undefined || textWidth(line) <= columns) return line;
  const lines: string[] = [];
  let last = " ";
  for (const part of parts) {
    const longer = `${last === " " ? last : `${last} `} ${part}`;
    if (last === " " || textWidth(longer.trimEnd()) <= columns) {
      last = longer;
      continue;
    }
    lines.push(last.trimEnd());
    last = wrapToWidth(" ".repeat(INDENT) + part.trim(), columns, INDENT);
  }
  return [...lines, last.trimEnd()].join("\n");
}

const LEVEL_COLOUR = { warn: "yellow", error: "red" } as const;

function statusColour(status: number): Style {
  if (status < 400) return "green";
  return status < 500 ? "yellow" : "red";
}

function markOf(entry: LineEntry, isAscii: boolean): string {
  if (entry.level === "warn") return `! ${entry.event}`;
  return `${isAscii ? "x" : "✖"} ${entry.event}`;
}

function firstByteOf(summary: ExchangeSummary): string {
  return summary.isStream && summary.firstByteMs !== undefined ? `ttft ${seconds(summary.firstByteMs)}` : "";
}

/** Tokens in and out, and what they cost; an estimate says so. */
function usedOf({ usage, cost }: ExchangeSummary): string {
  if (usage === undefined) return "";
  const about = usage.isEstimate ? "~" : "";
  const tokens = usage.input + usage.output === 0 ? "" : `${about}${usage.input}+${usage.output} tok`;
  const dollars = cost === undefined ? null : dollarsOf(cost);
  return dollars === null ? tokens : `${tokens} $${dollars.toFixed(dollars < 1 ? 6 : 2)}`.trim();
}

function noteOf(summary: ExchangeSummary): string {
  const missing = summary.attempts.filter(isMissing);
  const tries = summary.attempts.filter(({ isPart }) => isPart !== true);
  const failed = tries.filter((attempt) => attempt.outcome !== "ok").map(attemptReason);
  const retries = tries.length - 1;
  const parts: string[] = [];
  if (missing.length > 0)
    parts.push(
      `without ${missing.map((one) => `${cleanText(one.endpoint)} (${attemptReason(one)})`).join(", ")}`,
    );
  if (retries > 0)
    parts.push(`after ${retries} ${retries === 1 ? "retry" : "retries"} (${failed.join(", ")})`);
  if (summary.error !== undefined) parts.push(summary.error);
  return parts.join("  ");
}

function fieldsOf(entry: LineEntry): string {
  // What the sentence says already need not be said again.
  const isNew = (value: unknown) => value !== undefined && !entry.message.includes(String(value));
  const pairs = Object.entries(entry.fields).filter(([, value]) => isNew(value));
  const texts = pairs.map(([name, value]) => `${snakeCase(name)}=${cleanText(String(value))}`);
  if (entry.cause !== undefined) texts.push(`cause=${cleanText(String(entry.cause))}`);
  return texts.join(" ");
}

/** `0.21 s`, `1.9 s`, `75 s`: two figures are what a person reads. */
function seconds(ms: number): string {
  const value = ms / 1000;
  if (value < 1) return `${value.toFixed(2)} s`;
  return value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

/** Local time of day: the terminal is where the person is. */
function timeOf(wallMs: number): string {
  const date = new Date(wallMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
