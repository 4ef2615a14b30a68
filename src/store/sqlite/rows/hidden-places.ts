// Leaves values out of a JSON text, by their places. The text may be cut off anywhere, be a stream of events with JSON in
// each, or be no JSON at all: nothing is parsed into values, and what cannot be read stays as it is.

const MASK = '"***"';
/** Deeper than that nothing is looked for: it is left out whole. */
const MAX_DEPTH = 100;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*(?:"|\\?$)/sy;
const OTHER = /[^,\]}\s]*/y;

/** The text with `"***"` in place of each value at one of the places, such as `messages.*.content`. */
export function withoutPlaces(text: string, places: readonly string[]): string {
  if (places.length === 0) return text;
  const patterns = places.map((place) => place.split("."));
  if (/^\s*[{[]/.test(text)) return new JsonHider(text, patterns).hidden();
  // A stream: each line of data is JSON of its own.
  return text.replaceAll(/^(data: ?)([{[].*)$/gm, (_, field: string, json: string) => {
    return field + new JsonHider(json, patterns).hidden();
  });
}

/** One text. */
class JsonHider {
  readonly #text: string;
  readonly #patterns: readonly (readonly string[])[];
  readonly #path: string[] = [];
  readonly #pieces: string[] = [];
  #at = 0;
  #copiedTo = 0;

  constructor(text: string, patterns: readonly (readonly string[])[]) {
    this.#text = text;
    this.#patterns = patterns;
  }

  hidden(): string {
    this.#value(false);
    this.#pieces.push(this.#text.slice(this.#copiedTo));
    return this.#pieces.join("");
  }

  /** `isIn`: it is in a value that is left out already. */
  #value(isIn: boolean): void {
    this.#skip(SPACE);
    const start = this.#at;
    const isHidden = !isIn && (this.#path.length > MAX_DEPTH || this.#isAtPlace());
    const first = this.#text[start];
    if (this.#path.length > MAX_DEPTH) this.#at = this.#text.length;
    else if (first === "{") this.#members("}", isIn || isHidden);
    else if (first === "[") this.#members("]", isIn || isHidden);
    else if (first === '"') this.#skip(STRING);
    else this.#skip(OTHER);
    if (!isHidden) return;
    this.#pieces.push(this.#text.slice(this.#copiedTo, start), MASK);
    this.#copiedTo = this.#at;
  }

  #members(end: "}" | "]", isIn: boolean): void {
    this.#at += 1;
    for (let index = 0; this.#at < this.#text.length; index += 1) {
      this.#skip(SPACE);
      if (this.#text[this.#at] === end) {
        this.#at += 1;
        return;
      }
      const before = this.#at;
      this.#path.push(end === "]" ? String(index) : this.#name());
      this.#value(isIn);
      this.#path.pop();
      this.#skip(SPACE);
      if (this.#text[this.#at] === ",") this.#at += 1;
      // No JSON: nothing more of it is looked at.
      else if (this.#at === before) this.#at = this.#text.length;
    }
  }

  #name(): string {
    const start = this.#at;
    this.#skip(STRING);
    const written = this.#text.slice(start, this.#at);
    this.#skip(SPACE);
    if (this.#text[this.#at] === ":") this.#at += 1;
    return nameOf(written);
  }

  #isAtPlace(): boolean {
    return this.#path.length > 0 && this.#patterns.some((pattern) => matches(pattern, this.#path));
  }

  #skip(what: RegExp): void {
    what.lastIndex = this.#at;
    this.#at += what.exec(this.#text)?.[0].length ?? 0;
  }
}

function nameOf(written: string): string {
  try {
    return String(JSON.parse(written));
  } catch {
    return written.slice(1);
  }
}

/** O(pattern × path): no place is asked twice. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
  let reached = new Set([0]);
  const spread = (from: ReadonlySet<number>): Set<number> => {
    const all = new Set(from);
    for (const at of all) if (pattern[at] === "**") all.add(at + 1);
    return all;
  };
  reached = spread(reached);
  for (const name of path) {
    const next = new Set<number>();
    for (const at of reached) {
      if (pattern[at] === "**") next.add(at);
      else if (pattern[at] === "*" || pattern[at] === name) next.add(at + 1);
    }
    reached = spread(next);
    if (reached.size === 0) return false;
  }
  return reached.has(pattern.length);
}
