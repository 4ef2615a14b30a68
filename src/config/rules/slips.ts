// Slips of the keyboard that a parser reports as something else, or takes for text: found in the lines themselves. A
// sure one is told before anything else; a likely one only where a check finds fault with its place, in place of what
// that check would say. Knows nothing of values.

import { message } from "../../language/messages.ts";
import type { BareLine, IsKnown, Slip } from "../report/slip.ts";
import type { Span } from "../report/span.ts";
import { allKnownKeys } from "../schema/json-schema.ts";
import { fullWidthSlips } from "./full-width.ts";
import { placeholderFix, placeholderIn } from "./placeholders.ts";

/** Nobody writes longer ones by hand; the rules look at each line several times. */
const LONGEST_LINE = 2_000;

/** Slips that are told before anything else, one a line at most: the rest of it is read otherwise once that is mended. */
export function sureSlips(text: string): readonly Slip[] {
  // Most files are plain, and this costs them one look.
  if (/^[\u0000-\u007f]*$/.test(text)) return [];
  const isKnown = knownKeys();
  return [...bareLines(text)].flatMap((line) => fullWidthSlips(line, isKnown).sure.slice(0, 1));
}

/** Slips that may be the cause where a check finds fault with their place. */
export function likelySlips(text: string): readonly Slip[] {
  const isKnown = knownKeys();
  return [...bareLines(text)].flatMap((line) => [
    ...asciiSlips(line, isKnown),
    ...fullWidthSlips(line, isKnown).likely,
  ]);
}

/** Asks the schema once, and only where there is something to ask: most files have no slip. */
function knownKeys(): IsKnown {
  let keys: ReadonlySet<string> | undefined;
  return (key) => {
    keys ??= new Set(allKnownKeys());
    return keys.has(key);
  };
}

/** Lines outside of block scalars and of texts in quotes that go over several lines. */
function* bareLines(text: string): Generator<BareLine> {
  let start = 0;
  let quote = "";
  let blockIndent: number | undefined;
  for (const raw of text.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const isInBlock = blockIndent !== undefined && (line.trim() === "" || indent > blockIndent);
    if (!isInBlock) {
      blockIndent = undefined;
      const read = blankOut(line, quote);
      quote = read.quote;
      if (line.length <= LONGEST_LINE) yield { start, ...read };
      if (/(?:^|\s)[|>][+-]?\d?\s*$/.test(read.bare.trimEnd())) blockIndent = indent;
    }
    start += raw.length + 1;
  }
}

/** `quote` is the one that an earlier line has left open, or "". */
function blankOut(line: string, quote: string): Omit<BareLine, "start"> & { readonly quote: string } {
  let bare = "";
  let code = "";
  let open = quote;
  let openQuote = -1;
  // Of `bare`: a look at all that was read so far would be one for each character.
  let last = " ";
  for (let index = 0; index < line.length; index++) {
    const char = line[index] ?? "";
    if (open !== "") {
      const isEscaped = (open === '"' && char === "\\") || (open === "'" && line.startsWith("''", index));
      const pair = isEscaped ? line.slice(index, index + 2) : char;
      index += pair.length - 1;
      code += pair;
      if (pair === open) open = "";
      last = pair === char && open === "" ? char : "x";
      bare += last.repeat(pair.length);
      continue;
    }
    if (char === "#" && /\s/.test(last)) break;
    if ((char === '"' || char === "'") && /[\s[{,:]/.test(last)) {
      open = char;
      openQuote = index;
    }
    bare += char;
    code += char;
    last = char;
  }
  return { bare, code, quote: open, openQuote: open === "" ? -1 : openQuote };
}

/** Slips in plain characters. */
function asciiSlips({ start, bare, code, openQuote }: BareLine, isKnown: IsKnown): readonly Slip[] {
  const at = (from: number, length: number): Span => ({
    start: start + from,
    end: start + from + Math.max(1, length),
  });
  const dash = /^(\s*(?:-\s+)*)-([A-Za-z_]\w*)\s*:(?:\s|$)/.exec(bare);
  if (dash?.[1] !== undefined && dash[2] !== undefined && isKnown(dash[2]))
    return [
      {
        code: "OG102",
        at: at(dash[1].length, 1),
        message: message("slip.dash"),
        fix: message("slip.fixDash", { key: dash[2] }),
      },
    ];
  const glued = /^(\s*(?:-\s+)*)([A-Za-z_]\w*):(?=[^\s/:])/.exec(bare);
  if (glued?.[1] !== undefined && glued[2] !== undefined && isKnown(glued[2]))
    return [
      {
        code: "OG102",
        at: at(glued[1].length + glued[2].length, 1),
        message: message("slip.colon"),
        fix: message("slip.fixColon", { key: glued[2] }),
      },
    ];
  const nested = /^\s*(?:-\s+)*[\w.-]+:\s+(?=[^\s"'[{|>&*!])[^\s[{]*(:\s|:$)/.exec(bare);
  if (nested?.[1] !== undefined)
    return [
      {
        code: "OG102",
        at: at(nested[0].length - nested[1].length, 1),
        message: message("slip.nested"),
        fix: message("slip.fixNested"),
      },
    ];
  return [...commaSlip(bare, at, openQuote), ...templateSlip(bare, at), ...pathSlips(code, at)];
}

/** `{{KEY}}` and `%KEY%` without quotes: YAML reads braces as a block, and no text begins with a percent sign. */
function templateSlip(bare: string, at: (from: number, length: number) => Span): readonly Slip[] {
  const match = /^(\s*(?:-\s+)*(?:[\w.-]+:\s+)?)([{%[@`].*)$/.exec(bare.trimEnd());
  const [, before = "", value = ""] = match ?? [];
  // A list of several is a list, whatever its entries are called.
  const isList = value.startsWith("[") && (value.includes(",") || !/your|insert|key/i.test(value));
  const placeholder = isList ? undefined : placeholderIn(value);
  if (placeholder === undefined) return [];
  const fix = placeholderFix(placeholder);
  return [{ code: "OG112", at: at(before.length, value.length), message: message("slip.placeholder"), fix }];
}

/** `"C:\temp"`: of a path of Windows in double quotes YAML reads `\t` as a tab. */
function pathSlips(code: string, at: (from: number, length: number) => Span): readonly Slip[] {
  const paths = code.matchAll(/(?<=[\s[{,])"(?:[A-Za-z]:|\.\.?)(?=\\[^\\"])/g);
  const words = { message: message("slip.path"), fix: message("slip.fixPath") };
  return [...paths].map(({ 0: head, index }) => ({
    code: "OG102",
    at: at(index + head.length, 2),
    ...words,
  }));
}

/** A comma at the end of a line that is in no bracket, as in JSON. */
function commaSlip(
  bare: string,
  at: (from: number, length: number) => Span,
  openQuote: number,
): readonly Slip[] {
  const line = bare.trimEnd();
  if (openQuote !== -1 || !/^\s*(?:-\s+)*[\w.-]+:\s+[^[{]*,$/.test(line)) return [];
  const words = { message: message("slip.comma"), fix: message("slip.fixComma") };
  return [{ code: "OG102", at: at(line.length - 1, 1), ...words }];
}
