// A line of the file as it may be shown: keys, punctuation and what is marked as showable; every other character
// becomes a star, so that columns stay. Knows no key and no form.

import { plainName, QUOTES, SPACES } from "./plain-text.ts";
import type { Span } from "./span.ts";

/** Shows a line that begins at an offset of the file. */
export type ShowLine = (line: string, lineStart: number) => string;

/** Anchors, tags and directives. */
const NAMED = /[&!%][^\s,[\]{}]*/g;
const OTHER = /[^[\]{},:?|>&*#"'.\s-]/g;

/** The scalars of a file that could be read: keys and values, each with the parts of it that may be shown. */
export class Scalars {
  /** Texts over several lines where none is meant to be; they stay hidden. */
  readonly torn: Span[] = [];
  readonly #shown = new Map<number, { readonly end: number; parts: readonly Span[]; isHidden: boolean }>();
  #sorted: readonly (readonly [number, number])[] | undefined;

  /** There is a scalar; it stays hidden unless a use of it is shown. */
  add({ start, end }: Span): void {
    if (end > start && !this.#shown.has(start)) this.#shown.set(start, { end, parts: [], isHidden: false });
    this.#sorted = undefined;
  }

  /** There is a torn text. */
  addTorn(span: Span): void {
    this.use(span, [], true);
    this.torn.push(span);
  }

  /** A use of a scalar, with the parts that it shows. One that hides counts, whatever other uses of an anchor show. */
  use(span: Span, parts: readonly Span[], isHidden: boolean): void {
    this.add(span);
    const scalar = this.#shown.get(span.start);
    if (scalar === undefined || scalar.isHidden) return;
    scalar.parts = parts;
    scalar.isHidden = isHidden;
  }

  readonly show: ShowLine = (line, lineStart) => {
    let shown = "";
    for (const [start, end] of this.#within(lineStart, lineStart + line.length)) {
      const from = Math.max(0, start - lineStart);
      shown += structureOf(line.slice(shown.length, from));
      shown += this.#scalar(line, lineStart, [start, end]);
    }
    return shown + structureOf(line.slice(shown.length));
  };

  #scalar(line: string, lineStart: number, [start, end]: readonly [number, number]): string {
    const from = Math.max(0, start - lineStart);
    const to = Math.min(line.length, end - lineStart);
    const parts = this.#shown.get(start)?.parts ?? [];
    const indent = line.length - line.trimStart().length;
    let shown = "";
    for (let index = from; index < to; index++) {
      const at = lineStart + index - start;
      const isShown = index < indent || parts.some((part) => at >= part.start && at < part.end);
      shown += isShown ? line[index] : "*";
    }
    return shown;
  }

  /** The scalars that overlap a stretch, in order. */
  #within(start: number, end: number): readonly (readonly [number, number])[] {
    this.#sorted ??= [...this.#shown].map(([at, { end }]) => [at, end] as const).sort((a, b) => a[0] - b[0]);
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.[1] ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const found: (readonly [number, number])[] = [];
    for (let at = this.#sorted[low]; at !== undefined && at[0] < end; at = this.#sorted[++low])
      found.push(at);
    return found;
  }
}

/** What stands between scalars: punctuation, comments, names of anchors and tags. */
function structureOf(between: string): string {
  const comment = between.indexOf("#");
  const code = comment === -1 ? between : between.slice(0, comment + 1);
  const shown = code
    .replace(NAMED, (match) => (match.startsWith("&") ? "&" : "*") + stars(match.length - 1))
    .replace(OTHER, "*");
  return shown + stars(between.length - code.length);
}

const ODD = `${QUOTES}${SPACES}：﹕︓∶，、﹐︐﹑［］｛｝＄＃－–—【】`;
const PUNCTUATION = `[\\]{},:?|>&*"'.\\[${ODD}-]`;
const WORD = new RegExp(`^(${PUNCTUATION}*)(.*?)(${PUNCTUATION}*)$`, "su");
const REFERENCE = new RegExp(`^${PUNCTUATION}*\\$\\{[A-Za-z_]\\w*\\}${PUNCTUATION}*$`, "u");
const KEY = /^([^:：﹕︓∶"'“”＂＇]*)(["'“”＂＇]?[:：﹕︓∶]["'“”＂＇]?)/u;

/**
 * Lines of a file that could not be read, so that nobody knows which key a value belongs to: known keys, references to
 * variables and punctuation are shown.
 */
export function looseLines(isKnown: (key: string) => boolean): ShowLine {
  return (line) => {
    let isComment = false;
    return line.replace(/[^\s]+/g, (token) => {
      if (isComment) return stars(token.length);
      isComment = /^[#＃]/.test(token);
      return isComment ? `${token[0]}${stars(token.length - 1)}` : looseToken(token, isKnown);
    });
  };
}

function looseToken(token: string, isKnown: (key: string) => boolean): string {
  if (REFERENCE.test(token)) return token;
  const [, before = "", inner = "", after = ""] = WORD.exec(token) ?? [];
  const key = KEY.exec(inner + after);
  const [whole, name] = key ?? [""];
  if (name === undefined || !isKnown(plainName(name))) return before + stars(inner.length) + after;
  const rest = (inner + after).slice(whole.length);
  return before + whole + (rest === "" ? "" : looseToken(rest, isKnown));
}

function stars(count: number): string {
  return "*".repeat(count);
}
