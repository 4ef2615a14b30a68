// Looks at the first bytes of an answer while nothing has been sent yet: is it an answer, or a failure in an
// answer's clothes? Keeps them until that is clear. Linear: no byte is looked at twice for the same question, however
// small the pieces are.

import { classifyAnswer, needsBody, VERDICTS, type Verdict } from "../../routing/health/failure-class.ts";
import type { ContentSearch } from "../../wires/stream/content-search.ts";
import { unpacked } from "../answer/unpack.ts";
import { EVENT_STREAM } from "../outcome/classify.ts";
import { FirstEvent, isUnlabelledStream } from "./first-event.ts";
import type { LookRules } from "./look-rules.ts";

/** At most this much is kept before an answer is taken for one. */
const MAX_KEPT_BYTES = 64 * 1024;
/** Enough of an error's body to know its kind. */
const ENOUGH_FOR_ERROR = 8 * 1024;
/** Enough to see how a body begins. */
const START_BYTES = 256;

/** How answers begin that may turn out to be errors, or that hide what they are behind an `id`. */
const LOOKS_LIKE_ERROR =
  /^(?:\xef\xbb\xbf)?\s*(?:\[?\s*\{\s*(?:"(?:error|errors|type|object|detail|code|message|success|status|msg|id|model|created|choices|base_resp|request_id|error_code|error_msg|statusCode|timestamp)"\s*:|"[a-z_C]{0,10}"?\s*$|$)|\[?\s*$)/;
/** A field that makes an answer of what it stands in. */
const ANSWER = /"(?:choices|output|content|data|results|embeddings|text)"\s*:\s*[["{]/;

/** What the first bytes say: `more` of them are needed. */
export type FirstLook = Verdict | "more";

/** The first bytes of one answer. */
export class FirstBytes {
  readonly #rules: LookRules;
  readonly #content: ContentSearch | undefined;
  #event: FirstEvent | undefined;
  /** Whether it is still to be seen if a body that says it is something else is a stream. */
  #isUnsure: boolean;
  #pieces: Buffer[] = [];
  #size = 0;
  /** The first bytes as Latin-1 text, and how many pieces it was made of. */
  #start = "";
  #startPieces = 0;
  /** How the body begins, where it cannot change any more. */
  #looksLikeError: boolean | undefined;
  #lastByte = 0;
  #isServed = false;
  #isWhole = false;

  constructor(rules: LookRules) {
    this.#rules = rules;
    this.#content = rules.wantsContent ? rules.wire.contentSearch() : undefined;
    const isGood = rules.status < 300;
    this.#event = rules.isEventStream && isGood ? new FirstEvent() : undefined;
    this.#isUnsure = rules.mayBeStream && isGood && !rules.isEventStream;
  }

  /** Whether the head alone decides. */
  static isHeadEnough(rules: LookRules): boolean {
    if (rules.wantsContent || needsBody(rules.status, rules.contentType)) return false;
    if (rules.isTranslated === true && rules.status >= 300) return false;
    return !rules.keepsErrors || FirstBytes.verdictOf(rules).code === undefined;
  }

  /** The verdict of the head alone. */
  static verdictOf(rules: LookRules): Verdict {
    return classifyAnswer(rules.status, rules.contentType, undefined, rules.model);
  }

  /** Takes a piece and looks. */
  push(piece: Buffer): FirstLook {
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#rules.status >= 300) return this.#lookAtError();
    this.#scan(piece);
    if (this.#size >= MAX_KEPT_BYTES) return this.#verdict();
    return this.#lookAtAnswer();
  }

  /** Nothing more is waited for, since the answer is over (`isWhole`) or too slow: what it is must be said now. */
  end(isWhole: boolean): Verdict {
    this.#isWhole = isWhole;
    // A stream that is over without a single event.
    if (this.#event !== undefined && !this.#event.hasData) return VERDICTS.bad_response;
    return this.#verdict();
  }

  /** Whether nothing of the body has come. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Whether all of the body was kept. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether it is an event stream, by its head or by how it begins. */
  get isEventStream(): boolean {
    return this.#rules.isEventStream || this.#event !== undefined;
  }

  /** What was kept, to be passed on or to be shown. One piece is not copied. */
  bytes(): Buffer {
    const [first] = this.#pieces;
    if (this.#pieces.length === 1 && first !== undefined) return first;
    const joined = Buffer.concat(this.#pieces, this.#size);
    this.#pieces = [joined];
    return joined;
  }

  /** True when the whole answer, as far as it was kept, has no content. */
  get isWithoutContent(): boolean {
    return this.#content !== undefined && this.#size < MAX_KEPT_BYTES && !this.#content.finish();
  }

  #lookAtError(): FirstLook {
    const isEnough = this.#rules.keepsErrors ? MAX_KEPT_BYTES : ENOUGH_FOR_ERROR;
    return this.#size >= isEnough ? this.#verdict() : "more";
  }

  /** An error may be on its way in pieces: most answers show in their first bytes that they are none. */
  #lookAtAnswer(): FirstLook {
    if (!this.#isServed) {
      if (this.#isUndecided()) return "more";
      const verdict = this.#verdict();
      if (verdict.code !== undefined || this.#content === undefined) return verdict;
      this.#isServed = true;
    }
    return this.#content?.isFound === false ? "more" : VERDICTS.served;
  }

  #scan(piece: Buffer): void {
    this.#content?.push(piece);
    this.#lastByte = lastByteOf(piece, this.#lastByte);
    if (this.#event !== undefined) this.#event.push(piece);
    else if (this.#isUnsure) this.#scanUnlabelled();
  }

  #scanUnlabelled(): void {
    const isStream = isUnlabelledStream(this.#beginning());
    this.#isUnsure = isStream === undefined;
    if (isStream !== true) return;
    this.#event = new FirstEvent();
    for (const piece of this.#pieces) this.#event.push(piece);
  }

  #isUndecided(): boolean {
    if (this.#event !== undefined) return !this.#event.isWhole;
    if (this.#isUnsure) return true;
    // Nearly every answer comes in one piece, and whole or far longer than an error.
    if (this.#lastByte === CLOSE_BRACE || this.#lastByte === CLOSE_BRACKET) return false;
    return this.#size < ENOUGH_FOR_ERROR && this.#mayBeError();
  }

  #mayBeError(): boolean {
    if (this.#looksLikeError !== undefined) return this.#looksLikeError;
    const start = this.#beginning();
    const isLike = LOOKS_LIKE_ERROR.test(start) && !ANSWER.test(start);
    if (!isLike || start.length >= START_BYTES) this.#looksLikeError = isLike;
    return isLike;
  }

  #beginning(): string {
    for (
      ;
      this.#start.length < START_BYTES && this.#startPieces < this.#pieces.length;
      this.#startPieces += 1
    )
      this.#start +=
        this.#pieces[this.#startPieces]?.toString("latin1", 0, START_BYTES - this.#start.length) ?? "";
    return this.#start;
  }

  #verdict(): Verdict {
    const { status, contentType, contentEncoding, model } = this.#rules;
    // Errors often come compressed where the client takes that; their class must not depend on it.
    const bytes = status < 400 ? this.bytes() : unpacked(this.bytes(), contentEncoding);
    const type = this.#event === undefined ? contentType : EVENT_STREAM;
    return classifyAnswer(status, type, bytes, model);
  }
}

const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** The last byte that is no space, over all pieces. */
function lastByteOf(piece: Buffer, before: number): number {
  for (let at = piece.length - 1; at >= 0; at -= 1) {
    const byte = piece[at] ?? 0;
    if (byte > 0x20) return byte;
  }
  return before;
}
