// Log lines as JSON, one object a line: level, time, what happened, and the message last. Not for terminals.

import { cleanText } from "../core/clean-text.ts";
import type { ExchangeSummary, LogFields } from "../core/summary.ts";
import { exchangeFields, exchangeLevel, snakeCase } from "./exchange-line.ts";
import { ExchangeLine, type LineEntry, type Lines, type LinesOptions } from "./lines.ts";

/** Writes JSON lines. */
export function createJsonLines({ writer, clock }: LinesOptions): Lines {
  const stamp = isoStamp();
  // What is undefined is left out by `JSON.stringify`; neither level nor time needs escapes.
  const lineOf = (level: LineEntry["level"], wallMs: number, fields: object): string =>
    `{"level":"${level}","time":"${stamp(wallMs)}",${JSON.stringify(fields).slice(1)}`;
  const exchangeLine = (summary: ExchangeSummary, wallMs: number): string =>
    lineOf(exchangeLevel(summary), wallMs, exchangeFields(summary));
  return {
    exchange(summary: ExchangeSummary): void {
      writer.write(new ExchangeLine(exchangeLine, summary, clock.wallMs()));
    },
    entry({ level, event, message, fields, cause }: LineEntry): void {
      const said = { event, ...cleanFields(fields), ...causeFields(cause) };
      writer.write(lineOf(level, clock.wallMs(), { ...said, message: cleanText(message) }));
    },
  };
}

function cleanFields(fields: LogFields): LogFields {
  const cleaned: Record<string, string | number | boolean | undefined> = {};
  for (const [name, value] of Object.entries(fields)) {
    cleaned[snakeCase(name)] = typeof value === "string" ? cleanText(value) : value;
  }
  return cleaned;
}

function causeFields(cause: unknown): LogFields {
  if (cause === undefined) return {};
  if (!(cause instanceof Error)) return { cause: cleanText(String(cause)) };
  return { cause: cleanText(`${cause.name}: ${cause.message}`), stack: cleanText(cause.stack ?? "") };
}

/** ISO 8601. Building the date anew for each line would be a quarter of the line's whole cost. */
function isoStamp(): (wallMs: number) => string {
  let lastSecond = Number.NaN;
  let prefix = "";
  return (wallMs) => {
    const now = Math.floor(wallMs);
    const second = Math.floor(now / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      prefix = `${new Date(second * 1000).toISOString().slice(0, 19)}.`;
    }
    return `${prefix}${String(now - second * 1000).padStart(3, "0")}Z`;
  };
}
