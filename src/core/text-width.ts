// How many columns a text takes on a terminal, East Asian characters and emoji counted as two; padding, cutting and
// wrapping by that measure.

import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

const PLAIN = /^[\u0020-\u007e]*$/;
/** What a person takes for one character: it is never cut in two. */
const GRAPHEMES = new Intl.Segmenter();

/** Columns a text takes; colour sequences take none. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/**
 * Breaks a text into lines of a width at its spaces; what stands without a space for longer stays whole. Further lines
 * are indented by so many spaces.
 */
export function wrapToWidth(text: string, width: number, indent: number): string {
  const wrapped = wrapAnsi(text, Math.max(1, width - indent), { trim: true });
  return wrapped.replaceAll("\n", `\n${" ".repeat(indent)}`);
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
  for (const { segment } of GRAPHEMES.segment(text)) {
    const next = textWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return kept + mark;
}
