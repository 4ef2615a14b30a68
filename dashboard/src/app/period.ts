// Over which time figures are shown, chosen once for all pages.

import { signal } from "@preact/signals";
import { kept } from "./kept.ts";

/** The periods to choose from. */
export const PERIODS = ["1h", "24h", "7d", "30d"] as const;

/** One of them. */
export type Period = (typeof PERIODS)[number];

/** How a period is asked for and cut into steps. */
export type PeriodRange = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** As `by` of the usage names the steps. */
  readonly by: "minute" | "hour" | "day";
};

const KEPT = "period";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const STEPS: Readonly<Record<Period, readonly [by: PeriodRange["by"], stepMs: number, steps: number]>> = {
  "1h": ["minute", MINUTE_MS, 60],
  "24h": ["hour", HOUR_MS, 24],
  "7d": ["hour", HOUR_MS, 168],
  "30d": ["day", DAY_MS, 30],
};

/** The period in use. */
export const period = signal<Period>("24h");

/** Takes the remembered period, at the start. */
export function startPeriod(): void {
  const known = kept(KEPT);
  period.value = PERIODS.find((one) => one === known) ?? "24h";
}

/** Takes a period and remembers it. */
export function choosePeriod(chosen: Period): void {
  period.value = chosen;
  kept(KEPT, chosen);
}

/** The range of a period that ends with the step under way. Days are the viewer's. */
export function rangeOf(chosen: Period, nowMs = Date.now()): PeriodRange {
  const [by, stepMs, steps] = STEPS[chosen];
  const offsetMs = by === "day" ? utcOffsetMinutes() * MINUTE_MS : 0;
  const toMs = Math.floor((nowMs + offsetMs) / stepMs) * stepMs + stepMs - offsetMs;
  return { fromMs: toMs - steps * stepMs, toMs, stepMs, by };
}

/** Minutes that the viewer's time is ahead of UTC. */
export function utcOffsetMinutes(): number {
  return -new Date().getTimezoneOffset();
}
