// Finds the fields `model` and `stream` in the bytes of a multipart/form-data body.
// Not a parser of uploads: file parts are stepped over. Strict where readers differ, so that gateway and endpoint
// never see two different models (RFC 7578, RFC 2046 §5.1).

import type { ByteRange } from "../../bytes/byte-range.ts";
import { broken, type PartHeaders, parameter, parsePartHeaders } from "../../bytes/multipart-headers.ts";
import { GatewayError } from "../../core/errors.ts";
import { ambiguousModel, checkModelName, decodeModelBytes } from "../../core/model-name.ts";
import { runAtOnce, SLICE_BYTES, type SlicedWork } from "../../core/slices.ts";
import { nameKindOf } from "./model-key.ts";

/** What a form says of itself in its plain fields. */
export type MultipartPeek = {
  /** Undefined when the form has no such field. */
  readonly model: string | undefined;
  /** The value's bytes. */
  readonly modelRange: ByteRange | undefined;
  /** The digits of the part's own Content-Length, which some clients send and a rename has to change. */
  readonly modelLengthRange: ByteRange | undefined;
  readonly stream: boolean | undefined;
  /** What the part `session` holds; undefined where there is none. */
  readonly sessionRange: ByteRange | undefined;
  /** Where the delimiter of the first part begins, behind a preamble. */
  readonly partsStart: number;
};

const MAX_PARTS = 1000;
const MAX_PART_HEADER_BYTES = 8192;
const MAX_STREAM_BYTES = 5;
/** Longer than any name of a character set that is taken. */
const MAX_CHARSET_BYTES = 64;
/** A byte of a part's headers costs as much as so many of its value. */
const HEADER_WEIGHT = 8;

const CRLF = "\r\n";
const DASH = 0x2d;
const CR = 0x0d;
const LF = 0x0a;

// RFC 2046 §5.1.1: bchars, 1 to 70, no space at the end.
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/**
 * Reads `model` and `stream` wherever among the parts they are. Linear; at most 1,000 parts with 8 KiB of headers
 * each. Parts with a file name are files, never fields.
 * @throws GatewayError invalid_multipart, duplicate_model, ambiguous_model, invalid_model, invalid_field
 */
export function peekMultipart(body: Buffer, contentType: string): MultipartPeek {
  return runAtOnce(peekMultipartInSlices(body, contentType, body.length + 1));
}

/** The same in slices, for a large body. */
export function* peekMultipartInSlices(
  body: Buffer,
  contentType: string,
  sliceBytes = SLICE_BYTES,
): SlicedWork<MultipartPeek> {
  const delimiter = Buffer.from(`${CRLF}--${boundaryOf(contentType)}`, "latin1");
  const fields = new Fields(body);
  let at = yield* afterFirstDelimiter(body, delimiter, sliceBytes);
  const partsStart = at - delimiter.length + CRLF.length;
  let yieldedAt = at;
  let headerBytes = 0;
  for (let count = 0; !isFinal(body, at); count++) {
    if (count === MAX_PARTS) throw broken(`it has more than ${MAX_PARTS} parts`);
    const headerStart = afterDelimiterLine(body, at);
    const headers = readHeaders(body, headerStart);
    const end = yield* find(body, delimiter, headers.bodyStart - CRLF.length, sliceBytes);
    if (end === -1) throw broken("the final boundary is missing");
    // A boundary in place of the value's own line end: some readers take it for the value.
    if (end < headers.bodyStart) throw broken(`a part has no value (at byte ${end})`);
    fields.add(headers, { start: headers.bodyStart, end });
    at = end + delimiter.length;
    headerBytes += headers.bodyStart - headerStart;
    // Many parts, none of which is a slice long, are as much work as a long one.
    if (at - yieldedAt + headerBytes * HEADER_WEIGHT >= sliceBytes) {
      yieldedAt = at;
      headerBytes = 0;
      yield;
    }
  }
  return fields.peek(partsStart);
}

/** Where `wanted` begins at or after `from`; -1 when nowhere. */
function* find(body: Buffer, wanted: Buffer, from: number, sliceBytes: number): SlicedWork<number> {
  for (let start = from; ; start += sliceBytes) {
    const at = body.subarray(start, start + sliceBytes + wanted.length - 1).indexOf(wanted);
    if (at !== -1) return start + at;
    if (start + sliceBytes >= body.length) return -1;
    yield;
  }
}

/**
 * The boundary that a form's Content-Type names.
 * @throws GatewayError invalid_multipart
 */
export function boundaryOf(contentType: string): string {
  const separator = contentType.indexOf(";");
  const parameters = separator === -1 ? "" : contentType.slice(separator);
  const boundary = parameter(parameters, "boundary");
  if (parameter(parameters, "boundary*") !== undefined)
    throw broken(
      "the Content-Type names its boundary in the form boundary*=, which some readers know and some do not",
    );
  if (boundary === undefined) throw broken("the Content-Type names no boundary");
  if (!BOUNDARY.test(boundary)) throw broken("the boundary in the Content-Type is not valid (RFC 2046)");
  return boundary;
}

/** Past the first delimiter; a preamble before it is stepped over, as the standard wants. */
function* afterFirstDelimiter(body: Buffer, delimiter: Buffer, sliceBytes: number): SlicedWork<number> {
  const opening = delimiter.subarray(CRLF.length);
  if (body.subarray(0, opening.length).equals(opening)) return opening.length;
  const at = yield* find(body, delimiter, 0, sliceBytes);
  if (at === -1) throw broken("the boundary of the Content-Type does not occur in it");
  // Servers that take JSON whatever the Content-Type says, and look no further than its end, read the preamble.
  if (/^\s*[{[]/.test(body.toString("latin1", 0, Math.min(at, MAX_PART_HEADER_BYTES))))
    throw ambiguousModel("JSON stands before the form");
  return at + delimiter.length;
}

function isFinal(body: Buffer, at: number): boolean {
  return body[at] === DASH && body[at + 1] === DASH;
}

/** To the CRLF at the end of a delimiter's line; that CRLF belongs to the headers, which may be empty. */
function afterDelimiterLine(body: Buffer, start: number): number {
  let at = start;
  while (body[at] === 0x20 || body[at] === 0x09) at += 1;
  // Anything else is a longer word that begins with the boundary: readers disagree on whether that is one.
  if (body[at] !== CR || body[at + 1] !== LF)
    throw broken(`a boundary is not alone on its line (at byte ${at})`);
  return at;
}

type PlacedHeaders = PartHeaders & { readonly bodyStart: number };

function readHeaders(body: Buffer, start: number): PlacedHeaders {
  const window = body.subarray(start, start + MAX_PART_HEADER_BYTES);
  const length = window.indexOf("\r\n\r\n");
  if (length === -1) throw broken(`the headers of a part have no end within 8 KiB (at byte ${start})`);
  const bodyStart = start + length + 2 * CRLF.length;
  if (length === 0) return { ...parsePartHeaders("", start), bodyStart };
  const text = window.toString("latin1", CRLF.length, length);
  return { ...parsePartHeaders(text, start + CRLF.length), bodyStart };
}

/** Remembers the plain fields of interest; what they hold is looked at once the form is known to be whole. */
class Fields {
  readonly #body: Buffer;
  #modelCount = 0;
  #model: ByteRange | undefined;
  #modelLength: ByteRange | undefined;
  #stream: ByteRange | undefined;
  readonly #sessions: ByteRange[] = [];

  constructor(body: Buffer) {
    this.#body = body;
  }

  add(headers: PlacedHeaders, range: ByteRange): void {
    if (headers.name === "session") this.#sessions.push(range);
    if (
      headers.name === "_charset_" &&
      !isUtf8Name(this.#piece(range).toString("latin1", 0, MAX_CHARSET_BYTES))
    )
      throw ambiguousModel("the form's field `_charset_` names another character set than UTF-8");
    const kind = headers.name === undefined ? "other" : nameKindOf(headers.name);
    if (kind === "other") return;
    if (kind === "stream_twin" || (kind === "stream" && headers.isFile)) throw streamTwin();
    if (kind === "model_twin")
      throw ambiguousModel('a field of the form is read as "model" by some, such as "model[]"');
    if (headers.isEncoded) throw broken(`the part "${headers.name}" has a transfer encoding`);
    const doubt = doubtOf(headers);
    if (doubt !== undefined) throw ambiguousModel(`the part "${headers.name}" ${doubt}`);
    if (kind === "stream") {
      this.#stream = range;
      return;
    }
    this.#modelCount += 1;
    this.#model = range;
    this.#modelLength = headers.contentLength;
  }

  peek(partsStart: number): MultipartPeek {
    if (this.#modelCount > 1) throw new GatewayError("duplicate_model", { param: "model" });
    return {
      model: this.#model && checkModelName(decodeModelBytes(this.#piece(this.#model))),
      modelRange: this.#model,
      modelLengthRange: this.#modelLength,
      stream: this.#stream && decodeStream(this.#piece(this.#stream)),
      sessionRange: this.#sessions.length > 1 ? undefined : this.#sessions[0],
      partsStart,
    };
  }

  #piece(range: ByteRange): Buffer {
    return this.#body.subarray(range.start, range.end);
  }
}

/** Forms have no types: the spellings of true and false that clients send are all taken. */
function decodeStream(bytes: Buffer): boolean | undefined {
  const text = bytes.length > MAX_STREAM_BYTES ? undefined : bytes.toString("latin1").toLowerCase();
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  if (text === "") return undefined;
  throw new GatewayError("invalid_field", { message: '"stream" has to be true or false.', param: "stream" });
}

/** What makes a field a file to some readers and a field to others, or its bytes two texts. */
function doubtOf(headers: PartHeaders): string | undefined {
  if (headers.isFile) return "has a file name";
  if (!headers.isFormData) return "is not sent as form-data";
  if (headers.charset !== undefined && !isUtf8Name(headers.charset))
    return "is in another character set than UTF-8";
  return headers.isNested ? "holds other parts" : undefined;
}

function isUtf8Name(charset: string): boolean {
  return /^\s*(?:utf-?8|us-ascii)\s*$/i.test(charset);
}

function streamTwin(): GatewayError {
  const message =
    'A field of the form is read as "stream" by some. Send it once, in small letters, without a file name.';
  return new GatewayError("invalid_field", { message, param: "stream" });
}
