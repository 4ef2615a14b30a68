// What is measured: the load of each scenario, and which figures it gives.

import type { LoadOrder, LoadReport } from "./load-order.ts";

/** One figure of one measurement. */
export type Figure = {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** What the project wants to reach with its own engine. */
  readonly goal?: string;
};

/** What a scenario says of its load; the rest is the peer's and the rig's. */
export type ScenarioOrder = Omit<
  LoadOrder,
  "port" | "directPort" | "pid" | "endpointPid" | "path" | "headers"
>;

/**
 * In which process of the peer a scenario runs, each freshly started: `cost`, on a processor of its own; `failing`, the
 * same with a second endpoint that answers 500 to everything; `tls`, the same with the endpoint behind TLS; `shape`, on
 * all processors, together with load and endpoint.
 */
export type Setting = "cost" | "failing" | "tls" | "shape";

/** A scenario: its name, its load and what is read from the report. */
export type Scenario = {
  readonly name: string;
  readonly about: string;
  readonly setting: Setting;
  /** Measured right after the start, before anything else was asked. */
  readonly isCold?: boolean;
  /** Measured at the endpoint itself too, so that the rig's own limit is seen. */
  readonly isDirectToo?: boolean;
  readonly order: (windowMs: number) => ScenarioOrder;
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

/** The public harness: ten connections, a body of 110 bytes, streams of 34 frames. */
const SHAPE = { ...PLAIN, connections: 10, bodyBytes: 110, model: "gpt-4o-mini" } as const;
const SHAPE_STREAM = { ...SHAPE, stream: true, events: 33 } as const;
/** Windows of load before the first warm measurement. */
const WARM_WINDOWS = 3;

/** What every peer gets before its first warm measurement in a setting. */
export function warmUpsFor(setting: Setting, windowMs: number): readonly ScenarioOrder[] {
  if (setting !== "shape") return [{ ...PLAIN, windowMs: WARM_WINDOWS * windowMs }];
  return [SHAPE, SHAPE_STREAM].map((order) => ({ ...order, windowMs: 2 * windowMs }));
}

/** A window that is much shorter than usual shows whether the rig works, for which nothing has to be warm. */
export function withoutLongWarmUp(order: ScenarioOrder, windowMs: number): ScenarioOrder {
  return { ...order, warmMs: Math.min(order.warmMs, 2 * windowMs) };
}

/** In the order in which they are run. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "S1 cold",
    about: "plain request of 1 KB, 64 connections, in the first seconds after the start",
    setting: "cost",
    isCold: true,
    order: (windowMs) => ({ ...PLAIN, warmMs: 0, windowMs }),
    figures: (report) => [cpuAnAnswer(report, "≤ 3 ×")],
  },
  {
    name: "S1",
    about: "plain request of 1 KB, 64 connections",
    setting: "cost",
    order: (windowMs) => ({ ...PLAIN, windowMs }),
    figures: (report) => [cpuAnAnswer(report, "≤ 1.8 ×"), aSecond(report)],
  },
  {
    name: "S2",
    about: "request of 100 KB, 64 connections",
    setting: "cost",
    order: (windowMs) => ({ ...PLAIN, bodyBytes: 100 * KILOBYTE, windowMs }),
    figures: (report) => [cpuAnAnswer(report, "≤ 2.5 ×")],
  },
  {
    name: "S3",
    about: "streams of 200 events back to back, 32 at a time",
    setting: "cost",
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
    setting: "cost",
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
    figures: (report) => [cpuAnEvent(report, "≤ 1.35 ×"), memory(report, "≤ 110")],
  },
  {
    name: "S5",
    about: "500 requests a second through it and 500 direct, in turn",
    setting: "cost",
    order: (windowMs) => ({ ...PLAIN, kind: "open", rate: 1_000, windowMs }),
    figures: (report) => [
      { name: "added p50", unit: "µs", value: addedMicroseconds(report, 0.5), goal: "≤ 1.15 ×" },
    ],
  },
  {
    name: "S6",
    about: "64 clients at a time leave their stream at the first event",
    setting: "cost",
    order: (windowMs) => ({
      ...PLAIN,
      kind: "leaving",
      model: "mock-n50-d100",
      stream: true,
      events: 50,
      windowMs,
    }),
    figures: (report) => [
      { ...cpuAnAnswer(report), name: "CPU a client" },
      { name: "streams left at the endpoint", unit: "", value: report.leftStreams, goal: "0" },
    ],
  },
  {
    name: "S7",
    about: "S1 with a second endpoint, which answers 500 to everything",
    setting: "failing",
    order: (windowMs) => ({ ...PLAIN, windowMs }),
    figures: (report) => [cpuAnAnswer(report)],
  },
  {
    name: "S8",
    about: "S1 with the endpoint behind TLS",
    setting: "tls",
    order: (windowMs) => ({ ...PLAIN, windowMs }),
    figures: (report) => [cpuAnAnswer(report)],
  },
  {
    name: "G1",
    about: "public shape, 110 bytes, 10 connections",
    setting: "shape",
    isDirectToo: true,
    order: (windowMs) => ({ ...SHAPE, windowMs }),
    figures: (report) => [
      p(report.latencies, 0.5, "p50", "< 0.25"),
      p(report.latencies, 0.99, "p99"),
      aSecond(report),
      memory(report),
    ],
  },
  {
    name: "G2",
    about: "public shape, streams of 34 frames",
    setting: "shape",
    isDirectToo: true,
    order: (windowMs) => ({ ...SHAPE_STREAM, windowMs }),
    figures: (report) => [
      p(report.latencies, 0.5, "p50", "< 0.95"),
      p(report.latencies, 0.99, "p99"),
      p(report.firstEvents, 0.5, "first event p50"),
      aSecond(report),
    ],
  },
];

function cpuAnAnswer(report: LoadReport, goal?: string): Figure {
  return withGoal(
    { name: "CPU a request", unit: "µs", value: (report.cpuSeconds * 1e6) / report.answers },
    goal,
  );
}

function cpuAnEvent(report: LoadReport, goal?: string): Figure {
  return withGoal(
    { name: "CPU an event", unit: "µs", value: (report.cpuSeconds * 1e6) / report.events },
    goal,
  );
}

function aSecond(report: LoadReport): Figure {
  return { name: "a second", unit: "", value: report.answers / report.seconds };
}

function memory(report: LoadReport, goal?: string): Figure {
  return withGoal({ name: "memory (RSS)", unit: "MiB", value: report.rssBytes / MIB }, goal);
}

function p(latencies: readonly number[], part: number, name: string, goal?: string): Figure {
  return withGoal({ name, unit: "ms", value: at(latencies, part) }, goal);
}

function withGoal(figure: Figure, goal: string | undefined): Figure {
  return goal === undefined ? figure : { ...figure, goal };
}

function addedMicroseconds(report: LoadReport, part: number): number {
  return (at(report.latencies, part) - at(report.directLatencies, part)) * 1_000;
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
}
