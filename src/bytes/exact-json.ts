// JSON to values and back without a whole number losing digits: ids and seeds are often longer than a double can hold.

/** Node reads the text of a number and writes it as it came (TC39: JSON.parse source text access); the types lag behind. */
type ExactJson = {
  parse(
    text: string,
    reviver: (key: string, value: unknown, at: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};
const EXACT = JSON as unknown as ExactJson;

/** A number, and no text, with so many digits; fewer fit into a double. */
const LONG_NUMBER = /[:[,\s]-?\d{16,}\s*[,}\]]/;
/** Reading each value's text takes a microsecond and more: a text of more values is read as usual, or it holds all up. */
const MAX_EXACT_CHARS = 1024 * 1024;
const MAX_EXACT_COMMAS = 20_000;
const WHOLE = /^-?\d+$/;

/**
 * The value of a JSON text. A whole number beyond 2^53 is an opaque object, which `JSON.stringify` writes as it came;
 * nearly no text has one, and it is read as usual then, as is a text of more than a million characters or 20,000 commas.
 * @throws SyntaxError for what is no JSON
 */
export function parseExactly(text: string): unknown {
  if (text.length > MAX_EXACT_CHARS || !LONG_NUMBER.test(text) || hasManyCommas(text))
    return JSON.parse(text);
  return EXACT.parse(text, (_key, value, { source = "" }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && WHOLE.test(source)
      ? EXACT.rawJSON(source)
      : value,
  );
}

function hasManyCommas(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf(","); at !== -1; at = text.indexOf(",", at + 1)) {
    count += 1;
    if (count > MAX_EXACT_COMMAS) return true;
  }
  return false;
}
