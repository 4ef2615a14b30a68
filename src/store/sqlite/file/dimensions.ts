// By what sums are kept: units of time and dimensions, and how long each is kept.

/** Milliseconds of a unit of time. */
export const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** A unit of time in which sums are kept. */
export type Unit = keyof typeof UNIT_MS;

/** How long sums by minute and by hour are kept; those by day for ever. */
export const KEPT_MS: Readonly<Record<Unit, number>> = {
  minute: 48 * UNIT_MS.hour,
  hour: 90 * UNIT_MS.day,
  day: Number.POSITIVE_INFINITY,
};

/** The numbers of the dimensions in tables `…_one`; `total` has the value 0 alone. */
export const DIMENSIONS = { total: 0, key: 1, model: 2, endpoint: 3, tag: 4 } as const;

/** What requests are told apart by, besides time. */
export type Dimension = Exclude<keyof typeof DIMENSIONS, "total">;

/** The dimensions of tables `…_pair`, `one` and `other`; the number of a pair is its place. */
export const PAIRS = [
  ["key", "model"],
  ["key", "endpoint"],
  ["model", "endpoint"],
] as const satisfies readonly (readonly [Dimension, Dimension])[];
