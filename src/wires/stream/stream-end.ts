// Watches an event stream come from an endpoint and says whether it reached its own end, so that a cut stream is never
// taken for a whole one. Not a parser of events, and it changes no byte.

import { endsWithBlankLine } from "../../bytes/sse-lines.ts";
import { SsePosition } from "../../bytes/sse-position.ts";
import { NothingScan } from "../../core/says-nothing.ts";
import type { StreamDialect } from "../paths/operation.ts";
import { ChoiceCount } from "./choice-count.ts";
import { DONE_LINE, MADE, MARKS, type Marks, STREAM_START } from "./sse-marks.ts";

/** Longer than any mark, so that one that is split over chunks is found in the joined text. */
const TAIL_CHARS = 160;
// Stands for the text before a tail, so that the tail's first character is not taken for a line's.
const CUT = "~";

/** What is kept of an error, to see what it is about. */
const MAX_ERROR_CHARS = 2_048;

/** One stream's watcher. About 0.3 µs for a chunk of 300 bytes that ends an event (bench/stream-end.bench.ts). */
export class StreamEnd {
  readonly #marks: Marks;
  readonly #isUnknown: boolean;
  /** Where the stream stands as the endpoint has sent it. */
  readonly position = new SsePosition();
  #any: RegExp;
  #choices: ChoiceCount | undefined;
  #tail = STREAM_START;
  #hasDone = false;
  #hasEnd = false;
  #hasFinal = false;
  /** The value of an error that was not whole when its chunk was. */
  #openError: NothingScan | undefined;
  #errorText: string | undefined;
  #isOver = false;
  #hadEvent = false;

  constructor(dialect: StreamDialect) {
    this.#marks = MARKS[dialect];
    this.#any = this.#marks.any;
    this.#isUnknown = dialect === "unknown";
  }

  /** Takes a chunk of any size, split anywhere. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const endsEvent = endsWithBlankLine(chunk);
    if (!this.#hasDone) this.#search(chunk, endsEvent);
    this.position.push(chunk, endsEvent);
  }

  /**
   * True once the stream has reached its own end and no line is cut: a finish_reason of each choice, a final event or an
   * error event was seen; after `[DONE]` in any case. Nothing is known of the end of an `unknown` stream, so it is
   * complete wherever no event is open.
   */
  get isComplete(): boolean {
    return this.#isUnknown && !this.#hasDone ? this.position.isAtBoundary : this.#hasOwnEnd;
  }

  /** True once the stream itself has said that it is at its end, and no line is cut. */
  get #hasOwnEnd(): boolean {
    if (this.#hasDone) return true;
    const isEnded = this.#hasEnd && (this.#choices === undefined || this.#choices.isAllFinished);
    return (isEnded || (this.hasError && !this.#isUnknown)) && !this.position.isMidLine;
  }

  /** True once an end was seen: of a choice, or of the answer. What follows is no more than a few events. */
  get isNearEnd(): boolean {
    return this.#hasEnd || this.#hasDone;
  }

  /**
   * True once nothing more can follow: after `[DONE]`, or the last event of a dialect that has none, with its blank
   * line. An endpoint that keeps the connection open then need not be waited for.
   */
  get isFinal(): boolean {
    // After a CR its LF may be on the way.
    if (!this.position.isAtBoundary || this.position.isAfterCr) return false;
    return this.#hasDone || this.#hasFinal;
  }

  /**
   * True while it is at its own end, and nothing that a model makes came after it: usage may still follow. Then it is
   * whole, however its connection ends.
   */
  get isOver(): boolean {
    return this.#hasDone || (this.#isOver && this.#hasOwnEnd);
  }

  /** Whether the last chunk had more than comments in it; only known where it is over. */
  get hadEvent(): boolean {
    return this.#hadEvent;
  }

  /** True once the endpoint has reported an error inside the stream. */
  get hasError(): boolean {
    return this.#errorText !== undefined;
  }

  /** The error's text, as far as it came in one chunk; undefined while there was none. */
  get errorText(): string | undefined {
    return this.#errorText;
  }

  #search(chunk: Buffer, endsEvent: boolean): void {
    const text = this.#tail + chunk.toString("latin1");
    if (this.#openError !== undefined) this.#goOnWithError(text);
    const wasOver = this.#isOver;
    if (this.#any.test(text)) this.#found(text, chunk);
    else this.#choices?.push(chunk);
    if (wasOver) this.#lookBehindEnd(text);
    // No mark goes across a blank line.
    if (endsEvent) this.#tail = "";
    else this.#tail = text.length > TAIL_CHARS ? CUT + text.slice(-TAIL_CHARS) : text;
  }

  /** There is a mark of some kind in the text; that of a chunk before may be found again. */
  #found(text: string, chunk: Buffer): void {
    const { end, final, index } = this.#marks;
    if (this.#choices === undefined && index?.test(text) === true) this.#countChoices();
    this.#choices?.push(chunk);
    this.#hasDone ||= DONE_LINE.test(text);
    this.#hasFinal ||= final?.test(text) === true;
    const isEnd = end.test(text);
    if (isEnd || this.#hasFinal) {
      this.#hasEnd = true;
      // What one read has brought may go on behind the end.
      this.#isOver = this.#hasFinal || !MADE.test(behindLast(end, text));
    }
    if (this.#errorText === undefined) this.#searchError(text);
  }

  #countChoices(): void {
    this.#any = this.#marks.anyBut;
    this.#choices = new ChoiceCount(this.#hasEnd);
    // What is known of the event that is open is all of it, unless it was cut.
    if (this.#tail.startsWith(CUT)) return;
    const tail = this.#tail.startsWith(STREAM_START) ? this.#tail.slice(STREAM_START.length) : this.#tail;
    this.#choices.push(Buffer.from(tail, "latin1"));
  }

  #searchError(text: string): void {
    const { errorType, errorKey } = this.#marks;
    const typed = errorType?.exec(text);
    if (typed !== null && typed !== undefined) this.#setError(`{${text.slice(typed.index)}`);
    for (const match of text.matchAll(errorKey)) {
      const start = match.index + match[0].length - 1;
      // Found before, when the chunk was the last one.
      if (start < this.#tail.length) continue;
      const scan = new NothingScan();
      const saying = scan.push(text, start);
      if (saying === "open") this.#openError = scan;
      if (saying !== "something") continue;
      this.#setError(text.slice(start));
      return;
    }
  }

  #goOnWithError(text: string): void {
    const saying = this.#openError?.push(text, this.#tail.length);
    if (saying === "open") return;
    this.#openError = undefined;
    if (saying === "something" && this.#errorText === undefined) this.#setError(text);
  }

  #setError(text: string): void {
    this.#errorText = text.slice(0, MAX_ERROR_CHARS);
    this.#isOver = true;
  }

  /** After an end: was it the end, and was there more than comments? */
  #lookBehindEnd(text: string): void {
    const isNew = text.slice(this.#tail.length);
    const firstLine = this.position.isMidLine ? isNew.search(/[\r\n]/) : 0;
    this.#hadEvent = firstLine >= 0 && /(?:^|[\r\n])(?:data|event)/.test(isNew.slice(firstLine));
    if (MADE.test(isNew) && !this.#marks.end.test(isNew)) this.#isOver = false;
  }
}

/** What follows the event in which a mark is found last. */
function behindLast(mark: RegExp, text: string): string {
  let rest = text;
  for (let found = mark.exec(rest); found !== null; found = mark.exec(rest)) {
    const line = rest.slice(found.index + found[0].length);
    const end = line.search(/[\r\n]/);
    rest = end === -1 ? "" : line.slice(end);
  }
  return rest;
}
