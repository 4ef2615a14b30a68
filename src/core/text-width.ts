// How many columns a text takes on a terminal, East Asian characters and emoji counted as two; padding, cutting and
// wrapping by that measure.

import { stripVTControlCharacters } from "node:util";
import { graphemesOf } from "./graphemes.ts";

const PLAIN = /^[\u0020-\u007e]*$/;

/** Columns a text takes; colour sequences take none. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  const bare = stripVTControlCharacters(text);
  if (PLAIN.test(bare)) return bare.length;
  return graphemesOf(bare).reduce((sum, { width }) => sum + width, 0);
}

/**
 * Breaks a text into lines of a width: at spaces, and between characters of scripts that have none. What cannot be
 * broken stays whole, and may be longer. The spaces that it begins with stay; further lines are indented by so many.
 */
export function wrapToWidth(text: string, width: number, indent: number): string {
  if (!text.includes("\n") && textWidth(text) <= width) return text;
  const [lead = ""] = /^ */.exec(text) ?? [];
  const room = Math.max(1, width - Math.max(indent, lead.length));
  const rest = text.slice(lead.length);
  const wrapped = rest.split("\n").map((line) => fillLines(line, room));
  return lead + wrapped.join("\n").replaceAll("\n", `\n${" ".repeat(indent)}`);
}

/** The width of the longest part that `wrapToWidth` keeps whole. */
export function longestPart(text: string): number {
  return text
    .split(/[ \n]/)
    .flatMap((word) => (hasWide(word) ? partsOf(word) : [word]))
    .reduce((longest, part) => Math.max(longest, textWidth(part)), 0);
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\u{20000}-\u{3fffd}]/u;
/** What must not begin a line, and what must not end one (the commonest rules of typesetting Chinese). */
const CLOSING = /^[，。、：；！？）」』】》〉”’…]/;
const OPENING = /[（「『【《〈“‘]$/;

function hasWide(text: string): boolean {
  return !PLAIN.test(text) && WIDE.test(text);
}

function fillLines(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const [at, word] of text.split(" ").entries())
    for (const [nth, part] of (hasWide(word) ? partsOf(word) : [word]).entries()) {
      const glue = at > 0 && nth === 0 ? " " : "";
      if (line !== "" && textWidth(line + glue + part) > width) {
        lines.push(line);
        line = part;
      } else line += glue + part;
    }
  return [...lines, line].join("\n");
}

/** The parts of a word between which a line may be broken: each wide character is one, with the marks at its sides. */
function partsOf(word: string): readonly string[] {
  const parts: string[] = [];
  let isAfterWide = false;
  for (const { text: segment } of graphemesOf(word)) {
    const isWide = WIDE.test(segment);
    const last = parts.at(-1);
    const mayBreak = (isWide || isAfterWide) && !CLOSING.test(segment) && !OPENING.test(last ?? "");
    if (last === undefined || mayBreak) parts.push(segment);
    else parts[parts.length - 1] = last + segment;
    isAfterWide = isWide;
  }
  return parts.length === 0 ? [""] : parts;
}

/** Fills a text with spaces on its right up to a width; never cuts. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Fills a text with spaces on its left up to a width; never cuts. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - textWidth(text))) + text;
}

/** Cuts a text without colours to a width, with `…` (or `~`) as its last column where something was cut. */
export function cutToWidth(text: string, width: number, mark = "…"): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { text: character, width: columns } of graphemesOf(text)) {
    if (used + columns > width - 1) break;
    kept += character;
    used += columns;
  }
  return kept + mark;
}
