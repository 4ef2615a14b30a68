// Watches an event stream pass and says whether it reached its own end, so that a cut stream is never taken for a
// whole one. Not a parser of events, and it changes no byte. Called by `proxy/` for every chunk of a stream.

import type { StreamDialect } from "../core/operation.ts";
import { SseScanner } from "./sse-lines.ts";

/** How a stream of one dialect ends; each pattern is searched in Latin-1 text of one or two chunks. */
type Marks = {
  /** Any of the others, in one search. */
  readonly any: RegExp;
  readonly end: RegExp;
  readonly error: RegExp;
};

const LF = 0x0a;
const CR = 0x0d;

/** Longer than any mark, so that one that is split over chunks is found in the joined text. */
const TAIL_CHARS = 160;
// Stands for the text before a tail, so that the tail's first character is not taken for a line's.
const CUT = "~";

// In JSON text a quote inside a string is always escaped, so `"type":` with bare quotes is a real key. The text
// `[DONE]` may well be part of an answer, so it counts only as a whole line.
const DONE = "(?:^(?:\\xef\\xbb\\xbf)?|[\\r\\n])data: ?\\[DONE\\]";
const DONE_LINE = new RegExp(DONE);
const FINISH_REASON = '"finish_reason"\\s?:\\s?"[^"]';
const RESPONSE_END = '"type"\\s?:\\s?"response\\.(?:completed|failed|incomplete)"';
const MESSAGE_STOP = '"type"\\s?:\\s?"message_stop"';
const TYPED_END = '"type"\\s?:\\s?"[\\w.]{1,64}\\.(?:completed|done)"';
const ERROR_TYPE = '"type"\\s?:\\s?"error"';
// First in its event. Deeper ones may belong to a tool's result, which is no failure of the stream.
// An error that says nothing is none: some vendors put an object of empty fields into every event.
const EMPTY = '(?:""|null|false|0|\\{\\s?\\}|\\[\\s?\\])';
const TOLD = '(?:"[^"]|true|[1-9]|\\{\\s?"|\\[\\s?[^\\]\\s])';
const ERROR = `"error"\\s?:\\s?(?:"[^"]|true|\\{\\s?(?:"\\w{1,32}"\\s?:\\s?${EMPTY}\\s?,\\s?){0,8}"\\w{1,32}"\\s?:\\s?${TOLD})`;
const ERROR_FIRST = `data: ?\\{\\s?${ERROR}`;
const ERROR_ANYWHERE = ERROR;

const MARKS: Readonly<Record<StreamDialect, Marks>> = {
  chat: marks([FINISH_REASON], [ERROR_ANYWHERE]),
  responses: marks([RESPONSE_END], [ERROR_TYPE, ERROR_FIRST]),
  anthropic: marks([MESSAGE_STOP], [ERROR_TYPE, ERROR_FIRST]),
  typed: marks([TYPED_END], [ERROR_TYPE, ERROR_ANYWHERE]),
  unknown: marks([], [ERROR_TYPE, ERROR_FIRST]),
};

const NOTHING = Buffer.alloc(0);
const ONE_LINE_END = Buffer.from("\n");
const TWO_LINE_ENDS = Buffer.from("\n\n");

function marks(end: readonly string[], error: readonly string[]): Marks {
  return {
    any: new RegExp([DONE, ...end, ...error].join("|")),
    // An empty pattern would match everything.
    end: end.length === 0 ? DONE_LINE : new RegExp(end.join("|")),
    error: new RegExp(error.join("|")),
  };
}

/** One stream's watcher. About 0.3 µs for a chunk of 300 bytes that ends an event (bench/sse-scan.bench.ts). */
export class StreamEnd {
  readonly #marks: Marks;
  readonly #isUnknown: boolean;
  readonly #isEndFinal: boolean;
  readonly #lines = new SseScanner();
  #tail = "";
  #hasDone = false;
  #hasEnd = false;
  #hasError = false;
  #isAtBoundary = true;

  constructor(dialect: StreamDialect) {
    this.#marks = MARKS[dialect];
    this.#isUnknown = dialect === "unknown";
    // After a finish_reason usage and `[DONE]` may follow; after these nothing does.
    this.#isEndFinal = dialect === "responses" || dialect === "anthropic";
  }

  /** Takes a chunk of any size, split anywhere. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (!this.#hasDone) this.#search(chunk);
    this.#isAtBoundary = endsWithBlankLine(chunk);
    if (this.#isAtBoundary) {
      this.#lines.skipToBoundary();
      return;
    }
    this.#lines.push(chunk);
    this.#isAtBoundary = !this.#lines.isMidLine && !this.#lines.hasData;
  }

  /**
   * True once the stream has reached its own end and no line is cut: a finish_reason, a final event or an error
   * event was seen; after `[DONE]` in any case. With several choices the first finish_reason counts. Nothing is
   * known of the end of an `unknown` stream, so it is complete wherever no event is open.
   */
  get isComplete(): boolean {
    if (this.#hasDone) return true;
    if (this.#isUnknown) return this.#isAtBoundary;
    return (this.#hasEnd || this.#hasError) && !this.#lines.isMidLine;
  }

  /**
   * True once nothing more can follow: after `[DONE]`, or the last event of a dialect that has none, with its blank
   * line. An endpoint that keeps the connection open then need not be waited for.
   */
  get isFinal(): boolean {
    // After a CR its LF may be on the way.
    if (!this.#isAtBoundary || this.#lines.isAfterCr) return false;
    return this.#hasDone || (this.#isEndFinal && this.#hasEnd);
  }

  /** True once the endpoint has reported an error inside the stream. */
  get hasError(): boolean {
    return this.#hasError;
  }

  /** True where an event may be appended as it is: after a blank line, or where no event with data is open. */
  get isAtBoundary(): boolean {
    return this.#isAtBoundary;
  }

  /** True while a line is cut: closing it delivers half an event to the client. */
  get isMidLine(): boolean {
    return this.#lines.isMidLine;
  }

  /** The bytes that close what is open, so that an event can be appended after them. */
  frameEnd(): Buffer {
    if (this.#lines.isMidLine) return TWO_LINE_ENDS;
    if (!this.#lines.hasData) return NOTHING;
    // After a CR the first LF only completes the line end that is there.
    return this.#lines.isAfterCr ? TWO_LINE_ENDS : ONE_LINE_END;
  }

  #search(chunk: Buffer): void {
    const text = this.#tail + chunk.toString("latin1");
    if (this.#marks.any.test(text)) {
      this.#hasDone ||= DONE_LINE.test(text);
      this.#hasEnd ||= this.#marks.end.test(text);
      this.#hasError ||= this.#marks.error.test(text);
    }
    // No mark goes across a blank line.
    if (endsWithBlankLine(chunk)) this.#tail = "";
    else this.#tail = text.length > TAIL_CHARS ? CUT + text.slice(-TAIL_CHARS) : text;
  }
}

function endsWithBlankLine(chunk: Buffer): boolean {
  const length = chunk.length;
  if (length < 2 || chunk[length - 1] !== LF) return false;
  if (chunk[length - 2] === LF) return true;
  return length > 2 && chunk[length - 2] === CR && chunk[length - 3] === LF;
}
