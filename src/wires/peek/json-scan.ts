// Finds `model`, `stream` and `background` in the bytes of a JSON body. Not a parser: the body is checked whole but never
// rebuilt, so that big integers, key order and escapes survive.

import type { ByteRange } from "../../bytes/byte-range.ts";
import { jsonKeyEquals } from "../../bytes/json-key.ts";
import { JsonWalk, type MemberSink, wrongStart } from "../../bytes/json-walk.ts";
import { GatewayError } from "../../core/errors.ts";
import {
  ambiguousModel,
  checkModelName,
  decodeModelBytes,
  invalidModel,
  MAX_MODEL_CHARS,
} from "../../core/model-name.ts";
import { SLICE_BYTES, type SlicedWork, sliceBytesAt } from "../../core/slices.ts";
import { keyKindOf } from "./model-key.ts";
import type { ModelNames } from "./model-names.ts";

/** What a JSON body says of itself at its top level. */
export type JsonPeek = {
  /** Decoded; undefined when the body has none. */
  readonly model: string | undefined;
  /** The value's token, quotes included. */
  readonly modelRange: ByteRange | undefined;
  /** True for an object without any member. */
  readonly isEmpty: boolean;
  /** Undefined when absent or null. Where there are several they all say the same. */
  readonly stream: boolean | undefined;
  /** Whether `background` is there and neither false nor null, to whatever reader. */
  readonly isBackground: boolean;
  /** What `store` says; undefined where it is absent or something else. */
  readonly isStored: boolean | undefined;
  /** What `stream_options` is, as it is written; undefined where it is absent, and the last one where there are several. */
  readonly streamOptions: ByteRange | undefined;
  /**
   * Decoded strings of the wanted keys, or the `id` of an object there, in their order; undefined when absent, anything
   * else or over 4 KiB.
   */
  readonly fields: readonly (string | undefined)[];
};

const NO_FIELDS: readonly never[] = [];
const MAX_FIELD_BYTES = 4096;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
/** How `true`, `false` and `null` begin. */
const LOWER_T = 0x74;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;

/**
 * Checks that the body is one valid JSON object (RFC 8259; nesting up to 200) and reads what routing needs.
 * Keys are compared after decoding, at the top level only. One pass, linear, bounded memory. Invalid UTF-8
 * is accepted in every string but `model`. `wanted` are further ASCII keys to be read; `names`: where models are kept
 * that were read before.
 * @throws GatewayError invalid_json, json_too_deep, duplicate_model, ambiguous_model, invalid_model, invalid_field
 */
export function peekJson(body: Buffer, wanted: readonly string[] = NO_FIELDS, names?: ModelNames): JsonPeek {
  refuseOtherEncodings(body);
  const members = new Members(body, wanted);
  new JsonWalk(body, members).advance(body.length);
  return members.peek(names);
}

/** The same in slices, for a large body. */
export function* peekJsonInSlices(
  body: Buffer,
  wanted: readonly string[] = NO_FIELDS,
  sliceBytes = SLICE_BYTES,
): SlicedWork<JsonPeek> {
  refuseOtherEncodings(body);
  const members = new Members(body, wanted);
  const walk = new JsonWalk(body, members);
  while (!walk.advance(walk.at + sliceBytesAt(walk.at, sliceBytes))) yield;
  return members.peek();
}

/** Remembers where the members of interest are; what they hold is looked at once the body is known to be valid. */
class Members implements MemberSink {
  readonly #body: Buffer;
  readonly #wanted: readonly string[];
  readonly #fieldRanges: (ByteRange | undefined)[] | undefined;
  #isEmpty = true;
  #modelCount = 0;
  #model: ByteRange | undefined;
  #stream: ByteRange | undefined;
  #hasModelTwin = false;
  #hasStreamTwin = false;
  #isBackground = false;
  #isStored: boolean | undefined;
  #streamOptions: ByteRange | undefined;

  constructor(body: Buffer, wanted: readonly string[]) {
    this.#body = body;
    this.#wanted = wanted;
    this.#fieldRanges = wanted.length === 0 ? undefined : wanted.map(() => undefined);
  }

  add(keyStart: number, keyEnd: number, start: number, end: number): void {
    this.#isEmpty = false;
    switch (keyKindOf(this.#body, keyStart, keyEnd)) {
      case "model":
        this.#modelCount += 1;
        this.#model = { start, end };
        return;
      case "stream":
        if (this.#stream !== undefined && this.#isStreamOther(start)) this.#hasStreamTwin = true;
        this.#stream = { start, end };
        return;
      case "model_twin":
        this.#hasModelTwin = true;
        return;
      case "stream_twin":
        this.#hasStreamTwin = true;
        return;
      case "background":
        this.#isBackground ||= this.#body[start] !== LOWER_F && this.#body[start] !== LOWER_N;
        return;
      case "store":
        this.#isStored = decodeFlag(this.#body[start]);
        return;
      case "stream_options":
        this.#streamOptions = { start, end };
        break;
      case "other":
        break;
    }
    if (this.#fieldRanges === undefined) return;
    for (let i = 0; i < this.#wanted.length; i++) {
      const name = this.#wanted[i] ?? "";
      if (jsonKeyEquals(this.#body, keyStart, keyEnd, name)) this.#fieldRanges[i] = { start, end };
    }
  }

  /** Whether the token at `start` is another one than that of before: the first byte of each of the three words tells. */
  #isStreamOther(start: number): boolean {
    return this.#body[start] !== this.#body[this.#stream?.start ?? start];
  }

  peek(names?: ModelNames): JsonPeek {
    if (this.#modelCount > 1) throw new GatewayError("duplicate_model", { param: "model" });
    if (this.#hasModelTwin)
      throw ambiguousModel('the body has a key that some readers take for "model", such as "Model"');
    if (this.#hasStreamTwin) throw ambiguousStream();
    return {
      model: this.#model && decodeModel(this.#body, this.#model, names),
      modelRange: this.#model,
      isEmpty: this.#isEmpty,
      stream: this.#stream && decodeStream(this.#body, this.#stream),
      isBackground: this.#isBackground,
      isStored: this.#isStored,
      streamOptions: this.#streamOptions,
      fields: this.#fieldRanges?.map((range) => range && decodeField(this.#body, range)) ?? NO_FIELDS,
    };
  }
}

function ambiguousStream(): GatewayError {
  const message =
    'The body has "stream" more than once, or a key that some readers take for it, such as "Stream". Send it once, in small letters.';
  return new GatewayError("invalid_field", { message, param: "stream" });
}

function decodeModel(body: Buffer, range: ByteRange, names: ModelNames | undefined): string {
  if (body[range.start] !== QUOTE) throw invalidModel('"model" has to be a string.');
  const known = names?.find(body, range.start + 1, range.end - 1);
  if (known !== undefined) return known;
  const name = readModel(body, range);
  names?.note(name);
  return name;
}

function readModel(body: Buffer, range: ByteRange): string {
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
    case LOWER_T:
      return true;
    case LOWER_F:
      return false;
    case LOWER_N:
      return undefined;
    default:
      throw new GatewayError("invalid_field", {
        message: '"stream" has to be true or false.',
        param: "stream",
      });
  }
}

function decodeFlag(first: number | undefined): boolean | undefined {
  if (first === LOWER_T) return true;
  return first === LOWER_F ? false : undefined;
}

function decodeField(body: Buffer, range: ByteRange): string | undefined {
  if (range.end - range.start > MAX_FIELD_BYTES) return undefined;
  if (body[range.start] === OPEN_BRACE)
    return idOf(JSON.parse(body.toString("utf8", range.start, range.end)));
  if (body[range.start] !== QUOTE) return undefined;
  return parseString(body.toString("utf8", range.start, range.end));
}

/** The `id` of an object; undefined where it has none that is a text. */
function idOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" ? value.id : undefined;
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
