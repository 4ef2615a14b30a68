// What a configuration file sets, and where: for whoever has to say that a value comes from the file, or to leave it
// alone. The values themselves are in `GatewayConfig`.

import { deserialize, serialize } from "node:v8";
import { LineIndex, type PackedLines } from "../report/line-index.ts";
import { valueAt } from "../yaml/draft.ts";
import { type PackedPlaces, type Path, Places } from "../yaml/places.ts";

/** A place in the file; line and column from 1. */
type FilePlace = { readonly file: string; readonly line: number; readonly col: number };

type SettingParts = {
  readonly file: string;
  readonly value: unknown;
  readonly places: Places;
  readonly lines: LineIndex;
};

type PackedSettings = {
  readonly file: string;
  readonly value: unknown;
  readonly places: PackedPlaces;
  readonly lines: PackedLines;
};

/** The places of all that one file sets. Keeps nothing else of the check that found them: it lasts as long as the file. */
export class FileSettings {
  #parts: SettingParts | Uint8Array;

  /** `parts`: what the check has found, or what `packed` gave: that is opened when somebody asks. */
  constructor(parts: SettingParts | Uint8Array) {
    this.#parts = parts;
  }

  /** As bytes, for another thread. Secrets are in them. */
  packed(): Uint8Array {
    const { file, value, places, lines } = this.#opened();
    return serialize({
      file,
      value,
      places: places.packed(),
      lines: lines.packed(),
    } satisfies PackedSettings);
  }

  #opened(): SettingParts {
    if (!(this.#parts instanceof Uint8Array)) return this.#parts;
    // Of this program, in this form.
    const { file, value, places, lines } = deserialize(this.#parts) as PackedSettings;
    this.#parts = { file, value, places: new Places(places), lines: new LineIndex(lines) };
    return this.#parts;
  }

  /** Where the file sets what is at a path, at its key; undefined where the default counts. */
  placeOf(path: Path): FilePlace | undefined {
    const { file, value } = this.#opened();
    if (path.length === 0 || valueAt(value, path) === undefined) return undefined;
    return { file, ...this.#positionOf(path) };
  }

  /** All that the file sets, by its parts that have none themselves; of a text only whether there is one. */
  leaves(): {
    readonly path: Path;
    readonly value: unknown;
    readonly line: number;
    readonly source: string;
  }[] {
    const { file, value: root } = this.#opened();
    const found: { path: Path; value: unknown; line: number; source: string }[] = [];
    const walk = (value: unknown, path: Path): void => {
      if (typeof value === "object" && value !== null) {
        for (const [key, below] of Object.entries(value))
          walk(below, [...path, Array.isArray(value) ? Number(key) : key]);
        return;
      }
      const { line } = this.#positionOf(path);
      found.push({ path, value, line, source: `${file}:${line}` });
    };
    walk(root, []);
    return found;
  }

  /** `config.yaml:14`: where an entry begins; for one that is not there, where it would have to be. */
  definedAt(path: Path): string {
    return `${this.#opened().file}:${this.#positionOf(path).line}`;
  }

  #positionOf(path: Path): { readonly line: number; readonly col: number } {
    const { lines, places } = this.#opened();
    return lines.positionOf(places.keyAt(path).start);
  }
}
