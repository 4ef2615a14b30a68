// A translated stream as one JSON list, as Gemini's clients get it that ask for no events: each value goes on as soon as it
// is there, and an error is the last of them.

import type { JsonObject } from "../errors/json-prefix.ts";

/** What such a stream says it is. */
export const LIST_TYPE = "application/json";

const DATA_LINE = /^data: (.*)$/m;

/** One list. */
export class ListText {
  #isBegun = false;

  /** Further values. */
  text(values: readonly JsonObject[]): string {
    let text = "";
    for (const value of values) text += this.#next(JSON.stringify(value));
    return text;
  }

  /** What closes it. */
  end(): string {
    return this.#isBegun ? "]" : "[]";
  }

  /** An error, given as the event that tells of it, and what closes the list. */
  failed(event: Buffer): Buffer {
    const said = DATA_LINE.exec(event.toString())?.[1] ?? "{}";
    return Buffer.from(`${this.#next(said)}]`);
  }

  #next(json: string): string {
    const before = this.#isBegun ? ",\r\n" : "[";
    this.#isBegun = true;
    return before + json;
  }
}
