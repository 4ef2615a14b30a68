// Characters of Chinese and Japanese keyboards, and those of web pages and word processors, where YAML needs plain
// ones: `：` for a colon, `“”` for quotes, wide, non-breaking and invisible spaces. They are fine in comments, in texts
// in plain quotes, and within names.

import {
  INVISIBLE,
  plainChar,
  plainName,
  plainText,
  QUOTES,
  SPACES,
  unicodeNumber,
} from "../report/plain-text.ts";
import type { BareLine, IsKnown, Slip } from "../report/slip.ts";

const COLONS = "：﹕︓∶";
const COMMAS = "，、﹐︐﹑";

const ODD_SPACE = new RegExp(`[${SPACES}${INVISIBLE}]`);
const ODD_INDENT = new RegExp(`^[ \\t]*(?:-[ \\t]+)*-?([${SPACES}${INVISIBLE}\\u200c\\u200d])`);
const AFTER_COLON = new RegExp(`(?:^|[{,]|-\\s)\\s*["']?[\\w.-]+["']?\\s*:([${SPACES}${INVISIBLE}])`);
const WIDE_COLON = new RegExp(
  `(?:^|[{,${COMMAS}]|-\\s)\\s*([^\\s:${COLONS}${COMMAS}{},[\\]]+)[^\\S\\n]*([${COLONS}])`,
);
const KEY = /(?:^\s*(?:-\s+)*|[{,]\s*)([^\s:{},[\]"'](?:[^:{},[\]"']*[^\s:{},[\]"'])?[^\S\n]*):(?:\s|$)/;
const VALUE = /^(\s*(?:-\s+)*(?:(?:[^\s:"'[{]+|"x*"|'x*')\s*:\s+)?)(\S.*)$/;
const WRAPPED = new RegExp(`^[${QUOTES}].*[${QUOTES}"']$`);
const ENDS_ODD = new RegExp(`^[${SPACES}]|[${SPACES}]$|[${INVISIBLE}]`);
const REFERENCE = /[$＄][{｛][A-Za-z_]\w*(?:[:：][-－][^}｝]*)?[}｝]/g;
const COMMA = new RegExp(`[${COMMAS}]`, "g");
const OTHER = new RegExp(`[${COLONS}${COMMAS}${QUOTES}${SPACES}\\uff01-\\uff5e–—【】]`);

const NAMES: Readonly<Record<string, string>> = {
  "\u00a0": "a non-breaking space",
  "\u3000": "a full-width space",
  "\ufeff": "an invisible character",
};
type FullWidthSlip = { readonly sure: readonly Slip[]; readonly likely: readonly Slip[] };

/** The slips of one line; `isKnown` tells keys of the configuration. */
export function fullWidthSlips(line: BareLine, isKnown: IsKnown): FullWidthSlip {
  if (!/[^\u0000-\u007f]/.test(line.code)) return { sure: [], likely: [] };
  const sure = [inIndent, inKey, inColon, inReference, inCommas, inValue].flatMap(
    (rule) => rule(line, isKnown) ?? [],
  );
  return { sure: sure.sort((a, b) => a.at.start - b.at.start), likely: likelySlips(line) };
}

type Rule = (line: BareLine, isKnown: IsKnown) => Slip | undefined;

const inIndent: Rule = (line) => {
  const match = ODD_INDENT.exec(line.bare) ?? AFTER_COLON.exec(line.bare);
  const char = match?.[1];
  if (match === null || char === undefined) return undefined;
  // The byte order mark of the file itself.
  const index = match.index + match[0].length - 1;
  if (char === "\ufeff" && line.start + index === 0) return undefined;
  const isSpace = new RegExp(`[${SPACES}]`).test(char);
  const fix = isSpace ? "write a plain space (or delete it, where there is one already)" : "delete it";
  return slip(line, index, `${nameOf(char)} stands where YAML needs plain spaces`, fix);
};

/** A key that is known once its full-width letters, its spaces and what is invisible in it are made plain. */
const inKey: Rule = (line, isKnown) => {
  const key = KEY.exec(line.bare)?.[1];
  if (key === undefined || !/[^\u0000-\u007f]/.test(key)) return undefined;
  const plain = plainName(key);
  if (!isKnown(plain)) return undefined;
  const from = line.bare.indexOf(key);
  const odd = from + key.search(/[^\u0000-\u007f]/);
  return slip(line, odd, `${nameOf(line.bare[odd] ?? "")} stands in a key`, `write "${plain}:"`);
};

/** A full-width colon after a key that is known. */
const inColon: Rule = (line, isKnown) => {
  const match = WIDE_COLON.exec(line.bare);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const index = match.index + match[0].length - 1;
  const written = line.code.slice(index - match[0].length + 1, index);
  const key = plainName(written.replace(/^[\s{,，、-]+/, "")).replace(/^(["'])(.*)\1$/, "$2");
  if (!isKnown(key)) return undefined;
  return slip(line, index, `${nameOf(match[2])} stands where YAML needs ":"`, `write "${key}:" and a space`);
};

/** `＄{KEY}` and `$｛KEY｝` are text; also in quotes. */
const inReference: Rule = (line) => {
  for (const match of line.code.matchAll(REFERENCE)) {
    const odd = match[0].search(/[＄｛｝：－]/);
    if (odd === -1) continue;
    const fix = "write ${NAME}, all of it in plain characters";
    return slip(line, match.index + odd, `${nameOf(match[0][odd] ?? "")} stands in a variable`, fix);
  }
  return undefined;
};

/** A full-width comma between entries in brackets, of which at least one neighbour is no Chinese text. */
const inCommas: Rule = (line) => {
  for (const match of line.bare.matchAll(COMMA)) {
    const before = line.bare.slice(0, match.index);
    const isInBrackets =
      Math.max(before.lastIndexOf("["), before.lastIndexOf("{")) >
      Math.max(before.lastIndexOf("]"), before.lastIndexOf("}"));
    if (!isInBrackets) continue;
    const neighbours = `${before.trimEnd().at(-1) ?? ""}${line.bare.slice(match.index + 1).trimStart()[0] ?? ""}`;
    if (!/[\u0021-\u007e]/.test(neighbours)) continue;
    const fix = 'write ","; where it is part of a name, put the name into quotes';
    return slip(line, match.index, `${nameOf(match[0])} stands where YAML needs ","`, fix);
  }
  return undefined;
};

/** A value that is all in odd quotes, or has odd spaces around it or something invisible in it. */
const inValue: Rule = (line) => {
  const match = VALUE.exec(line.bare.replace(/[ \t]+$/, ""));
  const [, before = "", value = ""] = match ?? [];
  if (match === null || /^["'[{|>&*!]/.test(value)) return undefined;
  if (WRAPPED.test(value) && value.length > 1) {
    const fix = 'write plain quotes: "…"; where these are part of the text, put all of it into plain quotes';
    return slip(line, before.length, `${nameOf(value[0] ?? "")} is no quote to YAML`, fix);
  }
  const odd = ENDS_ODD.exec(value);
  if (odd === null) return undefined;
  const fix = "delete it; where it is part of the text, put the text into quotes";
  return slip(line, before.length + odd.index, `${nameOf(odd[0])} stands in a value`, fix);
};

/** Whatever else is not plain: only told where a check finds fault with it. */
function likelySlips(line: BareLine): readonly Slip[] {
  // A text that begins with a plain quote and ends with an odd one is not closed.
  const from = line.openQuote === -1 ? 0 : line.openQuote + 1;
  const text = line.openQuote === -1 ? line.bare : line.code;
  const index = text.slice(from).search(OTHER);
  if (index === -1) return [];
  const char = text[from + index] ?? "";
  const run = /^[^\u0000-\u007f\u4e00-\u9fff]{1,6}/.exec(text.slice(from + index))?.[0] ?? char;
  const plain = plainText(run);
  const fix = plain.trim() === "" ? "write a plain space" : `write ${plain}`;
  return [slip(line, from + index, `${nameOf(char)} stands where YAML may need a plain one`, fix)];
}

function slip(line: BareLine, index: number, message: string, fix: string): Slip {
  const start = line.start + index;
  return { code: "OG106", at: { start, end: start + 1 }, message, fix };
}

/** `full-width character "：" (U+FF1A)`. */
function nameOf(char: string): string {
  const number = unicodeNumber(char);
  const name = NAMES[char];
  if (name !== undefined) return `${name} (${number})`;
  if (ODD_SPACE.test(char))
    return `${plainChar(char) === " " ? "an unusual space" : "an invisible character"} (${number})`;
  return `the full-width character "${char}" (${number})`;
}
