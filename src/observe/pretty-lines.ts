// Log lines for people at a terminal: one aligned line a request. Not for machines.

import { cleanText } from "../core/clean-text.ts";
import { painter, type Style } from "../core/paint.ts";
import type { ExchangeSummary } from "../core/summary.ts";
import { cutToWidth, padEnd, padStart, textWidth } from "../core/text-width.ts";
import { attemptReason, snakeCase } from "./exchange-line.ts";
import type { LineEntry, Lines, LinesOptions } from "./lines.ts";

const MODEL_MAX = 32;
const ENDPOINT_MAX = 16;
const CLIENT_MAX = 16;
const STREAM_TIME_WIDTH = "ttft 0.00 s".length;

/** Writes lines for a terminal; columns widen with what they have to hold, so that neighbours stay aligned. */
export function createPrettyLines(options: LinesOptions): Lines {
  const paint = painter(options.isColour);
  const widths = { operation: 4, model: 12, endpoint: 7, client: 1 };

  function column(name: keyof typeof widths, text: string, max: number): string {
    const cut = cutToWidth(cleanText(text), max, options.isAscii ? "~" : "…");
    widths[name] = Math.max(widths[name], textWidth(cut));
    return padEnd(cut, widths[name]);
  }

  return {
    exchange(summary: ExchangeSummary): void {
      const parts = [
        paint("dim", timeOf(options.clock.wallMs())),
        paint(statusColour(summary.status), String(summary.status)),
        column("operation", summary.operation ?? summary.method, 20),
        column("model", summary.model ?? summary.path, MODEL_MAX),
        column("endpoint", summary.endpoint ?? "-", ENDPOINT_MAX),
        padEnd(firstByteOf(summary), STREAM_TIME_WIDTH),
        padStart(seconds(summary.durationMs), 6),
      ];
      // At the end, so that nothing of use is cut off for it on a narrow terminal.
      if (summary.clientKey !== undefined)
        parts.push(paint("dim", column("client", summary.clientKey, CLIENT_MAX)));
      const note = noteOf(summary);
      if (note !== "") parts.push(paint("yellow", ` ${note}`));
      options.writer.write(`  ${parts.join("  ")}`);
    },
    entry(entry: LineEntry): void {
      const label =
        entry.level === "info"
          ? entry.event
          : paint(LEVEL_COLOUR[entry.level], markOf(entry, options.isAscii));
      const tail = fieldsOf(entry);
      const end = tail === "" ? "" : `   ${paint("dim", tail)}`;
      options.writer.write(
        `  ${paint("dim", timeOf(options.clock.wallMs()))}  ${label}  ${cleanText(entry.message)}${end}`,
      );
    },
  };
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

function noteOf(summary: ExchangeSummary): string {
  const failed = summary.attempts.filter((attempt) => attempt.outcome !== "ok").map(attemptReason);
  const retries = summary.attempts.length - 1;
  const parts: string[] = [];
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
