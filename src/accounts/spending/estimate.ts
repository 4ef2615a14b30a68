// About how many tokens a request will use, before it is sent: by its bytes, and by what it says of the length of its
// answer. A look through the bytes, without reading them as JSON: it is made for each request of whoever has limits.

/** What is expected. */
export type Expected = {
  readonly input: number;
  /** The longest answer that the request allows; undefined where it says nothing of it. */
  readonly mostOutput: number | undefined;
};

const BYTES_PER_TOKEN = 4;
/** A picture or a file that stands in the body as base64: nobody counts its letters. */
const TOKENS_PER_FILE = 1_000;
const BASE64_MARK = ";base64,";
const QUOTE = 0x22;
/** Fields that bound the length of an answer, in the words of each API. Inside of a text their quotes are escaped. */
const BOUNDS = [
  '"max_tokens"',
  '"max_completion_tokens"',
  '"max_output_tokens"',
  '"maxOutputTokens"',
  '"num_predict"',
];
/** Answers to one request at most that are believed. */
const MAX_ANSWERS = 128;
const MAX_OUTPUT = 10_000_000;

/** The expectation for a body; of one that is no JSON nothing is expected. */
export function expectedOf(body: Buffer): Expected {
  if (body.length === 0 || body[0] !== 0x7b) return { input: 0, mostOutput: undefined };
  const { bytes, files } = textOf(body);
  const input = Math.ceil(bytes / BYTES_PER_TOKEN) + files * TOKENS_PER_FILE;
  let most: number | undefined;
  for (const field of BOUNDS) {
    const value = numberOf(body, field);
    if (value !== undefined && value > (most ?? 0)) most = value;
  }
  if (most === undefined) return { input, mostOutput: undefined };
  const answers = Math.min(MAX_ANSWERS, Math.max(1, numberOf(body, '"n"') ?? 1));
  return { input, mostOutput: Math.min(MAX_OUTPUT, most * answers) };
}

/** Bytes that are text, and how many files are among them. */
function textOf(body: Buffer): { readonly bytes: number; readonly files: number } {
  let bytes = body.length;
  let files = 0;
  let at = body.indexOf(BASE64_MARK);
  while (at !== -1) {
    const end = body.indexOf(QUOTE, at);
    if (end === -1) break;
    bytes -= end - at;
    files += 1;
    at = body.indexOf(BASE64_MARK, end);
  }
  return { bytes, files };
}

const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;

/** The whole number behind a field, wherever it stands first; undefined where there is none. */
function numberOf(body: Buffer, field: string): number | undefined {
  let at = body.indexOf(field);
  if (at === -1) return undefined;
  at = afterSpace(body, at + field.length);
  if (body[at] !== COLON) return undefined;
  at = afterSpace(body, at + 1);
  let value: number | undefined;
  for (let digit = body[at] ?? 0; digit >= ZERO && digit <= NINE; digit = body[at] ?? 0) {
    value = Math.min(MAX_OUTPUT, (value ?? 0) * 10 + digit - ZERO);
    at += 1;
  }
  return value;
}

function afterSpace(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1;
  return at;
}
