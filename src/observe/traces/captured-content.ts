// The bytes of one request and of its answer, kept for its span, where the configuration asks for that. Bounded, and
// copied: the request's own body is let go of as soon as an answer begins.

import type { RequestTrace } from "../../core/traces/trace.ts";

/** Of each side at most; a longer request is not kept at all, since half of a JSON text says nothing. */
const MAX_BYTES = 1_048_576;

/** What was kept. */
export class CapturedContent implements NonNullable<RequestTrace["content"]> {
  #asked: Buffer | undefined;
  #answered: Buffer[] = [];
  #answeredBytes = 0;
  #isCut = false;

  noteAsked(body: Buffer | readonly Buffer[]): void {
    const pieces = Buffer.isBuffer(body) ? [body] : body;
    let bytes = 0;
    for (const piece of pieces) bytes += piece.length;
    if (bytes > MAX_BYTES) this.#isCut = true;
    else this.#asked = Buffer.concat(pieces, bytes);
  }

  push(chunk: Buffer): void {
    const left = MAX_BYTES - this.#answeredBytes;
    if (chunk.length > left) this.#isCut = true;
    if (left === 0) return;
    // A copy: engines read the next piece into the same memory.
    const kept = Buffer.from(chunk.subarray(0, left));
    this.#answered.push(kept);
    this.#answeredBytes += kept.length;
  }

  /** The body of the request; empty where there is none, or too much. */
  get asked(): string {
    return this.#asked?.toString("utf8") ?? "";
  }

  /** The answer, or its beginning. */
  get answered(): string {
    return Buffer.concat(this.#answered, this.#answeredBytes).toString("utf8");
  }

  /** Not all of it is here. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Bytes held. */
  get bytes(): number {
    return (this.#asked?.length ?? 0) + this.#answeredBytes;
  }
}
