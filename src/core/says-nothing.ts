// Whether a value is there without saying anything: null, false, 0, a blank text, and lists and objects of nothing
// but these. Some providers fill the `error` field of every good answer with such a value. Pure; for parsed values
// and for text that is still coming in.

/** Deeper values are taken to say something. */
const MAX_DEPTH = 16;

/** True for null, false, 0, blank texts, and for lists and objects in which every value is one of these. */
export function saysNothing(value: unknown, depth = 0): boolean {
  if (value === undefined || value === null || value === false || value === 0) return true;
  if (typeof value === "string") return isBlank(value);
  if (typeof value !== "object" || depth >= MAX_DEPTH) return false;
  return Object.values(value).every((part) => saysNothing(part, depth + 1));
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** What is known of a value so far. */
export type Saying = "nothing" | "something" | "open";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/**
 * The same for the text of a JSON value that comes in pieces, one byte or Latin-1 character each. Linear; it stops at
 * the first sign of something, and at the value's end. Broken text says something.
 */
export class NothingScan {
  /** For each list or object that is open, whether it is an object. */
  readonly #open: boolean[] = [];
  #state: "value" | "key" | "string" | "word" | "after" = "value";
  #isEscaped = false;
  /** True where the next text is the name of an object's field. */
  #isAtKey = false;
  #saying: Saying = "open";

  /** Takes the characters from `start` on. */
  push(text: string, start = 0): Saying {
    for (let at = start; at < text.length && this.#saying === "open"; at++) this.#take(text.charCodeAt(at));
    return this.#saying;
  }

  #take(code: number): void {
    if (this.#state === "key" || this.#state === "string") this.#takeInString(code);
    else if (code <= 0x20) this.#takeSpace();
    else if (this.#state === "word" && isWordPart(code)) return;
    else this.#takeStructure(code);
  }

  #takeInString(code: number): void {
    if (code === QUOTE && !this.#isEscaped) {
      this.#state = "after";
      if (this.#open.length === 0) this.#saying = "nothing";
      return;
    }
    const wasEscaped = this.#isEscaped;
    this.#isEscaped = code === BACKSLASH && !wasEscaped;
    // An escaped line end or tab is as blank as a space.
    const isBlankEscape = wasEscaped && (code === 0x6e || code === 0x72 || code === 0x74);
    if (this.#state === "string" && code > 0x20 && !this.#isEscaped && !isBlankEscape)
      this.#saying = "something";
  }

  #takeSpace(): void {
    if (this.#state !== "word") return;
    this.#state = "after";
    if (this.#open.length === 0) this.#saying = "nothing";
  }

  #takeStructure(code: number): void {
    const isOpening = code === 0x7b || code === 0x5b;
    const isClosing = code === 0x7d || code === 0x5d;
    if (isOpening && this.#state === "value") this.#begin(code === 0x7b);
    else if (isClosing) this.#close();
    else if (code === QUOTE && this.#state === "value") this.#state = this.#isAtKey ? "key" : "string";
    else if (code === COLON || code === COMMA) this.#goOn(code);
    else if (this.#state === "value" && isWordOfNothing(code)) this.#state = "word";
    else this.#saying = "something";
    if (code === COLON) this.#isAtKey = false;
    else if (code === COMMA || isOpening) this.#isAtKey = this.#open.at(-1) === true;
  }

  #begin(isObject: boolean): void {
    this.#open.push(isObject);
    if (this.#open.length > MAX_DEPTH) this.#saying = "something";
  }

  #close(): void {
    // A word at the top ends where what it stands in ends.
    if (this.#open.pop() === undefined || this.#open.length === 0) this.#saying = "nothing";
    this.#state = "after";
  }

  #goOn(code: number): void {
    if (this.#open.length === 0) this.#saying = code === COMMA ? "nothing" : "something";
    this.#state = "value";
  }
}

/** The first letters of null and false, and a zero. */
function isWordOfNothing(code: number): boolean {
  return code === 0x6e || code === 0x66 || code === 0x30;
}

/** What may follow in null, false, 0 and 0.0. */
function isWordPart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || code === 0x30 || code === 0x2e;
}
