// What is measured: the load of each scenario, and which figure it gives.

import type { LoadOrder, LoadReport } from "./load.ts";

/** One figure of one measurement. */
export type Figure = { readonly name: string; readonly unit: string; readonly value: number };

/** A scenario: its name, its load and what is read from the report. */
export type Scenario = {
  readonly name: string;
  readonly about: string;
  /** Measured right after the start, before anything else was asked. */
  readonly isCold: boolean;
  readonly order: (windowMs: number) => Omit<LoadOrder, "port" | "directPort" | "pid">;
  readonly figures: (report: LoadReport) => readonly Figure[];
};

const MIB = 1_024 * 1_024;
const KILOBYTE = 1_000;

const PLAIN = {
  kind: "closed",
  connections: 64,
  bodyBytes: KILOBYTE,
  model: "mock",
  stream: false,
  events: 0,
  rate: 0,
  rampMs: 0,
  warmMs: 500,
} as const;

/** What every gateway gets before its first warm measurement. */
export const WARM_UP: Omit<LoadOrder, "port" | "directPort" | "pid"> = { ...PLAIN, windowMs: 2_500 };

/** In the order in which they are run. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "S1 cold",
    about: "plain request of 1 KB, 64 connections, in the first seconds after the start",
    isCold: true,
    order: (windowMs) => ({ ...PLAIN, warmMs: 0, windowMs }),
    figures: (report) => [cpuAnAnswer(report)],
  },
  {
    name: "S1",
    about: "plain request of 1 KB, 64 connections",
    isCold: false,
    order: (windowMs) => ({ ...PLAIN, windowMs }),
    figures: (report) => [
      cpuAnAnswer(report),
      { name: "a second", unit: "", value: report.answers / report.seconds },
    ],
  },
  {
    name: "S2",
    about: "request of 100 KB, 64 connections",
    isCold: false,
    order: (windowMs) => ({ ...PLAIN, bodyBytes: 100 * KILOBYTE, windowMs }),
    figures: (report) => [cpuAnAnswer(report)],
  },
  {
    name: "S3",
    about: "streams of 200 events back to back, 32 at a time",
    isCold: false,
    order: (windowMs) => ({
      ...PLAIN,
      connections: 32,
      model: "mock-n200",
      stream: true,
      events: 200,
      windowMs,
    }),
    figures: (report) => [cpuAnEvent(report)],
  },
  {
    name: "S4",
    about: "1,000 streams, an event every 100 ms",
    isCold: false,
    order: (windowMs) => ({
      ...PLAIN,
      connections: 1_000,
      model: "mock-n50-d100",
      stream: true,
      events: 50,
      rampMs: 2_000,
      warmMs: 3_000,
      windowMs: 2 * windowMs,
    }),
    figures: (report) => [
      cpuAnEvent(report),
      { name: "memory (RSS)", unit: "MiB", value: report.rssBytes / MIB },
    ],
  },
  {
    name: "S5",
    about: "500 requests a second through it and 500 direct, in turn",
    isCold: false,
    order: (windowMs) => ({ ...PLAIN, kind: "open", rate: 1_000, windowMs }),
    figures: (report) => [
      { name: "added p50", unit: "µs", value: addedMicroseconds(report, 0.5) },
      { name: "added p99", unit: "µs", value: addedMicroseconds(report, 0.99) },
    ],
  },
];

function cpuAnAnswer(report: LoadReport): Figure {
  return { name: "CPU a request", unit: "µs", value: (report.cpuSeconds * 1e6) / report.answers };
}

function cpuAnEvent(report: LoadReport): Figure {
  return { name: "CPU an event", unit: "µs", value: (report.cpuSeconds * 1e6) / report.events };
}

function addedMicroseconds(report: LoadReport, part: number): number {
  const at = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return (at(report.latencies) - at(report.directLatencies)) * 1_000;
}
