// What a translation could not carry over, for the header that tells the client so.

import type { JsonObject } from "../errors/json-prefix.ts";

/** A header has room for so much at every proxy on the way. */
const MAX_TEXT_CHARS = 64;
const MAX_TEXTS = 32;

/**
 * A list without repetitions, in the order in which things were met; what comes when it is full is not noted. Visible ASCII,
 * a client's own words too.
 */
export class Notes {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (this.#isFull) return;
    this.#texts.add(text.slice(0, MAX_TEXT_CHARS).replaceAll(/[^\x21-\x7e]+/g, " "));
  }

  /**
   * The members of an object that say something and are not among those that are carried over, each behind `prefix`. Null
   * and an empty list say nothing. `nameOf`: a name in the one spelling in which it is compared and told.
   */
  addOthers(
    object: JsonObject,
    carried: ReadonlySet<string>,
    prefix: string,
    nameOf: (written: string) => string = asWritten,
  ): void {
    for (const written of Object.keys(object)) {
      if (this.#isFull) return;
      const name = nameOf(written);
      if (!carried.has(name) && !isNothing(object[written])) this.add(prefix + name);
    }
  }

  get texts(): readonly string[] {
    return [...this.#texts];
  }

  get #isFull(): boolean {
    return this.#texts.size === MAX_TEXTS;
  }
}

function asWritten(name: string): string {
  return name;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
