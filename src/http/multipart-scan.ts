// Finds the fields `model` and `stream` in the bytes of a multipart/form-data body, and replaces the model there.
// Not a parser of uploads: file parts are stepped over. Strict where readers differ, so that gateway and endpoint
// never see two different models. Called by `proxy/` (RFC 7578, RFC 2046 §5.1).

import { GatewayError } from "../core/errors.ts";
import { type ByteRange, spliceBytes } from "./byte-range.ts";
import { checkModelName, decodeModelBytes } from "./model-name.ts";
import { type PartHeaders, parameter, parsePartHeaders } from "./multipart-headers.ts";

/** What a form says of itself in its plain fields. */
export type MultipartPeek = {
  /** Undefined when the form has no such field. */
  readonly model: string | undefined;
  /** The value's bytes. */
  readonly modelRange: ByteRange | undefined;
  /** The digits of the part's own Content-Length, which some clients send and a rename has to change. */
  readonly modelLengthRange: ByteRange | undefined;
  readonly stream: boolean | undefined;
};

const MAX_PARTS = 1000;
const MAX_PART_HEADER_BYTES = 8192;
const MAX_STREAM_BYTES = 5;

const CRLF = "\r\n";
const DASH = 0x2d;
const CR = 0x0d;
const LF = 0x0a;

// RFC 2046 §5.1.1: bchars, 1 to 70, no space at the end.
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/**
 * Reads `model` and `stream` wherever among the parts they are. Linear; at most 1,000 parts with 8 KiB of headers
 * each. Parts with a file name are files, never fields.
 * @throws GatewayError invalid_multipart, duplicate_model, invalid_model, invalid_field
 */
export function peekMultipart(body: Buffer, contentType: string): MultipartPeek {
  const delimiter = Buffer.from(`${CRLF}--${boundaryOf(contentType)}`, "latin1");
  const fields = new Fields(body);
  let at = afterFirstDelimiter(body, delimiter);
  for (let count = 0; !isFinal(body, at); count++) {
    if (count === MAX_PARTS) throw broken(`it has more than ${MAX_PARTS} parts`);
    const headerStart = afterDelimiterLine(body, at);
    const headers = readHeaders(body, headerStart);
    const end = body.indexOf(delimiter, headers.bodyStart - CRLF.length);
    if (end === -1) throw broken("the final boundary is missing");
    // A boundary in place of the value's own line end: some readers take it for the value.
    if (end < headers.bodyStart) throw broken(`a part has no value (at byte ${end})`);
    fields.add(headers, { start: headers.bodyStart, end });
    at = end + delimiter.length;
  }
  return fields.peek();
}

/** A new body in which the model field holds `newName` and every byte of the other parts is kept. */
export function spliceMultipartModel(body: Buffer, peek: MultipartPeek, newName: string): Buffer {
  if (peek.modelRange === undefined) return body;
  const value = Buffer.from(newName);
  const spliced = spliceBytes(body, peek.modelRange, value);
  // The length stands before the value, so its range still holds.
  if (peek.modelLengthRange === undefined) return spliced;
  return spliceBytes(spliced, peek.modelLengthRange, Buffer.from(String(value.length)));
}

function boundaryOf(contentType: string): string {
  const separator = contentType.indexOf(";");
  const boundary = separator === -1 ? undefined : parameter(contentType.slice(separator), "boundary");
  if (boundary === undefined) throw broken("the Content-Type names no boundary");
  if (!BOUNDARY.test(boundary)) throw broken("the boundary in the Content-Type is not valid (RFC 2046)");
  return boundary;
}

/** Past the first delimiter; a preamble before it is stepped over, as the standard wants. */
function afterFirstDelimiter(body: Buffer, delimiter: Buffer): number {
  const opening = delimiter.subarray(CRLF.length);
  if (body.subarray(0, opening.length).equals(opening)) return opening.length;
  const at = body.indexOf(delimiter);
  if (at === -1) throw broken("the boundary of the Content-Type does not occur in it");
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

  constructor(body: Buffer) {
    this.#body = body;
  }

  add(headers: PlacedHeaders, range: ByteRange): void {
    if (headers.isFile || (headers.name !== "model" && headers.name !== "stream")) return;
    if (headers.isEncoded) throw broken(`the part "${headers.name}" has a transfer encoding`);
    if (headers.name === "stream") {
      this.#stream = range;
      return;
    }
    this.#modelCount += 1;
    this.#model = range;
    this.#modelLength = headers.contentLength;
  }

  peek(): MultipartPeek {
    if (this.#modelCount > 1) throw new GatewayError("duplicate_model", { param: "model" });
    return {
      model: this.#model && checkModelName(decodeModelBytes(this.#piece(this.#model))),
      modelRange: this.#model,
      modelLengthRange: this.#modelLength,
      stream: this.#stream && decodeStream(this.#piece(this.#stream)),
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

function broken(reason: string): GatewayError {
  return new GatewayError("invalid_multipart", { message: `The multipart body is broken: ${reason}.` });
}
