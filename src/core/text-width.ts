// How many columns a text takes on a terminal, East Asian characters and emoji counted as two; and padding by
// that measure. Not for wrapping. Called by the tables of `cli/` and the terminal lines of `observe/`.

const ANSI = /\u001b\[[0-9;]*m/g;
const PLAIN = /^[\u0020-\u007e]*$/;
const ZERO = /^[\p{Mark}\p{Cf}\p{Cc}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;
const JOINER = "\u200d";

// Unicode 16, EastAsianWidth.txt: W and F, with gaps of unassigned code points closed. Emoji are found by property.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/** Columns a text takes; colour sequences take none. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  let isJoined = false;
  for (const character of text.replace(ANSI, "")) {
    if (!isJoined) width += characterWidth(character);
    isJoined = character === JOINER;
  }
  return width;
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
  for (const character of text) {
    const next = characterWidth(character);
    if (used + next > width - 1) break;
    kept += character;
    used += next;
  }
  return kept + mark;
}

function characterWidth(character: string): number {
  if (ZERO.test(character)) return 0;
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x1100) return 1;
  if (EMOJI.test(character)) return 2;
  return WIDE.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}
