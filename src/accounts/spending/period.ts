// Days, weeks, months as a time zone has them, summer time and all: where the period of a moment begins and ends.
// Pure, by the time zones that the runtime knows.

import type { BudgetPer } from "../key-rules.ts";

/** A period; both in milliseconds since 1970, the end not included. */
export type PeriodSpan = { readonly startMs: number; readonly endMs: number };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No zone was ever further from UTC; a day that was left out on the date line adds one more. */
const FURTHEST_MS = 40 * 3_600_000;
/** 1970-01-01 was a Thursday. */
const MONDAY_OF_DAY_ZERO = 3;

/** All time. */
const ALWAYS: PeriodSpan = { startMs: 0, endMs: Number.POSITIVE_INFINITY };

/** Finds periods in one time zone. */
export class Periods {
  readonly #format: Intl.DateTimeFormat | undefined;

  /** @throws RangeError where there is no such zone */
  constructor(timeZone: string) {
    this.#format =
      timeZone === "UTC"
        ? undefined
        : new Intl.DateTimeFormat("en-US", {
            timeZone,
            calendar: "gregory",
            numberingSystem: "latn",
            year: "numeric",
            month: "numeric",
            day: "numeric",
          });
  }

  /** The period of a moment. */
  spanOf(per: BudgetPer, wallMs: number): PeriodSpan {
    if (per === "total") return ALWAYS;
    const day = this.#dayOf(wallMs);
    if (per === "day") return { startMs: this.#beginOf(day), endMs: this.#beginOf(day + 1) };
    if (per === "week") {
      const monday = day - ((((day + MONDAY_OF_DAY_ZERO) % 7) + 7) % 7);
      return { startMs: this.#beginOf(monday), endMs: this.#beginOf(monday + 7) };
    }
    const date = new Date(day * DAY_MS);
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth();
    return {
      startMs: this.#beginOf(Date.UTC(year, month, 1) / DAY_MS),
      endMs: this.#beginOf(Date.UTC(year, month + 1, 1) / DAY_MS),
    };
  }

  /** The local date of a moment, as the number of days from 1970-01-01 to it. */
  #dayOf(wallMs: number): number {
    if (this.#format === undefined) return Math.floor(wallMs / DAY_MS);
    let year = 0;
    let month = 0;
    let day = 0;
    for (const { type, value } of this.#format.formatToParts(wallMs)) {
      if (type === "year") year = Number(value);
      else if (type === "month") month = Number(value);
      else if (type === "day") day = Number(value);
    }
    return Date.UTC(year, month - 1, day) / DAY_MS;
  }

  /**
   * The first moment of a local date: midnight, or what comes in its place where clocks are put forward then. By halving,
   * since no arithmetic with offsets holds where one changes.
   */
  #beginOf(day: number): number {
    if (this.#format === undefined) return day * DAY_MS;
    let before = Math.floor((day * DAY_MS - FURTHEST_MS) / MINUTE_MS);
    let within = Math.ceil((day * DAY_MS + FURTHEST_MS) / MINUTE_MS);
    while (within - before > 1) {
      const middle = Math.floor((before + within) / 2);
      if (this.#dayOf(middle * MINUTE_MS) >= day) within = middle;
      else before = middle;
    }
    return within * MINUTE_MS;
  }
}
