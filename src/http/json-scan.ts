// Finds `model` and `stream` in the bytes of a JSON body, and replaces the model there. Not a parser: the body
// is checked whole but never rebuilt, so that big integers, key order and escapes survive. Called by
// `proxy/` for each request (design.md §7).

import { GatewayError } from "../core/errors.ts";
import { type ByteRange, spliceBytes } from "./byte-range.ts";
import { jsonKeyEquals } from "./json-key.ts";
import { JsonSkipper } from "./json-skip.ts";
import { checkModelName, decodeModelBytes, invalidModel, MAX_MODEL_CHARS } from "./model-name.ts";

/** What a JSON body says of itself at its top level. */
export type JsonPeek = {
  /** Decoded; undefined when the body has none. */
  readonly model: string | undefined;
  /** The value's token, quotes included. */
  readonly modelRange: ByteRange | undefined;
  /** Undefined when absent or null. The last one counts where there are several, as in `JSON.parse`. */
  readonly stream: boolean | undefined;
  /** Decoded strings of the wanted keys, in their order; undefined when absent, no string or over 4 KiB. */
  readonly fields: readonly (string | undefined)[];
};

const NO_FIELDS: readonly never[] = [];
const MAX_FIELD_BYTES = 4096;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Checks that the body is one valid JSON object (RFC 8259; nesting up to 200) and reads what routing needs.
 * Keys are compared after decoding, at the top level only. One pass, linear, bounded memory. Invalid UTF-8
 * is accepted in every string but `model`. `wanted` are further ASCII keys to be read.
 * @throws GatewayError invalid_json, json_too_deep, duplicate_model, invalid_model, invalid_field
 */
export function peekJson(body: Buffer, wanted: readonly string[] = NO_FIELDS): JsonPeek {
  refuseOtherEncodings(body);
  const skipper = new JsonSkipper(body);
  const members = new Members(body, wanted);
  const open = skipper.space(0);
  refuseOtherThanObject(skipper, open);
  let at = skipper.space(open + 1);
  if (skipper.byte(at) !== CLOSE_BRACE) at = walkMembers(skipper, members, at);
  at = skipper.space(at + 1);
  if (at !== body.length) throw skipper.invalid(at, "something follows the object");
  return members.peek();
}

/** A new body in which the model's token is `newName` and every other byte is kept. */
export function spliceModel(body: Buffer, range: ByteRange, newName: string): Buffer {
  return spliceBytes(body, range, Buffer.from(JSON.stringify(newName)));
}

/** Past the members of the outermost object, to its closing brace. */
function walkMembers(skipper: JsonSkipper, members: Members, first: number): number {
  let at = first;
  for (;;) {
    if (skipper.byte(at) !== QUOTE) throw skipper.unexpected(at, "a key in double quotes is expected");
    const keyEnd = skipper.string(at);
    const valueStart = skipper.colon(keyEnd);
    const valueEnd = skipper.value(valueStart);
    members.add(at + 1, keyEnd - 1, valueStart, valueEnd);
    at = skipper.space(valueEnd);
    if (skipper.byte(at) === CLOSE_BRACE) return at;
    if (skipper.byte(at) !== COMMA) throw skipper.unexpected(at, "a comma or } is expected");
    at = skipper.space(at + 1);
  }
}

/** Remembers where the members of interest are; what they hold is looked at once the body is known to be valid. */
class Members {
  readonly #body: Buffer;
  readonly #wanted: readonly string[];
  readonly #fieldRanges: (ByteRange | undefined)[] | undefined;
  #modelCount = 0;
  #model: ByteRange | undefined;
  #stream: ByteRange | undefined;

  constructor(body: Buffer, wanted: readonly string[]) {
    this.#body = body;
    this.#wanted = wanted;
    this.#fieldRanges = wanted.length === 0 ? undefined : wanted.map(() => undefined);
  }

  add(keyStart: number, keyEnd: number, start: number, end: number): void {
    if (jsonKeyEquals(this.#body, keyStart, keyEnd, "model")) {
      this.#modelCount += 1;
      this.#model = { start, end };
      return;
    }
    if (jsonKeyEquals(this.#body, keyStart, keyEnd, "stream")) {
      this.#stream = { start, end };
      return;
    }
    if (this.#fieldRanges === undefined) return;
    for (let i = 0; i < this.#wanted.length; i++) {
      const name = this.#wanted[i] ?? "";
      if (jsonKeyEquals(this.#body, keyStart, keyEnd, name)) this.#fieldRanges[i] = { start, end };
    }
  }

  peek(): JsonPeek {
    if (this.#modelCount > 1) throw new GatewayError("duplicate_model", { param: "model" });
    return {
      model: this.#model && decodeModel(this.#body, this.#model),
      modelRange: this.#model,
      stream: this.#stream && decodeStream(this.#body, this.#stream),
      fields: this.#fieldRanges?.map((range) => range && decodeField(this.#body, range)) ?? NO_FIELDS,
    };
  }
}

function decodeModel(body: Buffer, range: ByteRange): string {
  if (body[range.start] !== QUOTE) throw invalidModel('"model" has to be a string.');
  // An escape takes six bytes at most for one unit.
  if (range.end - range.start - 2 > MAX_MODEL_CHARS * 6)
    throw invalidModel(`"model" is longer than ${MAX_MODEL_CHARS} characters.`);
  const inside = body.subarray(range.start + 1, range.end - 1);
  if (!inside.includes(BACKSLASH)) return checkModelName(decodeModelBytes(inside));
  return checkModelName(parseString(`"${decodeModelBytes(inside)}"`));
}

function decodeStream(body: Buffer, range: ByteRange): boolean | undefined {
  // The value is valid JSON: its first byte decides between the three words.
  switch (body[range.start]) {
    case 0x74:
      return true;
    case 0x66:
      return false;
    case 0x6e:
      return undefined;
    default:
      throw new GatewayError("invalid_field", {
        message: '"stream" has to be true or false.',
        param: "stream",
      });
  }
}

function decodeField(body: Buffer, range: ByteRange): string | undefined {
  if (body[range.start] !== QUOTE || range.end - range.start > MAX_FIELD_BYTES) return undefined;
  return parseString(body.toString("utf8", range.start, range.end));
}

/** Decodes one string token that was checked before. */
function parseString(token: string): string {
  return String(JSON.parse(token));
}

function refuseOtherEncodings(body: Buffer): void {
  if (body.length === 0) throw wrongStart("it is empty");
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf)
    throw wrongStart("it begins with a byte order mark; send UTF-8 without it");
  const hasUtf16Mark = (body[0] === 0xff && body[1] === 0xfe) || (body[0] === 0xfe && body[1] === 0xff);
  // The first character of JSON is ASCII, so a zero beside it means two or four bytes a character.
  if (hasUtf16Mark || body[0] === 0 || body[1] === 0)
    throw wrongStart("it looks like UTF-16 or UTF-32; send UTF-8");
}

function refuseOtherThanObject(skipper: JsonSkipper, at: number): void {
  const byte = skipper.byte(at);
  if (byte === OPEN_BRACE) return;
  if (byte === -1) throw wrongStart("it holds nothing but white space");
  if (byte === 0x5b) throw wrongStart("it has to be an object, not an array");
  throw skipper.unexpected(at, "an object is expected");
}

function wrongStart(reason: string): GatewayError {
  return new GatewayError("invalid_json", { message: `The body is not a JSON object: ${reason}.` });
}
