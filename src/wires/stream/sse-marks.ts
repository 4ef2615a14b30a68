// How streams of each dialect say that they are over, as patterns for Latin-1 text.
//
// In JSON text a quote inside a string is always escaped, so `"type":` with bare quotes is a real key. The text
// `[DONE]` may well be part of an answer, so it counts only as a whole line.

import type { StreamDialect } from "../paths/operation.ts";

/** The patterns of one dialect; each is searched in the text of one or two chunks. */
export type Marks = {
  /** Any of the others, in one search. */
  readonly any: RegExp;
  /** The same where choices are counted already. */
  readonly anyBut: RegExp;
  /** The answer is complete; little may follow. */
  readonly end: RegExp;
  /** Nothing follows. */
  readonly final: RegExp | undefined;
  /** An event that says by its type that it is an error. */
  readonly errorType: RegExp | undefined;
  /** A key `error`, up to the first character of its value, which may yet say nothing. */
  readonly errorKey: RegExp;
  /** There is more than one choice, or more than one call of a tool. */
  readonly index: RegExp | undefined;
};

/** Stands before a stream's first character in the text that is searched; no Latin-1 text has it. */
export const STREAM_START = "\u0100";

/** A byte order mark counts for nothing at the very beginning, and only there (HTML standard §9.2.6). */
const DONE = `(?:^|[\\r\\n]|${STREAM_START}(?:\\xef\\xbb\\xbf)?)data: ?\\[DONE\\]`;
/** The end of every dialect. */
export const DONE_LINE = new RegExp(DONE);

/** A string of JSON has no line end in it: such a value is cut. */
const FINISH_REASON = '"finish_reason"\\s?:\\s?"[^"\\r\\n]';
const RESPONSE_END = '"type"\\s?:\\s?"response\\.(?:completed|failed|incomplete)"';
const MESSAGE_STOP = '"type"\\s?:\\s?"message_stop"';
const STOP_REASON = '"stop_reason"\\s?:\\s?"[^"\\r\\n]';
/** A prompt that is refused has no candidates. */
const GEMINI_END = '"(?:finishReason|blockReason)"\\s?:\\s?"[^"\\r\\n]';
const TYPED_END = '"type"\\s?:\\s?"[\\w.]{1,64}\\.(?:completed|done)"';
/** Of pictures there may be several. */
const TYPED_FINAL = '"type"\\s?:\\s?"(?:speech\\.audio|transcript\\.text)\\.done"';
const ERROR_TYPE = '"type"\\s?:\\s?"error"';
/** First in its event. Deeper ones may belong to a tool's result, which is no failure of the stream. */
const ERROR_FIRST = 'data: ?\\{\\s?"error"\\s?:\\s?[^n\\s]';
/** But for the filter's own state (Azure: "the contents are not filtered"), which is none of the answer. */
const ERROR_ANYWHERE = '"error"(?<!content_filter_results?"\\s?:\\s?\\{"error")\\s?:\\s?[^n\\s]';
const INDEX = '"index"\\s?:\\s?[1-9]';

/** The marks by dialect. */
export const MARKS: Readonly<Record<StreamDialect, Marks>> = {
  chat: marks({ end: FINISH_REASON, errorKey: ERROR_ANYWHERE, index: INDEX }),
  responses: marks({ end: RESPONSE_END, final: RESPONSE_END, errorType: ERROR_TYPE, errorKey: ERROR_FIRST }),
  anthropic: marks({
    end: `${STOP_REASON}|${MESSAGE_STOP}`,
    final: MESSAGE_STOP,
    errorType: ERROR_TYPE,
    errorKey: ERROR_FIRST,
  }),
  gemini: marks({ end: GEMINI_END, errorKey: ERROR_FIRST }),
  typed: marks({ end: TYPED_END, final: TYPED_FINAL, errorType: ERROR_TYPE, errorKey: ERROR_ANYWHERE }),
  // Never comes from an endpoint.
  lines: marks({ errorType: ERROR_TYPE, errorKey: ERROR_FIRST }),
  unknown: marks({ errorType: ERROR_TYPE, errorKey: ERROR_FIRST }),
};

/** Something that a model made: what comes after a mark of an end and has it shows that it was none. */
export const MADE =
  /"(?:content|text|delta|reasoning|reasoning_content|thinking|arguments|partial_json|refusal)"\s?:\s?"[^"]/;

type Patterns = {
  readonly end?: string;
  readonly final?: string;
  readonly errorType?: string;
  readonly errorKey: string;
  readonly index?: string;
};

function marks({ end, final, errorType, errorKey, index }: Patterns): Marks {
  const known = [DONE, end, final, errorType, errorKey].filter((one) => one !== undefined);
  const compiled = (pattern: string | undefined): RegExp | undefined =>
    pattern === undefined ? undefined : new RegExp(pattern);
  return {
    any: new RegExp([...known, ...(index === undefined ? [] : [index])].join("|")),
    anyBut: new RegExp(known.join("|")),
    // An empty pattern would match everything.
    end: compiled(end) ?? DONE_LINE,
    final: compiled(final),
    errorType: compiled(errorType),
    errorKey: new RegExp(errorKey, "g"),
    index: compiled(index),
  };
}
