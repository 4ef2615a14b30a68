// Keeps off the terminal, until the start table is shown, the log lines that say the same as the table. Wraps the
// log; other lines pass.

import type { ExchangeSummary, LogFields } from "../../core/summary.ts";
import type { RequestLog } from "../../observe/log.ts";

const SAID_BY_TABLE: ReadonlySet<string> = new Set(["models_listed", "models_not_listed"]);

/** A log that holds its tongue about discovery at first. */
export class StartLog implements RequestLog {
  readonly #log: RequestLog;
  #isMuted: boolean;

  constructor(log: RequestLog, isMuted: boolean) {
    this.#log = log;
    this.#isMuted = isMuted;
  }

  /** From now on everything is written: the table is on the screen. */
  unmute(): void {
    this.#isMuted = false;
  }

  onSettled(summary: ExchangeSummary): void {
    this.#log.onSettled(summary);
  }

  info(event: string, message: string, fields?: LogFields): void {
    if (!this.#isSaid(event)) this.#log.info(event, message, fields);
  }

  warn(event: string, message: string, fields?: LogFields): void {
    if (!this.#isSaid(event)) this.#log.warn(event, message, fields);
  }

  error(event: string, message: string, fields?: LogFields, cause?: unknown): void {
    this.#log.error(event, message, fields, cause);
  }

  flush(): Promise<void> {
    return this.#log.flush();
  }

  #isSaid(event: string): boolean {
    return this.#isMuted && SAID_BY_TABLE.has(event);
  }
}
