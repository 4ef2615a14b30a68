// What the two forms of log lines have in common.

import type { Clock } from "../core/clock.ts";
import type { ExchangeSummary, LogFields } from "../core/summary.ts";
import type { LineWriter, PendingLine } from "./line-writer.ts";

/** How lines look and where they go. */
export type LinesOptions = {
  readonly writer: LineWriter;
  readonly isColour: boolean;
  readonly isAscii: boolean;
  /** How wide the terminal is, as it is now; undefined where lines may be as long as they are. */
  readonly columns?: () => number | undefined;
  readonly clock: Clock;
};

/** The line of a request: what is known of it, and when that was. */
export class ExchangeLine implements PendingLine {
  readonly #format: (summary: ExchangeSummary, wallMs: number) => string;
  readonly #summary: ExchangeSummary;
  readonly #wallMs: number;

  constructor(
    format: (summary: ExchangeSummary, wallMs: number) => string,
    summary: ExchangeSummary,
    wallMs: number,
  ) {
    this.#format = format;
    this.#summary = summary;
    this.#wallMs = wallMs;
  }

  text(): string {
    return this.#format(this.#summary, this.#wallMs);
  }
}

/** One event that is no request. */
export type LineEntry = {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly message: string;
  readonly fields: LogFields;
  readonly cause: unknown;
};

/** A form of lines: JSON or for a terminal. */
export interface Lines {
  exchange(summary: ExchangeSummary): void;
  entry(entry: LineEntry): void;
}
