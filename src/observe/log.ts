// The log: one line a request and one an event, for people at a terminal or as JSON lines. Not for messages of a
// command, which `cli/` prints itself. Of settled exchanges it is one listener among others.

import type { ExchangeSink, ExchangeSummary, LOG_LEVELS, Log, LogFields } from "../core/summary.ts";
import { exchangeLevel } from "./exchange-line.ts";
import type { LineWriter } from "./line-writer.ts";
import type { LineEntry, Lines, LinesOptions } from "./lines.ts";

/** The least important level that is still written. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How a log is set up. */
export type LogOptions = LinesOptions & {
  readonly format: "pretty" | "json";
  readonly level: LogLevel;
  /** Told of each event, whether the level shows it or not. Must not throw. */
  readonly onEvent?: ((level: LineEntry["level"], event: string) => void) | undefined;
};

/** A log that takes settled exchanges too. */
export type RequestLog = Log &
  ExchangeSink & {
    /** From now on only lines of this level and above are written. */
    setLevel(level: LogLevel): void;
  };

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 0, warn: 1, error: 2, silent: 3 };

/** Builds the log. The form that is not wanted is not even loaded. */
export async function createLog(options: LogOptions): Promise<RequestLog> {
  if (options.format === "pretty") {
    const { createPrettyLines } = await import("./pretty-lines.ts");
    return new LeveledLog(createPrettyLines(options), options);
  }
  const { createJsonLines } = await import("./json-lines.ts");
  return new LeveledLog(createJsonLines(options), options);
}

class LeveledLog implements RequestLog {
  readonly #lines: Lines;
  readonly #writer: LineWriter;
  #rank: number;
  readonly #onEvent: LogOptions["onEvent"];
  #reportedDrops = 0;

  constructor(lines: Lines, options: LogOptions) {
    this.#lines = lines;
    this.#writer = options.writer;
    this.#rank = RANK[options.level];
    this.#onEvent = options.onEvent;
  }

  setLevel(level: LogLevel): void {
    this.#rank = RANK[level];
  }

  onSettled(summary: ExchangeSummary): void {
    if (this.#rank > RANK[exchangeLevel(summary)]) return;
    this.#reportDrops();
    this.#lines.exchange(summary);
  }

  info(event: string, message: string, fields: LogFields = {}): void {
    this.#entry({ level: "info", event, message, fields, cause: undefined });
  }

  warn(event: string, message: string, fields: LogFields = {}): void {
    this.#entry({ level: "warn", event, message, fields, cause: undefined });
  }

  error(event: string, message: string, fields: LogFields = {}, cause?: unknown): void {
    this.#entry({ level: "error", event, message, fields, cause });
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  #entry(entry: LineEntry): void {
    this.#onEvent?.(entry.level, entry.event);
    if (this.#rank > RANK[entry.level]) return;
    this.#reportDrops();
    this.#lines.entry(entry);
  }

  /** Says once that lines are missing, as soon as lines get through again. */
  #reportDrops(): void {
    const dropped = this.#writer.droppedCount;
    if (dropped === this.#reportedDrops) return;
    const count = dropped - this.#reportedDrops;
    this.#reportedDrops = dropped;
    const message = `${count} log lines could not be written and are lost`;
    this.#lines.entry({ level: "warn", event: "log_dropped", message, fields: { count }, cause: undefined });
  }
}
