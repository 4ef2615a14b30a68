// What a person takes for one character, and how many columns of a terminal it takes. Less than Unicode's own rules of
// segmentation (UAX #29), and enough for names and messages: those, and the tables of emoji sequences, cost every start
// of the program more time than all the rest of it (docs/decisions/terminal-text.md). The one importer of
// get-east-asian-width.

import { eastAsianWidth } from "get-east-asian-width";

/** One character as people see it. */
export type Grapheme = { readonly text: string; readonly width: number };

const FLAG_LETTER = /^[\u{1f1e6}-\u{1f1ff}]$/u;
const JOINER = "\u200d";
/** What is before it is shown as a picture, and takes two columns. */
const AS_PICTURE = "\ufe0f";
const KEYCAP = "\u20e3";

/** The characters of a text, in their order; colour sequences are to be taken out before. */
export function graphemesOf(text: string): readonly Grapheme[] {
  const graphemes: { text: string; width: number }[] = [];
  let isJoining = false;
  let isHalfFlag = false;
  for (const point of text) {
    const last = graphemes.at(-1);
    const isFlagEnd: boolean = isHalfFlag && FLAG_LETTER.test(point);
    if (last !== undefined && (isJoining || isFlagEnd || isAttached(point))) {
      last.text += point;
      if (isFlagEnd || ((point === AS_PICTURE || point === KEYCAP) && last.width === 1)) last.width = 2;
    } else graphemes.push({ text: point, width: widthOf(point) });
    isJoining = point === JOINER;
    isHalfFlag = !isFlagEnd && FLAG_LETTER.test(point);
  }
  return graphemes;
}

// V8 reads Unicode's tables where such a pattern stands, which no start should wait for: none of them is at the top.

/** Marks on the character before; what only joins, steers or is not seen at all. */
function isUnseen(point: string): boolean {
  return /^[\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Format}\p{Control}\p{Default_Ignorable_Code_Point}]$/u.test(
    point,
  );
}

/** Also vowels and ends of Korean syllables that are written in parts, and tones of skin: drawn with what is before them. */
function isAttached(point: string): boolean {
  return isUnseen(point) || /^(?:[\u1160-\u11ff\ud7b0-\ud7ff]|\p{Emoji_Modifier})$/u.test(point);
}

function widthOf(point: string): number {
  return isUnseen(point) ? 0 : eastAsianWidth(point.codePointAt(0) ?? 0);
}
