// Full-width forms, odd quotes and unusual spaces made plain, character for character.

/** Spaces other than the plain one, for a class of a pattern. */
export const SPACES = "\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
/**
 * Characters without a width, for a class of a pattern. Joiners (U+200C, U+200D) are part of words and of emoji, and
 * are left out.
 */
export const INVISIBLE =
  "\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff";
/** Quotes that are none to YAML. */
export const QUOTES = "“”„‟‘’‚‛「」『』﹁﹂﹃﹄«»＂＇";

const SPACE = new RegExp(`[${SPACES}]`);
const UNSEEN = new RegExp(`[${INVISIBLE}\\u200c\\u200d]`, "g");
const PLAIN: Readonly<Record<string, string>> = {
  "﹕": ":",
  "︓": ":",
  "∶": ":",
  "、": ",",
  "﹐": ",",
  "︐": ",",
  "﹑": ",",
  "–": "-",
  "—": "-",
  "【": "[",
  "】": "]",
};

/** A text with full-width forms, wide spaces and odd quotes made plain; of the same length. */
export function plainText(text: string): string {
  return text.replace(/[^\u0000-\u007f]/g, (char) => plainChar(char) ?? char);
}

/** A text as above, and without invisible characters and outer spaces. */
export function plainName(text: string): string {
  return plainText(text.replace(UNSEEN, "")).trim();
}

/** The plain character that one stands for; undefined where there is none. */
export function plainChar(char: string): string | undefined {
  const code = char.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (SPACE.test(char)) return " ";
  if (QUOTES.includes(char)) return '"';
  return PLAIN[char];
}

/** How a character is named beside itself: `U+FF1A`. */
export function unicodeNumber(char: string): string {
  return `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
