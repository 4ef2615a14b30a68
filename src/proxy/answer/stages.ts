// The stages of an answer on its way to the client. A tap looks at what the endpoint sends; a transform may drop, change or
// insert bytes. Which of them an answer needs is decided in `needed-stages.ts`, and `pipeline.ts` runs them.

import type { FlatHeaders } from "../../http/message.ts";

/** Looks at an answer as it comes from the endpoint, before any of it goes on. Changes nothing. */
export interface AnswerTap {
  /** Takes a chunk of any size, split anywhere. */
  push(chunk: Buffer): void;
}

/** Has an answer pass through it. Bytes that it does not mean to change go on at once and as they are. */
export interface AnswerTransform {
  /** What can go on now: the chunk itself where nothing of it changed, and nothing while it is held. */
  push(chunk: Buffer): Buffer;
  /**
   * What goes on at the end of the answer: what is still held, with what is put in there. `isWhole`: the answer has come
   * to its own end, and was not cut; left out where that is not known.
   */
  finish(isWhole?: boolean): Buffer;
}

/** Holds the head as well, since the body decides what the headers say. */
export interface HoldingTransform extends AnswerTransform {
  /** True until something may go on. */
  readonly isHolding: boolean;
  /** The headers that fit the body, once something may go on. */
  headers(received: FlatHeaders): FlatHeaders;
}
