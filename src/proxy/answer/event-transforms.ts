// Transforms that want whole events of a stream, joined to one that takes bytes. Only here a stream is split into events,
// and only for an answer that has such a transform: what is open of an event is held until its blank line.

import { SseSplitter } from "../../bytes/sse-splitter.ts";
import { HeldBytes } from "./held-bytes.ts";
import type { AnswerTransform } from "./stages.ts";

/** A longer event passes as it is: pictures and recordings come in such, and would be held in memory. */
const MAX_EVENT_BYTES = 256 * 1024;

/** Sees each event of a stream, and may drop it, change it or put others beside it. */
export interface EventTransform {
  /**
   * What goes on in place of the event; undefined where it goes on as it is. `event` has all its lines and its blank line;
   * the last one of a stream may be cut. Each event that is given goes on as one, with a blank line of its own.
   */
  onEvent(event: Buffer): readonly Buffer[] | undefined;
  /**
   * Whether an event with this part in it passes as it is, so that it need not be held; left out: it may not. `isFirst`:
   * it begins with this part.
   */
  passes?(part: Buffer, isFirst: boolean): boolean;
  /** What is put in at the end of the stream, whole or cut. */
  onEnd(): readonly Buffer[];
}

/** Some of them, in the order in which events pass through them. Comments between events go on at once, unseen. */
export class EventTransforms implements AnswerTransform {
  readonly #list: readonly EventTransform[];
  readonly #splitter = new SseSplitter();
  readonly #held = new HeldBytes();
  /** The event that is open is too long, and its beginning is sent on. */
  #isLong = false;

  constructor(list: readonly EventTransform[]) {
    this.#list = list;
  }

  push(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let isSame = this.#held.size === 0;
    let start = 0;
    for (let end = this.#splitter.next(chunk, 0); end !== -1; end = this.#splitter.next(chunk, start)) {
      this.#held.add(chunk.subarray(start, end));
      start = end;
      const part = this.#held.take();
      const events = this.#splitter.isEvent ? this.#passed(part) : undefined;
      if (events === undefined) out.push(part);
      else {
        isSame = false;
        out.push(...events);
      }
    }
    const open = chunk.subarray(start);
    if (this.#mayGoOn(open)) out.push(this.#held.take(), open);
    else if (open.length > 0) {
      isSame = false;
      // Copied, so that a few bytes do not keep a large chunk alive.
      this.#held.add(Buffer.from(open));
    }
    return isSame ? chunk : Buffer.concat(out);
  }

  finish(): Buffer {
    const last = this.#held.take();
    let events: readonly Buffer[] = last.length === 0 ? [] : [last];
    for (const transform of this.#list) {
      // What one puts in at the end passes through those behind it.
      const passed = events.flatMap((event) => transform.onEvent(event) ?? [event]);
      events = [...passed, ...transform.onEnd()];
    }
    return Buffer.concat(events);
  }

  /** What goes on in place of an event; undefined where it goes on as it is. */
  #passed(event: Buffer): readonly Buffer[] | undefined {
    const isLong = this.#isLong || event.length > MAX_EVENT_BYTES;
    this.#isLong = false;
    if (isLong) return undefined;
    let events: readonly Buffer[] | undefined;
    for (const transform of this.#list) {
      if (events === undefined) events = transform.onEvent(event);
      else events = events.flatMap((one) => transform.onEvent(one) ?? [one]);
    }
    return events;
  }

  #passesOn(open: Buffer): boolean {
    const isFirst = this.#held.size === 0;
    return open.length > 0 && this.#list.every((transform) => transform.passes?.(open, isFirst) === true);
  }

  /** Whether what is open need not wait for its end: no part of an event, or of one that is too long. */
  #mayGoOn(open: Buffer): boolean {
    if (!this.#splitter.isInEvent) return true;
    this.#isLong ||= this.#held.size + open.length > MAX_EVENT_BYTES || this.#passesOn(open);
    return this.#isLong;
  }
}
