// Looks for the ids of kept objects in an answer as it passes, so that what is asked of them later goes to the endpoint
// that made them. Changes nothing, holds nothing back, and looks no further than it has to.

import { JsonPathScanner, type TokenSink } from "../../bytes/json-paths.ts";
import { SseScanner, type SseSink } from "../../bytes/sse-lines.ts";
import type { AnswerTap } from "./stages.ts";

/** Ids stand at the beginning of an answer: behind so much of it nothing is looked for. */
const MAX_BYTES = 64 * 1024;

/** Is told of an id. */
type OnId = (id: string) => void;

/** So much is scanned before it is looked whether all is found: the id comes first in most answers. */
const STEP_BYTES = 256;

/** For a JSON answer. `paths` are dotted; so many ids are looked for, each path's where it is left out. */
export function jsonObjectTap(paths: readonly string[], onId: OnId, count = paths.length): AnswerTap {
  return new JsonTap(paths, onId, count);
}

/** For an event stream: the first event that has one of the paths is enough. */
export function sseObjectTap(paths: readonly string[], onId: OnId): AnswerTap {
  return new SseTap(paths, onId);
}

class JsonTap implements AnswerTap {
  readonly #tokens: IdTokens;
  #scanner: JsonPathScanner | undefined;
  #left: number;
  #seen = 0;

  constructor(paths: readonly string[], onId: OnId, count: number) {
    this.#left = count;
    this.#tokens = new IdTokens((id) => {
      this.#left -= 1;
      onId(id);
    });
    this.#scanner = new JsonPathScanner(paths, this.#tokens);
  }

  push(chunk: Buffer): void {
    const scanner = this.#scanner;
    if (scanner === undefined) return;
    this.#tokens.begin(chunk);
    const end = Math.min(chunk.length, MAX_BYTES);
    for (let at = 0; at < end && this.#left > 0; at += STEP_BYTES)
      scanner.feed(chunk, at, Math.min(end, at + STEP_BYTES));
    this.#tokens.keep();
    this.#seen += chunk.length;
    if (this.#left <= 0 || this.#seen >= MAX_BYTES) this.#scanner = undefined;
  }
}

class SseTap implements AnswerTap, SseSink {
  readonly #tokens: IdTokens;
  readonly #scanner: JsonPathScanner;
  #lines: SseScanner | undefined;
  #seen = 0;
  #isFound = false;

  constructor(paths: readonly string[], onId: OnId) {
    this.#tokens = new IdTokens((id) => {
      if (!this.#isFound) onId(id);
      this.#isFound = true;
    });
    this.#scanner = new JsonPathScanner(paths, this.#tokens);
    this.#lines = new SseScanner(this);
  }

  push(chunk: Buffer): void {
    if (this.#lines === undefined) return;
    this.#tokens.begin(chunk);
    this.#lines.push(chunk);
    this.#tokens.keep();
    this.#seen += chunk.length;
    if (this.#isFound || this.#seen >= MAX_BYTES) this.#lines = undefined;
  }

  onData(chunk: Buffer, start: number, end: number): void {
    if (!this.#isFound) this.#scanner.feed(chunk, start, end);
  }

  onDataEnd(): void {
    this.#scanner.breakLine();
  }

  onEventEnd(): void {
    this.#scanner.reset();
  }
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Puts a token together that may be cut anywhere. */
class IdTokens implements TokenSink {
  readonly #onId: OnId;
  #chunk: Buffer = NOTHING;
  #start: number | undefined;
  #held: Buffer = NOTHING;

  constructor(onId: OnId) {
    this.#onId = onId;
  }

  begin(chunk: Buffer): void {
    this.#chunk = chunk;
  }

  /** The chunk is over: what has come of a token is kept. */
  keep(): void {
    if (this.#start !== undefined) {
      this.#held = Buffer.concat([this.#held, this.#chunk.subarray(this.#start)]);
      this.#start = 0;
    }
    this.#chunk = NOTHING;
  }

  onTokenStart(at: number): void {
    this.#start = at;
    this.#held = NOTHING;
  }

  onTokenEnd(at: number): void {
    const token = Buffer.concat([this.#held, this.#chunk.subarray(this.#start ?? at, at)]);
    this.onTokenAbandoned();
    try {
      const id: unknown = JSON.parse(token.toString());
      if (typeof id === "string" && id !== "") this.#onId(id);
    } catch {
      // What is no text is no id.
    }
  }

  onTokenAbandoned(): void {
    this.#start = undefined;
    this.#held = NOTHING;
  }
}
