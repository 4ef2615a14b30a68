// The columns of the table: what each says of a line, and what lines are sorted by.

import { duration, money, percent, sumOfMoney, whole } from "../../words/figures.ts";
import { usageWords } from "../../words/usage/words.ts";
import type { LatencyLine, UsageLine } from "./usage-data.ts";

/** A column of figures. */
export type FigureColumn<Line> = {
  readonly name: string;
  readonly label: string;
  /** Null sorts below all that is known. */
  readonly numberOf: (line: Line) => number | null;
  readonly textOf: (line: Line) => string;
  readonly moodOf?: (line: Line) => string;
};

type Count = {
  readonly [Name in keyof UsageLine]: UsageLine[Name] extends number ? Name : never;
}[keyof UsageLine];

/** The columns of what was used. */
export function usageColumns(): readonly FigureColumn<UsageLine>[] {
  const words = usageWords();
  const count = (name: Count, label: string): FigureColumn<UsageLine> => ({
    name,
    label,
    numberOf: (line) => line[name],
    textOf: (line) => whole(line[name]),
  });
  return [
    count("requests", words.requests),
    {
      ...count("failed", words.failed),
      textOf: ({ failed, requests }) =>
        failed === 0 ? whole(0) : `${whole(failed)} · ${percent(failed / requests)}`,
      moodOf: ({ failed }) => (failed > 0 ? "bad" : "soft"),
    },
    count("input_tokens", words.input),
    count("cached_tokens", words.cached),
    count("output_tokens", words.output),
    count("reasoning_tokens", words.reasoning),
    {
      name: "cost",
      label: words.cost,
      numberOf: ({ cost }) => (cost === null ? null : Number(cost)),
      textOf: ({ cost }) => money(cost, 3),
    },
    { ...count("unpriced", words.unpriced), moodOf: ({ unpriced }) => (unpriced > 0 ? "warn" : "soft") },
  ];
}

/** The columns of how long it took. */
export function latencyColumns(): readonly FigureColumn<LatencyLine>[] {
  const words = usageWords();
  const time = (
    name: string,
    label: string,
    numberOf: FigureColumn<LatencyLine>["numberOf"],
  ): FigureColumn<LatencyLine> => ({ name, label, numberOf, textOf: (line) => duration(numberOf(line)) });
  return [
    {
      name: "requests",
      label: words.succeeded,
      numberOf: (line) => line.duration?.count ?? 0,
      textOf: (line) => whole(line.duration?.count ?? 0),
    },
    time("first_p50", words.firstP50, (line) => line.first_token?.p50_ms ?? null),
    time("first_p95", words.firstP95, (line) => line.first_token?.p95_ms ?? null),
    time("all_p50", words.allP50, (line) => line.duration?.p50_ms ?? null),
    time("all_p95", words.allP95, (line) => line.duration?.p95_ms ?? null),
  ];
}

/** All lines in one. */
export function totalOf(lines: readonly UsageLine[]): UsageLine {
  const sum = (name: Count): number => lines.reduce((all, line) => all + line[name], 0);
  return {
    group: {},
    requests: sum("requests"),
    failed: sum("failed"),
    input_tokens: sum("input_tokens"),
    output_tokens: sum("output_tokens"),
    cached_tokens: sum("cached_tokens"),
    reasoning_tokens: sum("reasoning_tokens"),
    cost: sumOfMoney(lines.map(({ cost }) => cost)),
    unpriced: sum("unpriced"),
    estimated: sum("estimated"),
  };
}
