// Follows JSON text that comes in pieces and points at the string values at a few given paths. Not a validator:
// where the text stops being JSON it points at nothing more.

import { jsonKeyEquals } from "./json-key.ts";

/** Is told of watched tokens; all positions are in the piece being fed. */
export interface TokenSink {
  /** A string at a watched path begins with the quote at `at`; its bytes are undecided from here on. */
  onTokenStart(at: number): void;
  /** It ended before `at`. */
  onTokenEnd(at: number): void;
  /** It is no token after all: too long, or not JSON. */
  onTokenAbandoned(): void;
}

/** Longest watched token in bytes; longer ones are let go, which bounds what a sink has to hold. */
const MAX_TOKEN_BYTES = 1024;

type PathNode = { readonly name: string; isTarget: boolean; readonly children: PathNode[] };

type PathState =
  | "value"
  | "key_or_end"
  | "key"
  | "colon"
  | "after"
  | "string"
  | "token"
  | "scalar"
  /** Inside an object or array that no path leads through. */
  | "skip"
  | "dead";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SHORT_ESCAPES = new Set(Buffer.from('"\\/bfnrtu'));

/**
 * Paths are dotted ASCII keys such as `response.model`, and lead through objects only. Linear, no recursion,
 * bounded memory whatever the nesting. Several values after each other (JSON lines) are all looked at.
 */
export class JsonPathScanner {
  readonly #root: PathNode;
  readonly #sink: TokenSink;
  readonly #key: Buffer;
  #keyLength = 0;
  #state: PathState = "value";
  /** The objects that are open on a path, outermost first. */
  #open: PathNode[] = [];
  /** What the paths say of the value that comes next. */
  #next: PathNode | undefined;
  #skipDepth = 0;
  #isEscaped = false;
  #tokenLength = 0;

  constructor(paths: readonly string[], sink: TokenSink) {
    this.#root = compilePaths(paths);
    this.#next = this.#root;
    this.#sink = sink;
    // A key may be written wholly in escapes of six bytes; one more byte tells that it is longer.
    const longest = Math.max(0, ...paths.flatMap((path) => path.split(".").map((key) => key.length)));
    this.#key = Buffer.alloc(longest * 6 + 1);
  }

  /** Takes the next piece of text: the bytes of `chunk` from `start` to `end`. */
  feed(chunk: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#state === "dead") return;
      if (this.#state === "skip" || (this.#state === "string" && !this.#isEscaped))
        at = skipDull(chunk, at, end, this.#state === "skip");
      else if (this.#state === "key" && this.#keyLength === 0) at = this.#wholeKey(chunk, at, end);
      if (at < end) this.#take(chunk[at] as number, at);
      at += 1;
    }
  }

  /** Takes a line end that is not among the bytes fed (between two `data` lines of an event). */
  breakLine(): void {
    this.#take(0x0a, 0);
  }

  /** Begins a new text. */
  reset(): void {
    if (this.#state === "token") this.#sink.onTokenAbandoned();
    this.#state = "value";
    this.#open = this.#open.length === 0 ? this.#open : [];
    this.#next = this.#root;
    this.#skipDepth = 0;
    this.#isEscaped = false;
  }

  /** Past a key that lies whole and without escapes in the piece, which most do; else the same position. */
  #wholeKey(chunk: Buffer, start: number, end: number): number {
    const at = skipDull(chunk, start, end, false);
    if (at === end || chunk[at] !== QUOTE) return start;
    this.#keyEnded(chunk, start, at);
    return at + 1;
  }

  #take(byte: number, at: number): void {
    switch (this.#state) {
      case "key":
      case "string":
      case "token":
        this.#takeInString(byte, at);
        return;
      case "skip":
        this.#takeInSkip(byte);
        return;
      case "dead":
        return;
      case "scalar":
        if (isScalar(byte)) return;
        this.#valueEnded();
        break;
      default:
        break;
    }
    if (!isSpace(byte)) this.#takeStructure(byte, at);
  }

  #takeStructure(byte: number, at: number): void {
    switch (this.#state) {
      case "value":
        this.#takeValueStart(byte, at);
        return;
      case "key_or_end":
        this.#keyLength = 0;
        if (byte === QUOTE) this.#state = "key";
        else if (byte === CLOSE_BRACE) this.#close();
        else this.#state = "dead";
        return;
      case "colon":
        this.#state = byte === COLON ? "value" : "dead";
        return;
      default:
        if (byte === COMMA) this.#state = "key_or_end";
        else if (byte === CLOSE_BRACE) this.#close();
        else this.#state = "dead";
    }
  }

  #takeValueStart(byte: number, at: number): void {
    if (byte === OPEN_BRACE && this.#next !== undefined && this.#next.children.length > 0) {
      this.#open.push(this.#next);
      this.#state = "key_or_end";
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.#skipDepth = 1;
      this.#state = "skip";
    } else if (byte === QUOTE && this.#next?.isTarget) {
      this.#tokenLength = 1;
      this.#state = "token";
      this.#sink.onTokenStart(at);
    } else if (byte === QUOTE) {
      this.#state = "string";
    } else {
      this.#state = isScalar(byte) ? "scalar" : "dead";
    }
  }

  #takeInString(byte: number, at: number): void {
    if (byte < 0x20 || (this.#isEscaped && !SHORT_ESCAPES.has(byte))) {
      if (this.#state === "token") this.#sink.onTokenAbandoned();
      this.#state = "dead";
      return;
    }
    if (byte === QUOTE && !this.#isEscaped) {
      this.#stringEnded(at);
      return;
    }
    this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    if (this.#state === "key" && this.#keyLength < this.#key.length) {
      this.#key[this.#keyLength] = byte;
      this.#keyLength += 1;
    }
    if (this.#state !== "token") return;
    this.#tokenLength += 1;
    if (this.#tokenLength < MAX_TOKEN_BYTES) return;
    this.#sink.onTokenAbandoned();
    this.#state = "string";
  }

  #stringEnded(at: number): void {
    if (this.#state === "key") {
      this.#keyEnded(this.#key, 0, this.#keyLength);
      return;
    }
    if (this.#state === "token") this.#sink.onTokenEnd(at + 1);
    if (this.#skipDepth > 0) this.#state = "skip";
    else this.#valueEnded();
  }

  #keyEnded(bytes: Buffer, start: number, end: number): void {
    this.#next = undefined;
    for (const child of this.#open.at(-1)?.children ?? []) {
      if (jsonKeyEquals(bytes, start, end, child.name)) this.#next = child;
    }
    this.#state = "colon";
  }

  #takeInSkip(byte: number): void {
    if (byte === QUOTE) this.#state = "string";
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#skipDepth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#skipDepth -= 1;
    if (this.#skipDepth === 0) this.#valueEnded();
  }

  #close(): void {
    this.#open.pop();
    this.#valueEnded();
  }

  #valueEnded(): void {
    if (this.#open.length > 0) {
      this.#state = "after";
      return;
    }
    this.#next = this.#root;
    this.#state = "value";
  }
}

function compilePaths(paths: readonly string[]): PathNode {
  const root: PathNode = { name: "", isTarget: false, children: [] };
  for (const path of paths) {
    let node = root;
    for (const name of path.split(".")) {
      let child = node.children.find((one) => one.name === name);
      if (child === undefined) {
        child = { name, isTarget: false, children: [] };
        node.children.push(child);
      }
      node = child;
    }
    node.isTarget = true;
  }
  return root;
}

/** Past bytes that change no state: inside a string, or between the strings and brackets of a skipped value. */
function skipDull(chunk: Buffer, start: number, end: number, isBetween: boolean): number {
  let at = start;
  for (; at < end; at++) {
    const byte = chunk[at] as number;
    if (byte === QUOTE) return at;
    // [ \ ] and { } are the same bits but for 0x20; | is stopped at for nothing.
    if (isBetween ? (byte & 0xd8) === 0x58 && isBracket(byte) : byte === BACKSLASH || byte < 0x20) return at;
  }
  return at;
}

function isBracket(byte: number): boolean {
  return byte === OPEN_BRACE || byte === CLOSE_BRACE || byte === OPEN_BRACKET || byte === CLOSE_BRACKET;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Digits, signs, dots and small letters, as in numbers, true, false and null; E is for exponents. */
function isScalar(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x45
  );
}
