// What a configuration file sets, and where: for whoever has to say that a value comes from the file, or to leave it
// alone. The values themselves are in `GatewayConfig`.

import type { LineIndex } from "../report/line-index.ts";
import { type Draft, valueAt } from "../yaml/draft.ts";
import type { Path, Places } from "../yaml/places.ts";

/** A place in the file; line and column from 1. */
type FilePlace = { readonly file: string; readonly line: number; readonly col: number };

/** The places of all that one file sets. Keeps nothing else of the check that found them: it lasts as long as the file. */
export class FileSettings {
  readonly #file: string;
  readonly #value: unknown;
  readonly #places: Places;
  readonly #lines: LineIndex;

  constructor({ value, places, problems }: Draft) {
    this.#file = problems.file;
    this.#value = value;
    this.#places = places;
    this.#lines = problems.lines;
  }

  /** Where the file sets what is at a path, at its key; undefined where the default counts. */
  placeOf(path: Path): FilePlace | undefined {
    if (path.length === 0 || valueAt(this.#value, path) === undefined) return undefined;
    return { file: this.#file, ...this.#positionOf(path) };
  }

  /** All that the file sets, by its parts that have none themselves; of a text only whether there is one. */
  leaves(): {
    readonly path: Path;
    readonly value: unknown;
    readonly line: number;
    readonly source: string;
  }[] {
    const found: { path: Path; value: unknown; line: number; source: string }[] = [];
    const walk = (value: unknown, path: Path): void => {
      if (typeof value === "object" && value !== null) {
        for (const [key, below] of Object.entries(value))
          walk(below, [...path, Array.isArray(value) ? Number(key) : key]);
        return;
      }
      const { line } = this.#positionOf(path);
      found.push({ path, value, line, source: `${this.#file}:${line}` });
    };
    walk(this.#value, []);
    return found;
  }

  /** `config.yaml:14`: where an entry begins; for one that is not there, where it would have to be. */
  definedAt(path: Path): string {
    return `${this.#file}:${this.#positionOf(path).line}`;
  }

  #positionOf(path: Path): { readonly line: number; readonly col: number } {
    return this.#lines.positionOf(this.#places.keyAt(path).start);
  }
}
