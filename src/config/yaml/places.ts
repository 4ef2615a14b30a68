// Where each value of the configuration stands in the file.

import type { Span } from "../report/span.ts";

/** A path into the configuration: keys and positions in lists. */
export type Path = readonly (string | number)[];

/** Whether a key at the top of the file is the writer's own, as in Compose files: nothing is read of what it holds. */
export function isOwnKey(key: string): boolean {
  return key.startsWith("x-");
}

/** Where keys and values stand, as plain data. */
export type PackedPlaces = { readonly keys: Map<string, Span>; readonly values: Map<string, Span> };

/** Finds the text of a path. */
export class Places {
  readonly #keys: Map<string, Span>;
  readonly #values: Map<string, Span>;
  readonly #variables = new Map<string, readonly string[]>();
  readonly #missing = new Set<string>();
  readonly #withDefault = new Set<string>();

  /** `packed`: places that were taken apart, of variables they know nothing; none where it is left out. */
  constructor(packed: PackedPlaces = { keys: new Map(), values: new Map() }) {
    this.#keys = packed.keys;
    this.#values = packed.values;
  }

  /** Taken apart. */
  packed(): PackedPlaces {
    return { keys: this.#keys, values: this.#values };
  }

  setKey(path: Path, span: Span): void {
    this.#keys.set(keyOf(path), span);
  }

  setValue(path: Path, span: Span): void {
    this.#values.set(keyOf(path), span);
  }

  setVariables(path: Path, names: readonly string[], isMissing: boolean): void {
    this.#variables.set(keyOf(path), names);
    if (isMissing) this.#missing.add(keyOf(path));
  }

  /** The value's own text; where the path does not exist, the nearest key or value above it. */
  valueAt(path: Path): Span {
    const key = keyOf(path);
    return this.#values.get(key) ?? this.#keys.get(key) ?? this.#above(path);
  }

  /** The key's text; for an entry of a list, its value. */
  keyAt(path: Path): Span {
    const key = keyOf(path);
    return this.#keys.get(key) ?? this.#values.get(key) ?? this.#above(path);
  }

  /** Names of the variables that a value was made of; empty when it has none. */
  variablesAt(path: Path): readonly string[] {
    return this.#variables.get(keyOf(path)) ?? [];
  }

  /** Whether the text gives a default for its variables, be it an empty one. */
  hasDefault(path: Path): boolean {
    return this.#withDefault.has(keyOf(path));
  }

  setDefault(path: Path): void {
    this.#withDefault.add(keyOf(path));
  }

  /** Whether the value at the path, or around it, could not be made, since a variable is not set. */
  isMissing(path: Path): boolean {
    if (this.#missing.size === 0) return false;
    return path.some((_, index) => this.#missing.has(keyOf(path.slice(0, index + 1))));
  }

  #above(path: Path): Span {
    // What is absent from the top of the file has no place: not the whole file.
    if (path.length <= 1) return { start: 0, end: 1 };
    return this.keyAt(path.slice(0, -1));
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
