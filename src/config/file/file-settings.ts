// What a configuration file sets, and where: for whoever has to say that a value comes from the file, or to leave it
// alone. The values themselves are in `GatewayConfig`.

import { type Draft, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";

/** A place in the file; line and column from 1. */
type FilePlace = { readonly file: string; readonly line: number; readonly col: number };

/** The places of all that one file sets. */
export class FileSettings {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Where the file sets what is at a path, at its key; undefined where the default counts. */
  placeOf(path: Path): FilePlace | undefined {
    const { value, problems } = this.#draft;
    if (path.length === 0 || valueAt(value, path) === undefined) return undefined;
    return { file: problems.file, ...this.#positionOf(path) };
  }

  /** `config.yaml:14`: where an entry begins; for one that is not there, where it would have to be. */
  definedAt(path: Path): string {
    return `${this.#draft.problems.file}:${this.#positionOf(path).line}`;
  }

  #positionOf(path: Path): { readonly line: number; readonly col: number } {
    return this.#draft.problems.positionOf(this.#draft.places.keyAt(path).start);
  }
}
