// Puts the client's name for a model in place of the endpoint's, in answers that pass through. Not for answers
// of models that were not renamed: those are relayed as they are.

import { JsonPathScanner, type TokenSink } from "../../bytes/json-paths.ts";
import { SseScanner, type SseSink } from "../../bytes/sse-lines.ts";
import type { AnswerTransform } from "./stages.ts";

/**
 * For a JSON answer, or JSON lines. Replaces the string at each of the dotted `paths`; other types, tokens over
 * 1 KiB and everything after a syntax error pass unchanged. Holds at most a token.
 */
export function jsonAnswerRewriter(paths: readonly string[], clientName: string): AnswerTransform {
  return new JsonRewriter(paths, clientName);
}

/** For an event stream: the same within the `data` of each event. Other lines, `[DONE]` too, are kept. */
export function sseAnswerRewriter(paths: readonly string[], clientName: string): AnswerTransform {
  return new SseRewriter(paths, clientName);
}

class JsonRewriter implements AnswerTransform {
  readonly #splicer: Splicer;
  readonly #scanner: JsonPathScanner;

  constructor(paths: readonly string[], clientName: string) {
    this.#splicer = new Splicer(clientName);
    this.#scanner = new JsonPathScanner(paths, this.#splicer);
  }

  push(chunk: Buffer): Buffer {
    this.#splicer.begin(chunk);
    this.#scanner.feed(chunk, 0, chunk.length);
    return this.#splicer.finish();
  }

  finish(): Buffer {
    return this.#splicer.release();
  }
}

class SseRewriter implements AnswerTransform, SseSink {
  readonly #splicer: Splicer;
  readonly #scanner: JsonPathScanner;
  readonly #lines: SseScanner;

  constructor(paths: readonly string[], clientName: string) {
    this.#splicer = new Splicer(clientName);
    this.#scanner = new JsonPathScanner(paths, this.#splicer);
    this.#lines = new SseScanner(this);
  }

  push(chunk: Buffer): Buffer {
    this.#splicer.begin(chunk);
    this.#lines.push(chunk);
    return this.#splicer.finish();
  }

  finish(): Buffer {
    return this.#splicer.release();
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.#scanner.feed(chunk, start, end);
  }

  onDataEnd(): void {
    this.#scanner.breakLine();
  }

  onEventEnd(): void {
    this.#scanner.reset();
  }
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Cuts tokens out of chunks and puts the replacement in. Copies only where something changed. */
class Splicer implements TokenSink {
  readonly #replacement: Buffer;
  #chunk: Buffer = NOTHING;
  /** The chunk is sent on, or replaced, up to here. */
  #doneTo = 0;
  #tokenStart: number | undefined;
  /** Earlier chunks' part of the token that is open. */
  #held: Buffer[] = [];
  #pieces: Buffer[] = [];

  constructor(clientName: string) {
    this.#replacement = Buffer.from(JSON.stringify(clientName));
  }

  begin(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#doneTo = 0;
    if (this.#tokenStart !== undefined) this.#tokenStart = 0;
  }

  onTokenStart(at: number): void {
    this.#tokenStart = at;
  }

  onTokenEnd(at: number): void {
    this.#pass(this.#tokenStart ?? at);
    this.#pieces.push(this.#replacement);
    this.#held = [];
    this.#tokenStart = undefined;
    this.#doneTo = at;
  }

  onTokenAbandoned(): void {
    // Held bytes are older than this chunk, of which nothing was sent on while the token was open.
    this.#pieces.push(...this.#held);
    this.#held = [];
    this.#tokenStart = undefined;
  }

  finish(): Buffer {
    const chunk = this.#chunk;
    const end = this.#tokenStart ?? chunk.length;
    // Copied, so that a few bytes do not keep a large chunk alive.
    if (end < chunk.length) this.#held.push(Buffer.from(chunk.subarray(end)));
    this.#pass(end);
    this.#chunk = NOTHING;
    if (this.#pieces.length === 0) return NOTHING;
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 ? (pieces[0] ?? NOTHING) : Buffer.concat(pieces);
  }

  release(): Buffer {
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#tokenStart = undefined;
    return held;
  }

  #pass(end: number): void {
    if (end === this.#doneTo) return;
    const isWhole = this.#doneTo === 0 && end === this.#chunk.length;
    this.#pieces.push(isWhole ? this.#chunk : this.#chunk.subarray(this.#doneTo, end));
    this.#doneTo = end;
  }
}
