// Keeps secrets of the configuration file out of what is shown of it. Not the masking of keys in tables
// (`core/mask.ts`). Called by `diagnostics.ts` and the checks.

import { plainText } from "./plain-text.ts";

/** A stretch of the file's text: offsets in UTF-16 units, the end exclusive. */
export type Span = { readonly start: number; readonly end: number };

/** What is known of a file's secrets: their places, and whether its keys could be read at all. */
export type Hidden = { readonly spans: readonly Span[]; readonly hasStructure: boolean };

const SECRET_KEY = /^(?:api[-_]?keys?|key|headers|.*(?:token|secret|passw|authorization|credential).*)$/i;

/** Whether what is stored under this path is never shown: keys, headers, and whatever calls itself a secret. */
export function isSecretPath(path: readonly PropertyKey[]): boolean {
  // Only the names of the schema's own levels: a model may well be called "token-counter".
  if (path[0] === "routing") return false;
  return path.some((part) => typeof part === "string" && SECRET_KEY.test(part));
}

/** A value that is nothing but a reference to a variable may be shown. */
export function isBareReference(text: string): boolean {
  return /^["']?\$\{[A-Za-z_][A-Za-z0-9_]*\}["']?$/.test(text.trim());
}

/** Whether a value under a key that nobody knows might be a secret: any longer text. */
export function mayBeSecret(value: unknown): boolean {
  return typeof value === "string" && value.length >= 8 && !isBareReference(value);
}

/** Whether a text could be a key without a name that gives it away: long, in one piece, letters and digits mixed. */
export function isTokenLike(text: string): boolean {
  return text.length < LONGEST_TOKEN && /^(?=\D*\d)(?=[^a-z]*[a-z])\S{16,}$/i.test(text);
}
const LONGEST_TOKEN = 1_000;

// Known by its looks wherever it stands. With a digit, or "task-runner-for-agents" would be a key; not only at the
// beginning of a word, since a slip of the keyboard glues a letter to it.
const SURELY_SECRET = [
  /(?:sk|gsk|xai|pplx|nvapi|csk|ghp)[-_](?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}/g,
  /\b(?=(?:[A-Za-z]*\d){3})(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{20,}\b/g,
  /\b[0-9a-f]{32,}\b/g,
  /(?<=:\/\/)[^\s"']*(?=@)/g,
  // All but Azure's version of its API, which people must see.
  /(?<=[?&](?!api-version=)[A-Za-z0-9_.-]+=)[^\s"'&#]+/g,
];

// Known by its looks in a line of the file: there, masking too much does little harm.
const KEY_LINE = /(?:api[-_]?ke?ys?|api[-_]?kyes?|token|secret|password|authorization)["']?\s*:\s*(?=\S)/i;
const LOOKS_SECRET = [
  /\b(?:sk|gsk|xai|pplx|nvapi|csk|fw|hf|ghp|r8)[-_][A-Za-z0-9_-]{6,}/g,
  /\bAIza[A-Za-z0-9_-]{16,}/g,
  /(?<=\bBearer\s+)[^\s"',]+/gi,
  ...SURELY_SECRET,
];
// Where keys cannot be told from values: whatever `isTokenLike` says, and any longer text in one piece.
const LOOKS_LIKE_TOKEN = /(?=[A-Za-z_+=-]*\d)(?=[\d_+=-]*[A-Za-z])[\w+=-]{16,}|[\w+=-]{32,}/g;

// Alone on its line, or in a list, with a character that no key of the schema has: a value without a name.
const ALONE = /(?<=^\s*-?\s*["']?)(?!-|[a-z_]+["']?\s*(?:#.*)?$)[^\s:：#"',[\]{}]{8,}(?=["']?\s*(?:#.*)?$)/g;

/** What is said about a file, without what looks like a secret; never longer than anybody reads. */
export function maskText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return starred(short, SURELY_SECRET);
}
const LONGEST_TEXT = 2_000;

/** A line with its secrets starred out, at the same length so that columns stay; `lineStart` is its offset. */
export function maskLine(line: string, lineStart: number, hidden: Hidden): string {
  let shown = line;
  for (const span of hidden.spans) {
    const from = Math.max(0, span.start - lineStart);
    const to = Math.min(line.length, span.end - lineStart);
    if (from < to) shown = shown.slice(0, from) + stars(to - from) + shown.slice(to);
  }
  // In plain characters: a full-width colon separates a secret from its key as well, for the eye.
  const match = KEY_LINE.exec(plainText(shown));
  if (match !== null) {
    const valueAt = match.index + match[0].length;
    const value = shown.slice(valueAt);
    const isShown = isBareReference(value.replace(/\s+#.*$/, "")) || value.startsWith("#");
    if (!isShown) shown = shown.slice(0, valueAt) + stars(value.length);
  }
  return starred(shown, hidden.hasStructure ? LOOKS_SECRET : [...LOOKS_SECRET, LOOKS_LIKE_TOKEN, ALONE]);
}

function starred(text: string, patterns: readonly RegExp[]): string {
  return patterns.reduce((shown, pattern) => shown.replace(pattern, (match) => stars(match.length)), text);
}

function stars(count: number): string {
  return "*".repeat(count);
}
