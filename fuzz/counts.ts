// How many cases of each area were run so far, in a small file: a run goes on where the last one has ended.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** The counts of one file. */
export class Counts {
  readonly seed: number;
  readonly #path: string;
  readonly #cases: Map<string, number>;

  private constructor(path: string, seed: number, cases: Map<string, number>) {
    this.#path = path;
    this.seed = seed;
    this.#cases = cases;
  }

  /**
   * Those of a file; where there is none, none, with this seed.
   * @throws Error where the file is no such file, since its counts would be lost
   */
  static open(path: string, seed: number): Counts {
    if (!existsSync(path)) return new Counts(path, seed, new Map());
    const kept = JSON.parse(readFileSync(path, "utf8")) as {
      readonly seed: number;
      readonly cases: Readonly<Record<string, number>>;
    };
    return new Counts(path, kept.seed, new Map(Object.entries(kept.cases)));
  }

  /** The number of cases of an area that were run, and of the next one. */
  of(area: string): number {
    return this.#cases.get(area) ?? 0;
  }

  /** Keeps the number of an area; a run that is cut short loses a turn at most. */
  note(area: string, cases: number): void {
    this.#cases.set(area, cases);
    const kept = { seed: this.seed, cases: Object.fromEntries(this.#cases) };
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(kept, undefined, 2)}\n`);
    renameSync(`${this.#path}.new`, this.#path);
  }
}
