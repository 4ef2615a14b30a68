// The text of an event with places in it at which other events of its kind have something else. What fits has the same
// value but for these places: each is the whole inside of a text, or a whole number.

import { parseExactly } from "../../bytes/exact-json.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { isObject } from "./json-values.ts";
import type { TextPieces } from "./text-pieces.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const MAX_DIGITS = 15;
/** Stand at the places while it is made sure that these are the right ones. */
const MARK = "\u{f8f0}place of a text\u{f8f0}";
const MARK_NUMBER = 740_611_235_801_377;
/** A member's name may come so often where another place is meant. */
const MAX_SAME_NAMES = 4;

type ValuePlace = {
  readonly start: number;
  readonly end: number;
  readonly kind: "text" | "ignored" | "number";
};

/** One shape. */
export class EventShape {
  /** What stands before, between and behind the places. */
  readonly #literals: readonly string[];
  readonly #kinds: readonly ValuePlace["kind"][];
  /** The inside of the text of the event that has fit last, as it is spelled in JSON. */
  raw = "";
  /** Behind that event. */
  end = 0;

  private constructor(literals: readonly string[], kinds: readonly ValuePlace["kind"][]) {
    this.#literals = literals;
    this.#kinds = kinds;
  }

  /**
   * The shape of an event. `written`: its lines with the blank one. `dataAt`: where its value begins in these.
   * Undefined where the places are not to be found.
   */
  static of(written: string, dataAt: number, value: JsonObject, pieces: TextPieces): EventShape | undefined {
    if (written.includes(MARK) || written.includes(String(MARK_NUMBER))) return undefined;
    const data = written.slice(dataAt, -2);
    const ignored: ValuePlace[] = [];
    for (const name of pieces.ignored) {
      if (value[name] === undefined) continue;
      const place = placeOf(data, name, "ignored", (marked) => isMark(marked[name]));
      if (place === undefined) return undefined;
      ignored.push(place);
    }
    const text = placeOf(data, pieces.member, "text", (marked) => pieces.textIn(marked) === MARK);
    if (text === undefined) return undefined;
    const places = [...ignored, text].sort((one, two) => one.start - two.start);
    const literals: string[] = [];
    let at = 0;
    for (const { start, end } of places) {
      literals.push(written.slice(at, dataAt + start));
      at = dataAt + end;
    }
    literals.push(written.slice(at));
    return new EventShape(
      literals,
      places.map(({ kind }) => kind),
    );
  }

  /** Whether the event that begins there is of this shape. */
  fits(written: string, start: number): boolean {
    let at = start;
    for (let index = 0; index < this.#kinds.length; index += 1) {
      const literal = this.#literals[index] as string;
      // Compared at once, and not by `startsWith`, which goes from character to character.
      const behind = at + literal.length;
      if (written.slice(at, behind) !== literal) return false;
      at = behind;
      const kind = this.#kinds[index];
      const end = kind === "number" ? numberEnd(written, at) : textEnd(written, at);
      if (end === -1) return false;
      if (kind === "text") this.raw = written.slice(at, end);
      else if (kind === "ignored" && written.slice(at, end).includes("\\")) return false;
      at = end;
    }
    const last = this.#literals[this.#kinds.length] as string;
    this.end = at + last.length;
    return written.slice(at, this.end) === last;
  }
}

/** Where the value of a member stands; `isRight` looks at the event with a mark at that place. */
function placeOf(
  data: string,
  name: string,
  kind: "text" | "ignored",
  isRight: (marked: JsonObject) => boolean,
): ValuePlace | undefined {
  const word = JSON.stringify(name);
  let at = data.indexOf(word);
  for (let count = 0; at !== -1 && count < MAX_SAME_NAMES; count += 1) {
    const place = valueAt(data, at + word.length, kind);
    if (place !== undefined) {
      const mark = place.kind === "number" ? MARK_NUMBER : MARK;
      const marked = markedValue(data.slice(0, place.start) + mark + data.slice(place.end));
      if (marked !== undefined && isRight(marked)) return place;
    }
    at = data.indexOf(word, at + word.length);
  }
  return undefined;
}

/** Behind the name of a member: a text, or where that is of no interest a number. */
function valueAt(data: string, behindName: number, kind: "text" | "ignored"): ValuePlace | undefined {
  const colon = behindSpaces(data, behindName);
  if (data[colon] !== ":") return undefined;
  const at = behindSpaces(data, colon + 1);
  const isText = data.charCodeAt(at) === QUOTE;
  if (!isText && kind === "text") return undefined;
  const start = isText ? at + 1 : at;
  const end = isText ? textEnd(data, start) : numberEnd(data, start);
  return end === -1 ? undefined : { start, end, kind: isText ? kind : "number" };
}

function behindSpaces(data: string, from: number): number {
  let at = from;
  while (data.charCodeAt(at) === SPACE) at += 1;
  return at;
}

/** The quotation mark that ends a text; -1 where that does not come, or a character that no text of JSON has. */
function textEnd(written: string, from: number): number {
  for (let at = from; at < written.length; at += 1) {
    const code = written.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
    else if (code < SPACE) return -1;
  }
  return -1;
}

/** Behind a whole number, as JSON has it; -1 for any other. What follows it is for the caller to look at. */
function numberEnd(written: string, from: number): number {
  let at = from;
  for (let code = written.charCodeAt(at); code >= ZERO && code <= NINE; code = written.charCodeAt(at))
    at += 1;
  const digits = at - from;
  if (digits === 0 || digits > MAX_DIGITS) return -1;
  return digits > 1 && written.charCodeAt(from) === ZERO ? -1 : at;
}

function isMark(value: unknown): boolean {
  return value === MARK || value === MARK_NUMBER;
}

function markedValue(data: string): JsonObject | undefined {
  try {
    const value = parseExactly(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
