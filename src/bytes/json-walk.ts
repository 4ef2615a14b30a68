// Walks over one JSON object in bytes, checks all of it (RFC 8259; nesting up to 200) and tells where its own members
// stand. Can be left off anywhere and gone on with, so that a large body is walked in slices. Not a parser: no value is
// built, and nothing is known of what the members are called.

import { GatewayError } from "../core/errors.ts";
import { JsonSkipper } from "./json-skip.ts";

/** Is told of the members of the outermost object. */
export interface MemberSink {
  /** The key's bytes without its quotes, and the value's. */
  add(keyStart: number, keyEnd: number, start: number, end: number): void;
}

/** Deepest nesting of objects and arrays that is accepted, the outermost one counted. */
const MAX_JSON_DEPTH = 200;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What comes next. From `IN_KEY` on no white space is stepped over first. */
const START = 0;
const VALUE = 1;
const FIRST_VALUE = 2;
const KEY = 3;
const FIRST_KEY = 4;
const AFTER_KEY = 5;
const AFTER_VALUE = 6;
const END = 7;
const IN_KEY = 8;
const IN_STRING = 9;

/** One walk. Linear, no recursion, a few dozen bytes of memory. */
export class JsonWalk {
  readonly #skipper: JsonSkipper;
  readonly #length: number;
  readonly #sink: MemberSink;
  // One bit a level: 1 for an object, 0 for an array. A list of few small numbers is made faster than an array of bytes.
  readonly #kinds: number[] = [0, 0, 0, 0, 0, 0, 0];
  #at = 0;
  #state = START;
  #depth = 0;
  #isInObject = false;
  #keyStart = 0;
  #keyEnd = 0;
  #valueStart = 0;

  constructor(bytes: Buffer, sink: MemberSink) {
    this.#skipper = new JsonSkipper(bytes);
    this.#length = bytes.length;
    this.#sink = sink;
  }

  /** Where it is. */
  get at(): number {
    return this.#at;
  }

  /**
   * Goes on up to position `stop`, or a little beyond; true when all has been walked over.
   * @throws GatewayError invalid_json, json_too_deep
   */
  advance(stop: number): boolean {
    const skipper = this.#skipper;
    // Beyond the end, so that what is missing there is missed.
    const limit = stop >= this.#length ? this.#length + 1 : stop;
    skipper.stopAt(stop);
    let at = this.#at;
    let state = this.#state;
    while (at < limit) {
      if (state < IN_KEY) {
        at = skipper.space(at);
        if (at >= limit) break;
      }
      const byte = skipper.byte(at);
      if (state === AFTER_VALUE && byte === COMMA) {
        at += 1;
        state = this.#isInObject ? KEY : VALUE;
      } else if (state === AFTER_KEY && byte === COLON) {
        at += 1;
        state = VALUE;
      } else if (state >= KEY && state <= FIRST_KEY && byte === QUOTE) {
        if (this.#depth === 1) this.#keyStart = at + 1;
        at = this.#keyEnded(skipper.string(at + 1));
        state = this.#state;
      } else if (state <= FIRST_VALUE && state >= VALUE && byte !== CLOSE_BRACKET) {
        at = this.#value(at, byte);
        state = this.#state;
      } else if (state === END) {
        if (at < this.#length) throw skipper.invalid(at, "something follows the object");
        return true;
      } else {
        at = this.#rarer(at, state, byte);
        state = this.#state;
      }
    }
    this.#at = at;
    this.#state = state;
    return false;
  }

  /** A bracket that closes, the very beginning, the rest of a string that a slice has cut, or a fault. */
  #rarer(at: number, state: number, byte: number): number {
    const skipper = this.#skipper;
    switch (state) {
      case IN_KEY:
        return this.#keyEnded(skipper.string(at));
      case IN_STRING:
        return this.#stringEnded(skipper.string(at));
      case START:
        return this.#start(at, byte);
      case AFTER_VALUE:
        if (byte === (this.#isInObject ? CLOSE_BRACE : CLOSE_BRACKET)) return this.#close(at);
        throw skipper.unexpected(at, `a comma or ${this.#isInObject ? "}" : "]"} is expected`);
      case FIRST_KEY:
        if (byte === CLOSE_BRACE) return this.#close(at);
        throw skipper.unexpected(at, "a key in double quotes is expected");
      case KEY:
        throw skipper.unexpected(at, "a key in double quotes is expected");
      case AFTER_KEY:
        throw skipper.unexpected(at, "a colon is expected after the key");
      case FIRST_VALUE:
        return this.#close(at);
      default:
        throw skipper.unexpected(at, "a value is expected");
    }
  }

  #start(at: number, byte: number): number {
    if (byte === OPEN_BRACE) return this.#open(at, true);
    if (byte === -1) throw wrongStart("it holds nothing but white space");
    if (byte === OPEN_BRACKET) throw wrongStart("it has to be an object, not an array");
    throw this.#skipper.unexpected(at, "an object is expected");
  }

  #value(at: number, byte: number): number {
    if (this.#depth === 1) this.#valueStart = at;
    if (byte === QUOTE) return this.#stringEnded(this.#skipper.string(at + 1));
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return this.#open(at, byte === OPEN_BRACE);
    return this.#ended(this.#skipper.scalar(at));
  }

  /** `end` as `JsonSkipper.string` gives it. */
  #keyEnded(end: number): number {
    if (end < 0) {
      this.#state = IN_KEY;
      return ~end;
    }
    if (this.#depth === 1) this.#keyEnd = end - 1;
    this.#state = AFTER_KEY;
    return end;
  }

  #stringEnded(end: number): number {
    if (end >= 0) return this.#ended(end);
    this.#state = IN_STRING;
    return ~end;
  }

  #open(at: number, isObject: boolean): number {
    if (this.#depth === MAX_JSON_DEPTH) throw new GatewayError("json_too_deep");
    this.#depth += 1;
    const word = this.#depth >> 5;
    const bit = 1 << (this.#depth & 31);
    const kinds = this.#kinds[word] ?? 0;
    this.#kinds[word] = isObject ? kinds | bit : kinds & ~bit;
    this.#isInObject = isObject;
    this.#state = isObject ? FIRST_KEY : FIRST_VALUE;
    return at + 1;
  }

  #close(at: number): number {
    this.#depth -= 1;
    this.#isInObject = ((this.#kinds[this.#depth >> 5] ?? 0) & (1 << (this.#depth & 31))) !== 0;
    return this.#ended(at + 1);
  }

  /** A value has ended before `end`. */
  #ended(end: number): number {
    this.#state = this.#depth === 0 ? END : AFTER_VALUE;
    if (this.#depth === 1) this.#sink.add(this.#keyStart, this.#keyEnd, this.#valueStart, end);
    return end;
  }
}

/** The error for a body that does not begin as a JSON object does. */
export function wrongStart(reason: string): GatewayError {
  return new GatewayError("invalid_json", { message: `The body is not a JSON object: ${reason}.` });
}
