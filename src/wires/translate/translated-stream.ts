// A stream's bytes on their way through a translation: from the endpoint's events to values, and from what follows of
// these to events of the client's API. Holds the event that is open, and no other. What an error says is told in the
// client's words, and nothing follows it.

import { parseExactly } from "../../bytes/exact-json.ts";
import { SseScanner, type SseSink } from "../../bytes/sse-lines.ts";
import { type ErrorCode, GatewayError } from "../../core/errors.ts";
import type { ErrorBody } from "../errors/error-body.ts";
import { isContextLength } from "../errors/error-words.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import type { ChatApi } from "../paths/operation.ts";
import { endText, eventText, isLines, LINES_TYPE } from "./event-text.ts";
import { LIST_TYPE, ListText } from "./list-text.ts";
import { SplicedText } from "./spliced-text.ts";
import type { StreamTranslation } from "./translation.ts";

const NOTHING: Buffer = Buffer.alloc(0);
/** Keeps a connection alive that the endpoint keeps alive by comments; one line end, since a blank line ends an event. */
const COMMENT = Buffer.from([0x3a, 0x0a]);
/** A longer event than any picture needs: what is open of one is held in memory. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024;

/** What a translated stream has to know of its client. */
export type StreamClient = {
  readonly api: ChatApi;
  /** It gets one JSON list, and no events. */
  readonly isList?: boolean;
  /** It cannot read a stream with comments in it. */
  readonly isWithoutComments?: boolean;
  /** The event that tells of an error: of the endpoint's with its own words in `text`, or of one of ours. */
  endpointError(text: string): Buffer;
  /** What an error of the endpoint's says. */
  endpointWords(text: string): ErrorBody;
  ownError(code: ErrorCode, message: string): Buffer;
};

/** One stream. */
export class TranslatedStream implements SseSink {
  readonly #translation: StreamTranslation;
  readonly #client: StreamClient;
  readonly #list: ListText | undefined;
  readonly #lines = new SseScanner(this);
  /** Of the event that is open: its whole `data` lines, and the pieces of the one that is open. */
  #data = "";
  #hasData = false;
  #pieces: Buffer[] = [];
  #size = 0;
  /** What follows of the chunk, as far as it is written; the values behind that. */
  #text = "";
  #out: JsonObject[] = [];
  readonly #spliced: SplicedText | undefined;
  /** Told in place of all that would follow. */
  #error: Buffer | undefined = undefined;
  #isOver = false;
  /** A byte order mark may stand before the first byte. */
  #isBegun = false;
  #fault: ErrorCode | undefined = undefined;

  constructor(translation: StreamTranslation, client: StreamClient) {
    this.#translation = translation;
    this.#client = client;
    this.#list = client.isList === true ? new ListText() : undefined;
    const { pieces } = translation;
    this.#spliced =
      pieces === undefined || this.#list !== undefined ? undefined : new SplicedText(pieces, client.api);
  }

  /** What the client is told that it is; undefined where that is an event stream, as the endpoint's is. */
  get contentType(): string | undefined {
    if (this.#list !== undefined) return LIST_TYPE;
    return isLines(this.#client.api) ? LINES_TYPE : undefined;
  }

  /** An error was told, and nothing follows it. */
  get isBroken(): boolean {
    return this.#error !== undefined;
  }

  /** What was wrong with the endpoint's events; undefined where they could be read. Its own errors are none. */
  get fault(): ErrorCode | undefined {
    return this.#fault;
  }

  push(chunk: Buffer): Buffer {
    if (this.#isOver) return NOTHING;
    if (!this.#isBegun || this.#lines.isAfterCr || chunk.includes(CR)) this.#lines.push(chunk);
    else this.#pushLines(chunk);
    this.#isBegun = true;
    // Pieces of a chunk are only good while it is there: the engine may use its bytes again.
    if (this.#pieces.length > 0) this.#keepOpen();
    const text = this.#taken();
    if (this.#error !== undefined) return this.#end(text);
    if (text !== "") return Buffer.from(text);
    const isComment = chunk[0] === COLON && !this.#hasData && this.#client.isWithoutComments !== true;
    return isComment ? COMMENT : NOTHING;
  }

  /** Lines that all end with a bare LF: the end of the event that is open, whole ones, and the start of the next. */
  #pushLines(chunk: Buffer): void {
    const hasOpen = this.#lines.isMidLine || this.#lines.hasData;
    const first = hasOpen ? chunk.indexOf(BLANK_LINE) : -2;
    const start = first === -1 ? chunk.length : first + 2;
    const last = chunk.lastIndexOf(BLANK_LINE);
    const end = last < start ? start : last + 2;
    if (start > 0) this.#lines.push(chunk.subarray(0, start));
    if (end > start) this.#pushEvents(chunk.toString("utf8", start, end));
    if (end < chunk.length) this.#lines.push(chunk.subarray(end));
  }

  /** Whole events, as nearly all are: of one line, or of two whose first is the name. */
  #pushEvents(text: string): void {
    for (let start = 0; start < text.length; ) {
      const spliced = this.#spliced?.tell(text, start) ?? "";
      if (spliced !== "") {
        this.#tell(spliced);
        start = this.#spliced?.end ?? text.length;
        continue;
      }
      const blank = text.indexOf("\n\n", start);
      // Behind the last one there may be one line end more.
      const end = blank === -1 ? text.length : blank;
      const line = text.startsWith(NAME_LINE, start) ? text.indexOf("\n", start) + 1 : start;
      const isPlain = text.startsWith(DATA_LINE, line) && text.indexOf("\n", line) === end;
      if (isPlain) {
        const data = text.slice(line + DATA_LINE.length, end);
        if (data !== "" && this.#error === undefined && !data.startsWith(DONE))
          this.#guarded(() => this.#take(data, text.slice(start, end + 2)));
      } else this.#lines.push(Buffer.from(text.slice(start, end + 2)));
      start = end + 2;
    }
  }

  /** `isWhole`: the endpoint's stream has come to its own end. */
  finish(isWhole: boolean): Buffer {
    if (this.#isOver || !isWhole) return NOTHING;
    // A last event whose blank line is missing counts for the end of the stream, so it does here.
    if (this.#lines.isMidLine && this.#lines.hasData) this.onDataEnd();
    if (this.#hasData) this.onEventEnd();
    if (this.#error === undefined) this.#guarded(() => this.#translation.finish(this.#out));
    const text = this.#taken();
    if (this.#error !== undefined) return this.#end(text);
    this.#isOver = true;
    return Buffer.from(text + (this.#list === undefined ? endText(this.#client.api) : this.#list.end()));
  }

  /** The event that tells that the answer cannot become whole. */
  failed(code: ErrorCode, message: string): Buffer {
    return this.#told(this.#failedEvent(code, message));
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.#pieces.push(chunk.subarray(start, end));
    this.#size += end - start;
    if (this.#size > MAX_EVENT_BYTES) this.#fail("upstream_bad_response", TOO_LONG);
  }

  onDataEnd(): void {
    const line = this.#line();
    this.#data = this.#hasData ? `${this.#data}\n${line}` : line;
    this.#hasData = true;
  }

  onEventEnd(): void {
    const data = this.#data;
    const isEvent = this.#hasData;
    this.#data = "";
    this.#hasData = false;
    this.#size = 0;
    if (!isEvent || this.#error !== undefined || data === "" || data.startsWith(DONE)) return;
    const spliced = this.#spliced?.tellData(data) ?? "";
    if (spliced === "") this.#guarded(() => this.#take(data));
    else this.#tell(spliced);
  }

  /** What follows of an event that was not taken apart. */
  #tell(spliced: string): void {
    if (this.#out.length > 0) this.#text = this.#taken();
    this.#text += spliced;
  }

  /** `written`: all lines of the event, where these are no more than its name and one of data. */
  #take(data: string, written = ""): void {
    this.#spliced?.close();
    const value = objectOf(data);
    if (value === undefined) throw new GatewayError("upstream_bad_response", { message: NO_JSON });
    if (isErrorEvent(value)) this.#error = this.#endpointError(data);
    else if (this.#spliced === undefined || written === "") this.#translation.push(value, this.#out);
    else {
      const { number } = this.#spliced.pieces;
      const { length } = this.#out;
      this.#translation.push(value, this.#out);
      if (this.#out.length !== length + 1) return;
      const dataAt = written.length - data.length - 2;
      this.#spliced.learn({ written, dataAt, value, number }, this.#out.slice(length));
    }
  }

  /** What one line of data says, whole. */
  #line(): string {
    const [first] = this.#pieces;
    const bytes = this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return bytes.toString("utf8");
  }

  #keepOpen(): void {
    const last = this.#pieces.length - 1;
    const piece = this.#pieces[last];
    if (piece !== undefined) this.#pieces[last] = Buffer.from(piece);
  }

  #taken(): string {
    let text = this.#text;
    this.#text = "";
    if (this.#out.length === 0) return text;
    text += this.#list === undefined ? eventText(this.#client.api, this.#out) : this.#list.text(this.#out);
    this.#out = [];
    return text;
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#fail(error.code, error.message);
    }
  }

  #fail(code: ErrorCode, message: string): void {
    this.#spliced?.close();
    this.#fault ??= code;
    this.#error ??= this.#failedEvent(code, message);
  }

  #endpointError(text: string): Buffer {
    const said = this.#client.endpointWords(text);
    const code = isContextLength(said) ? "context_length_exceeded" : said.code || said.type || "server_error";
    const message = said.message === "" ? NO_WORDS : said.message;
    return this.#lastEvent(code, message) ?? this.#client.endpointError(text);
  }

  #failedEvent(code: ErrorCode, message: string): Buffer {
    return this.#lastEvent(code, message) ?? this.#client.ownError(code, message);
  }

  #told(event: Buffer): Buffer {
    return this.#list === undefined ? event : this.#list.failed(event);
  }

  #lastEvent(code: string, message: string): Buffer | undefined {
    if (this.#translation.fail === undefined) return undefined;
    const out: JsonObject[] = [];
    this.#translation.fail(code, message, out);
    return Buffer.from(eventText(this.#client.api, out));
  }

  #end(before: string): Buffer {
    this.#isOver = true;
    this.#pieces = [];
    const error = this.#error === undefined ? NOTHING : this.#told(this.#error);
    return Buffer.concat([Buffer.from(before), error]);
  }
}

const COLON = 0x3a;
const CR = 0x0d;
const BLANK_LINE = Buffer.of(0x0a, 0x0a);
const DONE = "[DONE]";
const NAME_LINE = "event: ";
const DATA_LINE = "data: ";

const NO_JSON = "The endpoint's stream has an event that is no JSON object, so that it cannot be translated.";
const NO_WORDS = "The endpoint reported an error.";
const TOO_LONG = "The endpoint's stream has an event of more than 32 MiB, so that it cannot be translated.";

function objectOf(text: string): JsonObject | undefined {
  try {
    const value = parseExactly(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

/** An event that tells of nothing but a failure. */
function isErrorEvent(event: JsonObject): boolean {
  const { type, error } = event;
  if (type === "error") return true;
  return error !== undefined && error !== null && error !== "" && event["choices"] === undefined;
}
