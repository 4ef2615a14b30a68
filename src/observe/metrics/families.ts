// Every metric that there is: its name, its type, its labels and what it says. The exposition, the reference page and the
// tests read this one table; a metric without a row here does not exist.

import { COUNTED } from "./families-counted.ts";
import { READ } from "./families-read.ts";

/** One metric. */
export type Family = {
  readonly type: "counter" | "gauge" | "histogram";
  /** The names of its labels, in the order in which their values are given. */
  readonly labels: readonly string[];
  /** One sentence. */
  readonly help: string;
  /** Upper bounds of the buckets of a histogram, ascending; the last one, +Inf, is left out. */
  readonly bounds?: readonly number[];
  /** How the values of several processes become one: added up where it is left out. */
  readonly join?: "max" | "min";
};

/** By name, in the order in which they are shown. */
export const FAMILIES = { ...COUNTED, ...READ } as const satisfies Readonly<Record<string, Family>>;

/** The name of a metric. */
export type FamilyName = keyof typeof FAMILIES;

/** All names. */
export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly FamilyName[];

/** The row of a metric. */
export function familyOf(name: FamilyName): Family {
  return FAMILIES[name];
}
