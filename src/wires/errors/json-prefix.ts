// The fields at the top of a JSON object of which only the beginning is there.

/** An object of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An object as far as it was read. */
export type JsonPrefix = {
  /** The fields whose values are whole. */
  readonly fields: JsonObject;
  /** The field whose value is cut, and what there is of its text. */
  readonly cut: { readonly name: string; readonly text: string } | undefined;
};

const START = /^\s*(?:\[\s*)?\{/;

/**
 * Reads a text that begins with an object, or with a list whose first item is one; undefined for any other. Reading
 * stops where the text is cut or is no JSON. Linear.
 */
export function readJsonPrefix(text: string): JsonPrefix | undefined {
  const start = START.exec(text);
  if (start === null) return undefined;
  // Each reading has its own, since such a pattern remembers its place.
  const keyAt = /\s*"((?:[^"\\]|\\.)*)"\s*:\s*/y;
  const fields: Record<string, unknown> = Object.create(null);
  for (let at = start[0].length; ; at += 1) {
    keyAt.lastIndex = at;
    const key = keyAt.exec(text);
    if (key === null) return { fields, cut: undefined };
    const name = key[1] ?? "";
    const end = endOfValue(text, keyAt.lastIndex);
    if (end === undefined) return { fields, cut: { name, text: text.slice(keyAt.lastIndex) } };
    const value = parsed(text.slice(keyAt.lastIndex, end));
    if (value === undefined) return { fields, cut: undefined };
    fields[name] = value;
    at = skipSpace(text, end);
    if (text[at] !== ",") return { fields, cut: undefined };
  }
}

/** Where the value that begins at `start` is over; undefined where the text ends before. */
function endOfValue(text: string, start: number): number | undefined {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  const isNested = first === "{" || first === "[";
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]" || char === ",") {
      if (!isNested) return at;
      if (char !== ",") depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
