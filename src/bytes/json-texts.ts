// Texts in a JSON body by the key that they stand under, however deep: as the value, in a list, or as the `id` of an
// object. For bodies that were found to be valid before; of others it may find anything, and it ends all the same.

import { SLICE_BYTES, type SlicedWork } from "../core/slices.ts";
import { jsonKeyEquals } from "./json-key.ts";

/** A text, and which of the names it stands under; -1 where it was only looked for as a value. */
export type TextFound = { readonly name: number; readonly text: string };

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LONGEST_TEXT = 1024;
/** Of a body that names more than so many, the first count. */
const MOST_FOUND = 256;

/** What a search looks for. */
export type TextSearch = {
  /** ASCII keys. */
  readonly names: readonly string[];
  /** Gives every other value as well that this is true of. */
  readonly isWanted?: ((text: string) => boolean) | undefined;
};

/** In slices. Linear, without recursion. */
export function* textsInJson(
  body: Buffer,
  search: TextSearch,
  sliceBytes = SLICE_BYTES,
): SlicedWork<readonly TextFound[]> {
  const reader = new TextReader(body, search);
  let next = sliceBytes;
  while (reader.step()) {
    if (reader.at < next) continue;
    next = reader.at + sliceBytes;
    yield;
  }
  return reader.found;
}

/** Walks from one text to the next. */
class TextReader {
  readonly found: TextFound[] = [];
  at = 0;
  readonly #body: Buffer;
  readonly #search: TextSearch;
  /** The name whose value comes, or -1; and in what it stands: on its own, in a list, or as the id of an object. */
  #name = -1;
  #place: "value" | "list" | "object" | "id" = "value";

  constructor(body: Buffer, search: TextSearch) {
    this.#body = body;
    this.#search = search;
  }

  /** False at the end. */
  step(): boolean {
    const body = this.#body;
    const start = body.indexOf(QUOTE, this.at);
    if (start === -1 || this.found.length >= MOST_FOUND) return false;
    if (this.#name !== -1) this.#lookBetween(this.at, start);
    const end = endOfText(body, start + 1);
    this.at = end + 1;
    if (end >= body.length) return false;
    if (isKey(body, end + 1)) this.#takeKey(start + 1, end);
    else this.#takeValue(start + 1, end);
    return true;
  }

  /** What stands between two texts: the value begins as a list or an object, or what was open is closed. */
  #lookBetween(from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const byte = this.#body[at];
      if (this.#place === "value") {
        if (byte === OPEN_LIST) this.#place = "list";
        else if (byte === OPEN_OBJECT) this.#place = "object";
        else if (byte === COLON || isSpace(byte)) continue;
        // A number, true, false or null, and what comes behind it.
        else this.#name = -1;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === OPEN_OBJECT) this.#name = -1;
      if (this.#name === -1) return;
    }
  }

  #takeKey(start: number, end: number): void {
    if (this.#place === "object" && this.#name !== -1) {
      if (jsonKeyEquals(this.#body, start, end, "id")) this.#place = "id";
      return;
    }
    const { names } = this.#search;
    this.#name = -1;
    this.#place = "value";
    for (let index = 0; index < names.length; index++)
      if (jsonKeyEquals(this.#body, start, end, names[index] ?? "")) this.#name = index;
  }

  #takeValue(start: number, end: number): void {
    const name = this.#name;
    const isNamed = name !== -1 && this.#place !== "object";
    if (isNamed || this.#search.isWanted !== undefined) {
      const text = end - start > LONGEST_TEXT ? undefined : textOf(this.#body, start, end);
      if (text !== undefined && isNamed) this.found.push({ name, text });
      else if (text !== undefined && this.#search.isWanted?.(text) === true)
        this.found.push({ name: -1, text });
    }
    if (this.#place === "value" || this.#place === "id") this.#name = -1;
  }
}

/** The position of the quote that ends a text which begins at `start`; the body's length where none does. */
function endOfText(body: Buffer, start: number): number {
  let at = body.indexOf(QUOTE, start);
  while (at !== -1) {
    let before = at - 1;
    while (before >= start && body[before] === BACKSLASH) before -= 1;
    if ((at - 1 - before) % 2 === 0) return at;
    at = body.indexOf(QUOTE, at + 1);
  }
  return body.length;
}

function isKey(body: Buffer, from: number): boolean {
  let at = from;
  while (isSpace(body[at])) at += 1;
  return body[at] === COLON;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function textOf(body: Buffer, start: number, end: number): string | undefined {
  const raw = body.toString("utf8", start, end);
  if (!raw.includes("\\")) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return undefined;
  }
}
