// The tables of sums that rows of the ledger are added to, each described once: by what of a row its lines are told apart.

import { DIMENSIONS, type Dimension, PAIRS, UNIT_MS, type Unit } from "../file/dimensions.ts";
import { LATENCY_KINDS, SUM_COLUMNS } from "../file/tables.ts";

/** A row as it is read to be added: the values of `ROW_COLUMNS`. */
export type FoldedRow = readonly (number | null)[];

/** Columns of the ledger that decide where a row is added. */
const PLACE_COLUMNS = ["id", "time", "key", "model", "endpoint", "tags"] as const;
const FIGURES = SUM_COLUMNS.filter((name) => name !== "requests");
const ROW_COLUMNS: readonly string[] = [...PLACE_COLUMNS, ...FIGURES, ...LATENCY_KINDS];

/** The places of columns in a row. The figures stand in the order of `SUM_COLUMNS` without the first, `requests`. */
export const ROW_AT = {
  id: 0,
  time: 1,
  key: 2,
  model: 3,
  endpoint: 4,
  tags: 5,
  figures: PLACE_COLUMNS.length,
  bins: PLACE_COLUMNS.length + FIGURES.length,
} as const;

/** Rows behind a number, in their order, at most so many. */
export const SELECT_ROWS = `SELECT ${ROW_COLUMNS.join(", ")} FROM ledger WHERE id > ? ORDER BY id LIMIT ?`;

/** A column of a primary key: its value by SQL over the ledger, and of a row that was read, with one of its tags. */
export type FoldedColumn = {
  readonly name: string;
  readonly sql: string;
  readonly valueOf: (row: FoldedRow, tag: number) => number;
};

/** A table of sums, and what of the ledger makes its rows. */
export type FoldedTable = {
  readonly table: string;
  /** One row for each tag of a row of the ledger; those without tags are in none. */
  readonly isByTag: boolean;
  /** Of its primary key, in its order. */
  readonly columns: readonly FoldedColumn[];
};

/** The sums. */
export const FOLDED_TABLES: readonly FoldedTable[] = [
  ...(["minute", "hour", "day"] as const).flatMap((unit) => [
    oneOf(unit, "total"),
    oneOf(unit, "key"),
    oneOf(unit, "model"),
    oneOf(unit, "endpoint"),
    oneOf(unit, "tag"),
  ]),
  ...PAIRS.map(([one, other], pair) => ({
    table: "day_pair",
    isByTag: false,
    columns: [constant("pair", pair), bucketOf("day"), dimensionOf(one, "one"), dimensionOf(other, "other")],
  })),
  ...(["hour", "day"] as const).flatMap((unit) => {
    const all = [dimensionOf("key"), dimensionOf("model"), dimensionOf("endpoint")];
    return [
      { table: `${unit}_all`, isByTag: false, columns: [bucketOf(unit), ...all] },
      { table: `${unit}_tag`, isByTag: true, columns: [bucketOf(unit), dimensionOf("tag"), ...all] },
    ];
  }),
];

/** The counts of latencies. */
export const LATENCY_TABLES: readonly FoldedTable[] = (["minute", "hour", "day"] as const).flatMap((unit) =>
  (["total", "model", "endpoint"] as const).map((dimension) => ({
    ...oneOf(unit, dimension),
    table: `${unit}_latency`,
  })),
);

function oneOf(unit: Unit, dimension: keyof typeof DIMENSIONS): FoldedTable {
  const value = dimension === "total" ? constant("value", 0) : dimensionOf(dimension, "value");
  const columns = [constant("dimension", DIMENSIONS[dimension]), bucketOf(unit), value];
  return { table: `${unit}_one`, isByTag: dimension === "tag", columns };
}

function constant(name: string, value: number): FoldedColumn {
  return { name, sql: String(value), valueOf: () => value };
}

function bucketOf(unit: Unit): FoldedColumn {
  const size = UNIT_MS[unit];
  const { time } = ROW_AT;
  // As SQLite divides whole numbers.
  return {
    name: "bucket",
    sql: `ledger.time / ${size}`,
    valueOf: (row) => Math.trunc((row[time] ?? 0) / size),
  };
}

function dimensionOf(dimension: Dimension, name: string = dimension): FoldedColumn {
  if (dimension === "tag") return { name, sql: "tag.tag", valueOf: (_row, tag) => tag };
  const at = ROW_AT[dimension];
  return { name, sql: `ledger.${dimension}`, valueOf: (row) => row[at] ?? 0 };
}
