// What the last whole run came to: the file that the pages are made from.

import { readFileSync } from "node:fs";
import type { Outcomes, Way } from "./client.ts";
import type { Isolation } from "./sandbox.ts";

/** What came of one client. */
export type ClientResult = {
  readonly key: string;
  readonly name: string;
  readonly kind: "agent" | "library";
  readonly speaks: string;
  /** Packages with their versions, the client's own first. */
  readonly packages: Readonly<Record<string, string>>;
  readonly registry: string;
  readonly outcomes: Readonly<Record<Way, Outcomes>>;
};

/** A whole run. */
export type Results = {
  /** Such as `2026-11-26`. */
  readonly date: string;
  readonly node: string;
  readonly isolation: Isolation;
  readonly clients: readonly ClientResult[];
};

/** Where the committed results are. */
export const RESULTS_FILE = new URL("results.json", import.meta.url);

/** The results in a file. */
export function resultsIn(file: string | URL): Results {
  // Written by `main.ts` in this form.
  return JSON.parse(readFileSync(file, "utf8")) as Results;
}
