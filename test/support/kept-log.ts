// A log that keeps everything, for tests to look at and to wait for.

import type { ExchangeSink, ExchangeSummary, Log, LogFields } from "../../src/core/summary.ts";
import { Condition } from "./condition.ts";

/** One line of the log that is not an exchange. */
type LogLine = {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly message: string;
  readonly fields: LogFields;
  readonly cause: unknown;
};

/** A log that keeps everything. */
export class KeptLog implements Log, ExchangeSink {
  readonly summaries: ExchangeSummary[] = [];
  readonly lines: LogLine[] = [];
  readonly #changed = new Condition();
  #taken = 0;

  onSettled(summary: ExchangeSummary): void {
    this.summaries.push(summary);
    this.#changed.notify();
  }

  info(event: string, message: string, fields: LogFields = {}): void {
    this.#keep({ level: "info", event, message, fields, cause: undefined });
  }

  warn(event: string, message: string, fields: LogFields = {}): void {
    this.#keep({ level: "warn", event, message, fields, cause: undefined });
  }

  error(event: string, message: string, fields: LogFields = {}, cause?: unknown): void {
    this.#keep({ level: "error", event, message, fields, cause });
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** The events of all lines, in order. */
  get events(): readonly string[] {
    return this.lines.map(({ event }) => event);
  }

  /** The next exchange that was settled, in order; waits for it. */
  async nextSummary(): Promise<ExchangeSummary> {
    const at = this.#taken;
    this.#taken += 1;
    await this.#changed.until(() => this.summaries.length > at);
    const summary = this.summaries[at];
    if (summary === undefined) throw new RangeError(`no summary ${at}`);
    return summary;
  }

  /** The first line of this event with these words in it; waits for it. */
  async line(event: string, words = ""): Promise<LogLine> {
    const isIt = (line: LogLine): boolean => line.event === event && line.message.includes(words);
    await this.#changed.until(() => this.lines.some(isIt));
    const line = this.lines.find(isIt);
    if (line === undefined) throw new RangeError(`no line ${event}`);
    return line;
  }

  #keep(line: LogLine): void {
    this.lines.push(line);
    this.#changed.notify();
  }
}
