// The log while a gateway starts: its first line is that it has started, whatever else was to be said before, and lines
// that say the same as the start table are kept off the terminal until it is shown. Other lines pass.

import type { ExchangeSummary, LogFields } from "../../core/summary.ts";
import type { LogLevel, RequestLog } from "../../observe/log.ts";

const SAID_BY_TABLE: ReadonlySet<string> = new Set(["models_listed", "models_not_listed", "worker_started"]);

/** A log that lets the start speak first, and holds its tongue about discovery on a terminal. */
export class StartLog implements RequestLog {
  /** Whether the lines are for machines. */
  readonly isJson: boolean;
  readonly #log: RequestLog;
  #isMuted: boolean;
  /** Lines that wait for the first one; undefined when it is written. */
  #held: (() => void)[] | undefined = [];

  constructor(log: RequestLog, isJson: boolean) {
    this.#log = log;
    this.isJson = isJson;
    this.#isMuted = !isJson;
  }

  /** Writes the first line, if there is to be one, and those that have waited for it. */
  begin(event?: string, message = "", fields: LogFields = {}): void {
    if (event !== undefined) this.#log.info(event, message, fields);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const write of held) write();
  }

  /** From now on everything is written: the table is on the screen. */
  unmute(): void {
    this.#isMuted = false;
  }

  /** Does what must not come before the first line: at once, or when that is written. */
  afterBegin(write: () => void): void {
    this.#say(write);
  }

  setLevel(level: LogLevel): void {
    this.#log.setLevel(level);
  }

  onSettled(summary: ExchangeSummary): void {
    this.#log.onSettled(summary);
  }

  info(event: string, message: string, fields?: LogFields): void {
    if (!this.#isSaid(event)) this.#say(() => this.#log.info(event, message, fields));
  }

  warn(event: string, message: string, fields?: LogFields): void {
    if (!this.#isSaid(event)) this.#say(() => this.#log.warn(event, message, fields));
  }

  error(event: string, message: string, fields?: LogFields, cause?: unknown): void {
    this.#say(() => this.#log.error(event, message, fields, cause));
  }

  flush(): Promise<void> {
    // A start that ends before it has begun has said why.
    if (this.#held !== undefined) this.begin();
    return this.#log.flush();
  }

  #say(write: () => void): void {
    if (this.#held === undefined) write();
    else this.#held.push(write);
  }

  #isSaid(event: string): boolean {
    return this.#isMuted && SAID_BY_TABLE.has(event);
  }
}
