// What a translation could not carry over, for the header that tells the client so.

import type { JsonObject } from "../errors/json-prefix.ts";

/** A header has room for so much at every proxy on the way. */
const MAX_TEXT_CHARS = 64;
const MAX_TEXTS = 32;

/** A list without repetitions, in the order in which things were met. Visible ASCII, a client's own words too. */
export class Notes {
  readonly #texts = new Set<string>();

  add(text: string): void {
    this.#texts.add(text.replaceAll(/[^\x21-\x7e]+/g, " ").slice(0, MAX_TEXT_CHARS));
  }

  /**
   * The members of an object that say something and are not among those that are carried over, each behind `prefix`. Null
   * and an empty list say nothing.
   */
  addOthers(object: JsonObject, carried: ReadonlySet<string>, prefix: string): void {
    for (const [name, value] of Object.entries(object))
      if (!isNothing(value) && !carried.has(name)) this.add(prefix + name);
  }

  get texts(): readonly string[] {
    return [...this.#texts].slice(0, MAX_TEXTS);
  }
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
