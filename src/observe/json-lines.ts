// Log lines as JSON, one object a line, by pino; the one importer of pino. Not for terminals. Called by `log.ts`,
// loaded only where JSON is wanted.

import { pino } from "pino";
import { cleanText } from "../core/clean-text.ts";
import type { ExchangeSummary, LogFields } from "../core/summary.ts";
import { exchangeFields, exchangeLevel, snakeCase } from "./exchange-line.ts";
import type { Entry, Lines, LinesOptions } from "./lines.ts";

/** Writes JSON lines. */
export function createJsonLines(options: LinesOptions): Lines {
  const destination = { write: (line: string) => options.writer.write(line.trimEnd()) };
  const logger = pino(
    {
      level: "debug",
      base: null,
      messageKey: "message",
      timestamp: isoStamp(options.clock.wallMs),
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    exchange(summary: ExchangeSummary): void {
      if (exchangeLevel(summary) === "warn") logger.warn(exchangeFields(summary));
      else logger.info(exchangeFields(summary));
    },
    entry(entry: Entry): void {
      const fields = { event: entry.event, ...cleanFields(entry.fields), ...causeFields(entry.cause) };
      logger[entry.level](fields, cleanText(entry.message));
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

/** `,"time":"…"`. Building the date anew for each line would be a quarter of the line's whole cost. */
function isoStamp(wallMs: () => number): () => string {
  let lastSecond = Number.NaN;
  let prefix = "";
  return () => {
    const now = Math.floor(wallMs());
    const second = Math.floor(now / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      prefix = `,"time":"${new Date(second * 1000).toISOString().slice(0, 19)}.`;
    }
    return `${prefix}${String(now - second * 1000).padStart(3, "0")}Z"`;
  };
}
