// Attributes of a span as JSON text, in the form of OTLP: written at once as text, since an object for each would cost
// more than all the rest of a span.

import { cleanText } from "../../core/clean-text.ts";

/** Of a text that somebody else has chosen. */
const MAX_CHARS = 1_024;

/** Nothing that JSON escapes, and nothing beyond ASCII. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A JSON string of a text of any origin: cut, without control characters, direction marks, keys and lone surrogates. */
export function safeText(text: string, maxChars = MAX_CHARS): string {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;
  const clean = cleanText(cut);
  // Nearly all are: the quotes are all that they need.
  if (PLAIN.test(clean)) return `"${clean}"`;
  return JSON.stringify(clean.isWellFormed() ? clean : clean.toWellFormed());
}

/** Gathers attributes. What is undefined or empty is left out. */
export class AttributeText {
  #text = "";

  /** A text of any origin. */
  text(key: string, value: string | undefined, maxChars?: number): this {
    if (value === undefined || value === "") return this;
    return this.#put(key, `{"stringValue":${safeText(value, maxChars)}}`);
  }

  /** The same under a key that somebody else has chosen. */
  keyed(key: string, value: string | undefined): this {
    return this.text(safeText(key).slice(1, -1), value);
  }

  /** One of our own words: nothing in it has to be escaped. */
  word(key: string, value: string | undefined): this {
    return value === undefined ? this : this.#put(key, `{"stringValue":"${value}"}`);
  }

  /** Several texts of any origin. */
  texts(key: string, values: readonly string[]): this {
    if (values.length === 0) return this;
    const items = values.map((value) => `{"stringValue":${safeText(value)}}`);
    return this.#put(key, `{"arrayValue":{"values":[${items.join(",")}]}}`);
  }

  whole(key: string, value: number | undefined): this {
    return value === undefined ? this : this.#put(key, `{"intValue":"${value}"}`);
  }

  number(key: string, value: number | undefined): this {
    return value === undefined ? this : this.#put(key, `{"doubleValue":${value}}`);
  }

  /** Left out where it is not true. */
  flag(key: string, value: boolean): this {
    return value ? this.#put(key, '{"boolValue":true}') : this;
  }

  /** All of them, as a JSON list. */
  list(): string {
    return `[${this.#text}]`;
  }

  #put(key: string, value: string): this {
    this.#text += `${this.#text === "" ? "" : ","}{"key":"${key}","value":${value}}`;
    return this;
  }
}
