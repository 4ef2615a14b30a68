// The catalogue of faults: what can go wrong, and what is promised then. The rows of a part are in its folder, beside
// their tests, which are named `fault NUMBER: …`; a row without a test says what belongs to a later version.

import { ROWS_A } from "./a/rows.ts";
import { ROWS_B } from "./b/rows.ts";
import { ROWS_C } from "./c/rows.ts";
import { ROWS_D } from "./d/rows.ts";
import { ROWS_E } from "./e/rows.ts";
import { ROWS_F } from "./f/rows.ts";
import { ROWS_G } from "./g/rows.ts";

/** One row. */
export type FaultRow = {
  readonly number: number;
  /** A letter, `A` to `G`. */
  readonly part: string;
  readonly fault: string;
  readonly promise: string;
  /** What of the promise belongs to a later version, since the thing it is about is not there yet. */
  readonly later: string | undefined;
};

/** A part of the catalogue with its rows. */
export type FaultPart = {
  readonly letter: string;
  readonly title: string;
  readonly rows: readonly FaultRow[];
};

/** The whole catalogue, in order. */
export const FAULT_PARTS: readonly FaultPart[] = [
  part("A", "Connecting to an endpoint", ROWS_A),
  part("B", "An endpoint's answer before the first byte of its body", ROWS_B),
  part("C", "The body of an answer", ROWS_C),
  part("D", "Clients", ROWS_D),
  part("E", "Bodies of requests", ROWS_E),
  part("F", "Configuration, discovery, state, process", ROWS_F),
  part("G", "Keys, secrets, abuse", ROWS_G),
];

/** All rows, in order. */
export const FAULT_ROWS: readonly FaultRow[] = FAULT_PARTS.flatMap((one) => one.rows);

function part(letter: string, title: string, table: string): FaultPart {
  const rows = table
    .trim()
    .split("\n")
    .map((line) => {
      const [number, fault = "", promise = "", later] = line.split(" | ");
      return { number: Number(number), part: letter, fault, promise, later };
    });
  return { letter, title, rows };
}
