// Finds the values of a key in JSON that comes in pieces, and how deep each stands, without reading what comes before:
// the text behind a value closes as many objects and lists as were open around it. Holds nothing but the values.

import { SplitNeedle } from "./split-needle.ts";

/** Is told of values. */
export interface ValueSink {
  /** The value of a key, once its text is at its end: how deep it stands, 1 for a member of the outermost object. */
  onValue(key: Buffer, json: string, depth: number): void;
}

/** A longer value is none of interest. */
const MAX_VALUE_BYTES = 16 * 1024;
/** So many values of a text are kept; others of the same key are not looked at. */
const MAX_VALUES = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

type FoundValue = { readonly json: string; readonly level: number };
const NONE: readonly FoundValue[] = [];

/**
 * One search. `isStream`: texts are events, which end with a blank line; else all is one text. Only values that are
 * objects are told of. While no key was met a piece costs one native search.
 */
export class MemberSearch {
  readonly #needle: Buffer;
  readonly #split: SplitNeedle;
  readonly #isStream: boolean;
  readonly #sink: ValueSink;
  /** `seek`: nothing found in this text. Else what is being read. */
  #state: "seek" | "colon" | "value" | "capture" | "track" = "seek";
  #found = NONE;
  /** Objects and lists that were opened, less those that were closed, since the first key. */
  #level = 0;
  #isInText = false;
  #isEscaped = false;
  #hasLineEnd = false;
  /** How deep the captured value is open, and what came of it in earlier pieces. */
  #valueDepth = 0;
  #held = "";
  /** The bytes of the text that is being read, while it may be the key. */
  #keyLength = -1;

  /** `key` with its quotes, in ASCII. */
  constructor(key: Buffer, isStream: boolean, sink: ValueSink) {
    this.#needle = key;
    this.#split = new SplitNeedle(key);
    this.#isStream = isStream;
    this.#sink = sink;
  }

  /** Takes a piece, cut anywhere. */
  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#state === "seek") {
        at = this.#split.next(piece, at);
        if (at === -1) return;
        this.#begin();
      } else if (this.#state === "capture") at = this.#capture(piece, at);
      else at = this.#track(piece, at);
    }
    // A piece that was not searched has no beginning of a key either.
    if (this.#state !== "seek") this.#split.next(piece, piece.length);
  }

  /** Nothing more comes: what was found in the last text is told. */
  finish(): void {
    if (this.#state !== "seek") this.#endText();
  }

  #begin(): void {
    this.#state = "colon";
    this.#level = 0;
    this.#isInText = false;
    this.#isEscaped = false;
    this.#hasLineEnd = false;
    this.#keyLength = -1;
  }

  #endText(): void {
    const found = this.#found;
    this.#state = "seek";
    this.#held = "";
    if (found.length === 0) return;
    this.#found = NONE;
    for (const { json, level } of found) this.#sink.onValue(this.#needle, json, level - this.#level);
  }

  /** Reads structure from `start` on; gives where to go on. */
  #track(piece: Buffer, start: number): number {
    let at = start;
    while (at < piece.length) {
      if (this.#isInText) {
        at = this.#passText(piece, at);
        continue;
      }
      const byte = piece[at] as number;
      at += 1;
      if (byte === LF || byte === CR) {
        if (!this.#isStream) continue;
        if (byte === LF && this.#hasLineEnd) {
          this.#endText();
          return at;
        }
        if (byte === LF || piece[at] === CR) this.#hasLineEnd = true;
        continue;
      }
      this.#hasLineEnd = false;
      if (byte === SPACE || byte === TAB) continue;
      if (this.#take(byte)) return at - 1;
    }
    return at;
  }

  /** Takes a byte of structure; true where a value begins with it that is to be kept. */
  #take(byte: number): boolean {
    const state = this.#state;
    if (state === "colon") this.#state = byte === COLON ? "value" : "track";
    else if (state === "value") {
      this.#state = "track";
      if (byte === OPEN_OBJECT && this.#found.length < MAX_VALUES) {
        this.#state = "capture";
        this.#valueDepth = 0;
        this.#held = "";
        return true;
      }
    }
    if (byte === QUOTE) {
      this.#isInText = true;
      this.#keyLength = 1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#level += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#level -= 1;
    return false;
  }

  /** Goes on in a text, which may be the key once more; gives where to go on. */
  #passText(piece: Buffer, start: number): number {
    let at = start;
    const needle = this.#needle;
    while (this.#keyLength > 0 && at < piece.length) {
      if (piece[at] !== needle[this.#keyLength]) {
        this.#keyLength = -1;
        break;
      }
      at += 1;
      this.#keyLength += 1;
      if (this.#keyLength < needle.length) continue;
      this.#isInText = false;
      this.#keyLength = -1;
      this.#state = "colon";
      return at;
    }
    if (at === piece.length) return at;
    return this.#passRest(piece, at);
  }

  #passRest(piece: Buffer, start: number): number {
    let at = start;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      at += 1;
    }
    for (;;) {
      const quote = piece.indexOf(QUOTE, at);
      const end = quote === -1 ? piece.length : quote;
      if (!isEscapedAt(piece, at, end)) {
        if (quote !== -1) this.#isInText = false;
        return quote === -1 ? end : end + 1;
      }
      if (quote === -1) {
        this.#isEscaped = true;
        return end;
      }
      at = end + 1;
    }
  }

  /** Takes the bytes of the value up to its end; gives where to go on. */
  #capture(piece: Buffer, start: number): number {
    let at = start;
    for (; at < piece.length; at += 1) {
      const byte = piece[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#isInText) {
        if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInText = false;
      } else if (byte === QUOTE) this.#isInText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#valueDepth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.#valueDepth -= 1;
        if (this.#valueDepth === 0) return this.#captured(piece, start, at + 1);
      }
    }
    this.#hold(piece, start, at);
    return at;
  }

  #captured(piece: Buffer, start: number, end: number): number {
    this.#hold(piece, start, end);
    if (this.#held !== "") this.#found = [...this.#found, { json: this.#held, level: this.#level }];
    this.#held = "";
    this.#state = "track";
    return end;
  }

  #hold(piece: Buffer, start: number, end: number): void {
    if (this.#held.length + end - start <= MAX_VALUE_BYTES)
      this.#held += piece.toString("latin1", start, end);
    else this.#held = "";
  }
}

/** Whether an odd number of backslashes stands before `at`, none of them before `from`. */
function isEscapedAt(piece: Buffer, from: number, at: number): boolean {
  let count = 0;
  while (at - 1 - count >= from && piece[at - 1 - count] === BACKSLASH) count += 1;
  return count % 2 === 1;
}
