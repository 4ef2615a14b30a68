// A configuration file as a person may see and edit it: each secret stands there as a mark, and a mark that comes back
// is that secret again, wherever it was moved to. What is secret is decided as for excerpts: whatever is not marked as
// showable.

import { hash } from "node:crypto";
import { maskKey } from "../../core/mask.ts";
import { Problems } from "../report/diagnostics.ts";
import { looseLines, type ShowLine } from "../report/excerpt.ts";
import { LineIndex } from "../report/line-index.ts";
import { maskText } from "../report/secrets.ts";
import { allKnownKeys } from "../schema/json-schema.ts";
import { SchemaPlace } from "../schema/schema-place.ts";
import { parseYaml } from "../yaml/yaml-source.ts";

const MARK = /<kept [^<>\n]{0,24}?([0-9a-f]{16})>/g;
/** What means the same within quotes and without. */
const PLAIN = /^[\w.\-/+=~@]+$/;
/** What of a comment is secret: the second group, behind what it is known by. */
const SECRET_COMMENTS: readonly RegExp[] = [
  // A password may be of several words.
  /((?:passwords?|passphrase)["']?\s*[:=]\s*)(\S.*)/gi,
  /((?:api_?keys?|keys?|tokens?|secrets?|authorization|cookie)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s"']+)/gi,
  // Headers of a house's own, and the address of a webhook, which is a secret as a whole.
  /(\bx-[\w-]{1,60}["']?\s*:\s*)("[^"]*"|'[^']*'|[^\s"']+)/gi,
  /(\b(?:Bearer|Basic)\s+)((?=\S{0,200}\d)[^\s"']{8,})/gi,
  /(https?:\/\/(?=[^\s"']{0,200}hook)[^\s"'/]{1,200}\/)([^\s"']+)/gi,
];
/** Nobody reads more of a comment, and no key in the rest of it would be looked for. */
const LONGEST_COMMENT = 2_000;
/** Around a mark: whether it stands in quotes, and in which. */
type Quotes = '"' | "'" | "";

type Secret = { readonly text: string; readonly quotes: Quotes };

/** A mark that cannot be resolved. */
export type UnclearMark = { readonly line: number; readonly reason: "unknown" | "quotes" };

/** A text with its secrets, or the marks that stand for none. */
export type RestoredText = { readonly text: string; readonly unclear: readonly UnclearMark[] };

type KnownText = {
  readonly text: string;
  readonly masked: string;
  /** Undefined until a text with marks is to be read. */
  readonly secrets: ReadonlyMap<string, Secret> | undefined;
};

/** Marks of one salt: those of another mean nothing here. */
export class MaskedTexts {
  readonly #salt: string;
  /** The file is looked at again and again as it is: its text is read once. */
  #last: KnownText | undefined;

  /** `salt` is part of every mark. */
  constructor(salt: string) {
    this.#salt = salt;
  }

  /** The text with a mark for each secret. */
  mask(text: string): string {
    const known = this.#last;
    if (known?.text === text) return known.masked;
    const masked = this.#masked(text);
    this.#last = { text, masked, secrets: undefined };
    return masked;
  }

  #masked(text: string): string {
    let masked = "";
    let end = 0;
    for (const [start, stop] of hiddenIn(text)) {
      masked += text.slice(end, start) + this.#markOf(text.slice(start, stop));
      end = stop;
    }
    return masked + text.slice(end);
  }

  /** The text with the secrets of `known` in place of their marks; or the marks that stand for none. */
  restore(masked: string, known: readonly string[]): RestoredText {
    if (!masked.includes("<kept ")) return { text: masked, unclear: [] };
    const secrets = new Map(known.flatMap((text) => [...this.#secretsIn(text)]));
    const lines = new LineIndex(masked);
    const unclear: UnclearMark[] = [];
    const text = masked.replace(MARK, (mark: string, digest: string, at: number) => {
      const secret = secrets.get(digest);
      const { line } = lines.positionOf(at);
      if (secret === undefined) unclear.push({ line, reason: "unknown" });
      else if (secret.quotes !== quotesAt(masked, at) && !PLAIN.test(secret.text))
        unclear.push({ line, reason: "quotes" });
      else return secret.text;
      return mark;
    });
    return { text, unclear };
  }

  /** By the digest of each. */
  #secretsIn(text: string): ReadonlyMap<string, Secret> {
    const last = this.#last;
    if (last?.text === text && last.secrets !== undefined) return last.secrets;
    const secrets = new Map<string, Secret>();
    for (const [start, stop] of hiddenIn(text)) {
      const secret = text.slice(start, stop);
      secrets.set(this.#digest(secret), { text: secret, quotes: quotesAt(text, start) });
    }
    if (last?.text === text) this.#last = { ...last, secrets };
    return secrets;
  }

  #markOf(secret: string): string {
    const shown = maskKey(secret);
    return `<kept ${/^[\w…-]+$/.test(shown) ? `${shown} ` : ""}${this.#digest(secret)}>`;
  }

  #digest(secret: string): string {
    return hash("sha256", `${this.#salt}${secret}`).slice(0, 16);
  }
}

function quotesAt(text: string, at: number): Quotes {
  const before = text[at - 1];
  return before === '"' || before === "'" ? before : "";
}

type HiddenRun = readonly [start: number, end: number];

/** The parts of a text that are not to be shown, in order. */
function hiddenIn(text: string): readonly HiddenRun[] {
  const { show, isLoose } = showerOf(text);
  const runs: HiddenRun[] = [];
  for (let lineStart = 0; lineStart <= text.length; ) {
    const found = text.indexOf("\n", lineStart);
    const lineEnd = found === -1 ? text.length : found;
    const line = text.slice(lineStart, lineEnd).replace(/\r$/, "");
    for (const [start, end] of runsOf(line, show(line, lineStart))) {
      if (!isLoose && isComment(line, start)) runs.push(...inComment(line, start, lineStart));
      else runs.push([lineStart + start, lineStart + end]);
    }
    lineStart = lineEnd + 1;
  }
  return runs;
}

function showerOf(text: string): { readonly show: ShowLine; readonly isLoose: boolean } {
  const form = new SchemaPlace();
  const variables = { lookup: () => "", names: [], problemOf: () => undefined, hintFor: () => undefined };
  const source = parseYaml(text, variables, new Problems("", text), form);
  if (source !== undefined) return { show: source.showing(), isLoose: false };
  const known = new Set(allKnownKeys());
  return { show: looseLines((key) => known.has(key)), isLoose: true };
}

/** Where a line and what may be shown of it differ; spaces within belong to it. */
function runsOf(line: string, shown: string): readonly HiddenRun[] {
  const runs: HiddenRun[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (shown[at] !== "*") continue;
    const start = at;
    while (at < line.length && shown[at] === "*") at += 1;
    // A star of the file itself, as in a pattern, is no secret.
    if (/[^*\s]/.test(line.slice(start, at))) runs.push([start, at]);
  }
  return runs;
}

function isComment(line: string, start: number): boolean {
  return line[start - 1] === "#" && (start === 1 || /\s/.test(line[start - 2] ?? ""));
}

/** In a comment only what looks like a key, or stands behind the name of one, is secret. */
function inComment(line: string, start: number, lineStart: number): readonly HiddenRun[] {
  const comment = line.slice(start);
  const secret = comment.split("");
  for (const pattern of SECRET_COMMENTS)
    for (const match of comment.slice(0, LONGEST_COMMENT).matchAll(pattern)) {
      const value = match[2] ?? "";
      const from = match.index + (match[1]?.length ?? 0);
      if (!/^["']?\$\{\w+\}["']?$/.test(value)) secret.fill("*", from, from + value.length);
    }
  secret.fill("*", LONGEST_COMMENT);
  const masked = maskText(comment.slice(0, LONGEST_COMMENT));
  const shown = secret.map((char, at) => (masked[at] === "*" && comment[at] !== "*" ? "*" : char)).join("");
  return runsOf(comment, shown).map(([from, to]) => [lineStart + start + from, lineStart + start + to]);
}
