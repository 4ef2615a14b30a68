// Keeps secrets of the configuration file out of what is shown of it. Not the masking of keys in tables
// (`core/mask.ts`). Called by `diagnostics.ts` and the checks.

/** A stretch of the file's text: offsets in UTF-16 units, the end exclusive. */
export type Span = { readonly start: number; readonly end: number };

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

// What is known by its looks, for files whose structure could not be read.
const KEY_LINE = /((?:api[-_]?ke?ys?|api[-_]?kyes?|token|secret|password|authorization)["']?\s*:\s*)(\S.*)$/i;
const LOOKS_SECRET = [
  /\b(?:sk|gsk|xai|pplx|nvapi|csk|fw|hf|ghp|r8)[-_][A-Za-z0-9_-]{6,}/g,
  // Glued to a letter, as a slip of the keyboard leaves it: longer, and with a digit, or "task-runner" would be one.
  /(?:sk|gsk|xai|pplx|nvapi|csk|ghp)[-_](?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{16,}/g,
  /\bAIza[A-Za-z0-9_-]{16,}/g,
  /(?<=\bBearer\s+)[^\s"',]+/gi,
  /(?<=:\/\/)[^\s"']*(?=@)/g,
  /(?<=[?&][A-Za-z0-9_.-]+=)[^\s"'&#]+/g,
];

/** A line with its secrets starred out, at the same length so that columns stay; `lineStart` is its offset. */
export function maskLine(line: string, lineStart: number, secrets: readonly Span[]): string {
  let shown = line;
  for (const span of secrets) {
    const from = Math.max(0, span.start - lineStart);
    const to = Math.min(line.length, span.end - lineStart);
    if (from < to) shown = shown.slice(0, from) + stars(to - from) + shown.slice(to);
  }
  shown = shown.replace(KEY_LINE, (_, key: string, value: string) => {
    return isBareReference(value.replace(/\s+#.*$/, "")) || value.startsWith("#")
      ? key + value
      : key + stars(value.length);
  });
  return maskByLooks(shown);
}

/** A text with what looks like a key starred out, at the same length: a key may stand where anything else should. */
export function maskByLooks(text: string): string {
  let shown = text;
  for (const pattern of LOOKS_SECRET) shown = shown.replace(pattern, (match) => stars(match.length));
  return shown;
}

function stars(count: number): string {
  return "*".repeat(count);
}
