// Looks at the first bytes of an answer while nothing has been sent yet: is it an answer, or a failure in an
// answer's clothes? Keeps them until that is clear. Called by `attempt.ts`.

import { classifyAnswer, needsBody, VERDICTS, type Verdict } from "../routing/failure-class.ts";
import { unpacked } from "./unpack.ts";

/** At most this much is kept before an answer is taken for one. */
const MAX_KEPT_BYTES = 64 * 1024;
/** Enough of an error's body to know its kind. */
const ENOUGH_FOR_ERROR = 8 * 1024;

const LOOKS_LIKE_ERROR =
  /^[\s\ufeff]*(?:\{\s*(?:"(?:error|type|object|detail|code|message|success)"\s*:|"[a-z]{0,7}"?\s*$|$)|$)/;
const FIRST_EVENT_LOOKS_LIKE_ERROR =
  /^(?:[\s\ufeff]|:[^\n]*\n)*(?:event: ?(?:error|response\.failed)|data: ?\{\s*"(?:error|type)"|(?:e|ev|eve|even|event|d|da|dat|data)?:? ?\{?\s*"?$)/;
/**
 * Something that a model made: a text that is not empty, a list that does not begin with a part of text (whose own
 * text then counts), a call of a tool. In doubt it is content: an answer must not be thrown away.
 */
const CONTENT =
  /"(?:content|text|delta|reasoning|reasoning_content|thinking|arguments|partial_json|refusal|data)"\s*:\s*(?:"[^"]|\[\s*(?!\{\s*"type"\s*:\s*"(?:output_)?text")[^\]\s])|"(?:audio|function_call)"\s*:\s*\{|"tool_calls"\s*:\s*\[\s*[^\]\s]|"type"\s*:\s*"(?:\w+_call|\w*tool_use)"/;

/** What the first bytes say: `more` of them are needed. */
export type FirstLook = Verdict | "more";

/** How much has to be seen of an answer. */
export type FirstBytesOptions = {
  readonly status: number;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly isEventStream: boolean;
  /** Wait until there is some content, or the end (`retries.on_empty_answer`). */
  readonly wantsContent: boolean;
  /** Wait for the first whole event of a stream (`streams.hold_first_event`, hedging). */
  readonly holdsFirstEvent: boolean;
  /** Read an error to its end, since it may be shown. */
  readonly keepsErrors: boolean;
};

/** The first bytes of one answer. */
export class FirstBytes {
  readonly #options: FirstBytesOptions;
  #pieces: Buffer[] = [];
  #size = 0;
  #isWhole = false;
  readonly #event = new WholeEvent();

  constructor(options: FirstBytesOptions) {
    this.#options = options;
  }

  /** Whether the head alone decides. */
  static isHeadEnough(options: FirstBytesOptions): boolean {
    if (options.wantsContent || needsBody(options.status, options.contentType)) return false;
    return !options.keepsErrors || FirstBytes.verdictOf(options).code === undefined;
  }

  /** The verdict of the head alone. */
  static verdictOf(options: FirstBytesOptions): Verdict {
    return classifyAnswer(options.status, options.contentType, undefined);
  }

  /** Takes a piece and looks. */
  push(piece: Buffer): FirstLook {
    this.#pieces.push(piece);
    this.#size += piece.length;
    return this.#look(false);
  }

  /** Nothing more is waited for, since the answer is over (`isWhole`) or too slow: what it is must be said now. */
  end(isWhole: boolean): Verdict {
    this.#isWhole = isWhole;
    if (this.#isEventless()) return VERDICTS.bad_response;
    const look = this.#look(true);
    return look === "more" ? this.#verdict() : look;
  }

  /** Whether all of the body was kept. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** What was kept, to be passed on or to be shown. One piece is not copied. */
  bytes(): Buffer {
    const [first] = this.#pieces;
    if (this.#pieces.length === 1 && first !== undefined) return first;
    const joined = Buffer.concat(this.#pieces, this.#size);
    this.#pieces = [joined];
    return joined;
  }

  #look(isEnd: boolean): FirstLook {
    if (isEnd || this.#size >= MAX_KEPT_BYTES) return this.#verdict();
    const { status, keepsErrors } = this.#options;
    if (status >= 300) return !keepsErrors && this.#size >= ENOUGH_FOR_ERROR ? this.#verdict() : "more";
    if (this.#isUndecided()) return "more";
    const verdict = this.#verdict();
    if (verdict.code !== undefined) return verdict;
    return this.#options.wantsContent && !this.#hasContent() ? "more" : verdict;
  }

  /** An error may be on its way in pieces: most answers show in their first bytes that they are none. */
  #isUndecided(): boolean {
    const { isEventStream, holdsFirstEvent } = this.#options;
    const bytes = this.bytes();
    if (!isEventStream) {
      if (beginsAsAnswer(bytes)) return false;
      return this.#size < ENOUGH_FOR_ERROR && LOOKS_LIKE_ERROR.test(startOf(bytes)) && !endsObject(bytes);
    }
    if (this.#event.isIn(bytes)) return false;
    return (
      holdsFirstEvent || (this.#size < ENOUGH_FOR_ERROR && FIRST_EVENT_LOOKS_LIKE_ERROR.test(startOf(bytes)))
    );
  }

  /** A stream that is over without a single event. */
  #isEventless(): boolean {
    const { isEventStream, status } = this.#options;
    return (
      isEventStream && status < 300 && !/(?:^|[\r\n])(?:data|event):/.test(this.bytes().toString("latin1"))
    );
  }

  #verdict(): Verdict {
    const { status, contentType, contentEncoding } = this.#options;
    // Errors often come compressed where the client takes that; their class must not depend on it.
    const bytes = status < 400 ? this.bytes() : unpacked(this.bytes(), contentEncoding);
    return classifyAnswer(status, contentType, bytes);
  }

  #hasContent(): boolean {
    return CONTENT.test(this.bytes().toString("latin1"));
  }

  /** True when the whole answer, as far as it was kept, has no content. */
  get isWithoutContent(): boolean {
    return this.#options.wantsContent && this.#size < MAX_KEPT_BYTES && !this.#hasContent();
  }
}

/** `{"i`, as nearly every answer begins (`id`): no error's first key does. */
function beginsAsAnswer(bytes: Buffer): boolean {
  return bytes[0] === 0x7b && bytes[1] === 0x22 && bytes[2] === 0x69;
}

function startOf(bytes: Buffer): string {
  return bytes.toString("latin1", 0, 256);
}

/** Looks for the first whole event in bytes that grow: each byte is looked at once. */
class WholeEvent {
  #seen = 0;
  /** Where the line that is under way begins. */
  #lineAt = 0;
  #hasField = false;
  #isFound = false;

  /** A blank line after something else than comments: the first event is whole. `bytes` begin as they did before. */
  isIn(bytes: Buffer): boolean {
    for (; !this.#isFound && this.#seen < bytes.length; this.#seen += 1) {
      const byte = bytes[this.#seen];
      if (byte !== LF && byte !== CR) continue;
      // Of a CR and its LF the second ends an empty line of its own, which is none.
      const isPair = byte === LF && this.#seen > 0 && bytes[this.#seen - 1] === CR;
      if (!isPair && this.#seen === this.#lineAt) this.#isFound = this.#hasField;
      else if (!isPair) this.#hasField ||= startsField(bytes, this.#lineAt);
      this.#lineAt = this.#seen + 1;
    }
    return this.#isFound;
  }
}

const LF = 0x0a;
const CR = 0x0d;

function startsField(bytes: Buffer, at: number): boolean {
  const start = bytes.toString("latin1", at, at + 9).replace(/^\xef\xbb\xbf/, "");
  return start.startsWith("data:") || start.startsWith("event:");
}

function endsObject(bytes: Buffer): boolean {
  let last = bytes.length - 1;
  while (last >= 0 && (bytes[last] ?? 0) <= 0x20) last -= 1;
  return bytes[last] === 0x7d;
}
