// Characters of Chinese and Japanese keyboards, and those of web pages and word processors, where YAML needs plain
// ones: `：` for a colon, `“”` for quotes, wide, non-breaking and invisible spaces. They are fine in comments, in texts
// in plain quotes, and within names.

import { type Message, message } from "../../language/messages.ts";
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

const NAMES: ReadonlyMap<string, "wide.nbsp" | "wide.space" | "wide.invisible"> = new Map([
  ["\u00a0", "wide.nbsp"],
  ["\u3000", "wide.space"],
  ["\ufeff", "wide.invisible"],
]);
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
  const fix = message(isSpace ? "wide.fixSpace" : "wide.fixDelete");
  return slip(line, index, message("wide.needsSpaces", { char: nameOf(char) }), fix);
};

/** A key that is known once its full-width letters, its spaces and what is invisible in it are made plain. */
const inKey: Rule = (line, isKnown) => {
  const key = KEY.exec(line.bare)?.[1];
  if (key === undefined || !/[^\u0000-\u007f]/.test(key)) return undefined;
  const plain = plainName(key);
  if (!isKnown(plain)) return undefined;
  const from = line.bare.indexOf(key);
  const odd = from + key.search(/[^\u0000-\u007f]/);
  const char = nameOf(line.bare[odd] ?? "");
  return slip(line, odd, message("wide.inKey", { char }), message("wide.fixKey", { key: plain }));
};

/** A full-width colon after a key that is known. */
const inColon: Rule = (line, isKnown) => {
  const match = WIDE_COLON.exec(line.bare);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const index = match.index + match[0].length - 1;
  const written = line.code.slice(index - match[0].length + 1, index);
  const key = plainName(written.replace(/^[\s{,，、-]+/, "")).replace(/^(["'])(.*)\1$/, "$2");
  if (!isKnown(key)) return undefined;
  const char = nameOf(match[2]);
  return slip(line, index, message("wide.needsColon", { char }), message("wide.fixColon", { key }));
};

/** `＄{KEY}` and `$｛KEY｝` are text; also in quotes. */
const inReference: Rule = (line) => {
  for (const match of line.code.matchAll(REFERENCE)) {
    const odd = match[0].search(/[＄｛｝：－]/);
    if (odd === -1) continue;
    const words = message("wide.inVariable", { char: nameOf(match[0][odd] ?? "") });
    return slip(line, match.index + odd, words, message("wide.fixVariable"));
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
    const words = message("wide.needsComma", { char: nameOf(match[0]) });
    return slip(line, match.index, words, message("wide.fixComma"));
  }
  return undefined;
};

/** A value that is all in odd quotes, or has odd spaces around it or something invisible in it. */
const inValue: Rule = (line) => {
  const match = VALUE.exec(line.bare.replace(/[ \t]+$/, ""));
  const [, before = "", value = ""] = match ?? [];
  if (match === null || /^["'[{|>&*!]/.test(value)) return undefined;
  if (WRAPPED.test(value) && value.length > 1) {
    const words = message("wide.noQuote", { char: nameOf(value[0] ?? "") });
    return slip(line, before.length, words, message("wide.fixQuote"));
  }
  const odd = ENDS_ODD.exec(value);
  if (odd === null) return undefined;
  const words = message("wide.inValue", { char: nameOf(odd[0]) });
  return slip(line, before.length + odd.index, words, message("wide.fixValue"));
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
  const fix = plain.trim() === "" ? message("wide.fixPlainSpace") : message("wide.fixPlain", { plain });
  return [slip(line, from + index, message("wide.maybe", { char: nameOf(char) }), fix)];
}

function slip(line: BareLine, index: number, words: Message, fix: Message): Slip {
  const start = line.start + index;
  return { code: "OG106", at: { start, end: start + 1 }, message: words, fix };
}

/** `full-width character "：" (U+FF1A)`. */
function nameOf(char: string): Message {
  const number = unicodeNumber(char);
  const name = NAMES.get(char);
  if (name !== undefined) return message(name, { number });
  if (ODD_SPACE.test(char))
    return message(plainChar(char) === " " ? "wide.oddSpace" : "wide.invisible", { number });
  return message("wide.char", { char, number });
}
