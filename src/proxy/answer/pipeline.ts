// The way of one answer's bytes: its taps see each chunk as the endpoint sent it, then its transforms have it pass through
// them, in the order of the list. Not a sender: commit, back-pressure and the end of an answer are those of `relay.ts`. An
// answer that needs no stage has no pipeline, and one that needs no transform has its chunks back as they are.

import type { JsonEnd } from "../../bytes/json-end.ts";
import { SsePosition } from "../../bytes/sse-position.ts";
import type { FlatHeaders, Reply } from "../../http/message.ts";
import type { StreamEnd } from "../../wires/stream/stream-end.ts";
import type { TranslatedStream } from "../../wires/translate/translated-stream.ts";
import type { KeepAlive } from "./keep-alive.ts";
import type { AnswerTap, AnswerTransform, HoldingTransform } from "./stages.ts";

const NOTHING: Buffer = Buffer.alloc(0);

/** What an answer needs; undefined stands for what it does not need. */
export type AnswerStages = {
  /** Knows whether an event stream is at its end. A tap, and the first of them. */
  readonly streamEnd: StreamEnd | undefined;
  /** The same for JSON that only the end of the connection ends. */
  readonly jsonEnd: JsonEnd | undefined;
  /** Puts comments into silent stretches of a stream. */
  readonly keepAlive: KeepAlive | undefined;
  /** Taps besides these. */
  readonly taps: readonly (AnswerTap | undefined)[];
  /** In the order in which bytes pass through them. */
  readonly transforms: readonly (AnswerTransform | undefined)[];
  /** The one of these that says an answer in other words; undefined where it goes on in the endpoint's. */
  readonly translated?: TranslatedStream | undefined;
  /** The transform that holds the head; the last one, as the headers have to fit what the client gets. */
  readonly holder: HoldingTransform | undefined;
};

/** The stages of one answer, joined. Made once, when the answer is taken. */
export class AnswerPipeline {
  readonly streamEnd: StreamEnd | undefined;
  readonly translated: TranslatedStream | undefined;
  readonly #jsonEnd: JsonEnd | undefined;
  readonly #keepAlive: KeepAlive | undefined;
  readonly #holder: HoldingTransform | undefined;
  readonly #tap: AnswerTap | undefined;
  readonly #transform: AnswerTransform | undefined;
  /** True where something besides the holder changes the body. */
  readonly #isFree: boolean;
  /** Where the client's stream stands once it is another one than the endpoint's. */
  readonly #sent: SsePosition | undefined;
  #isChanged = false;

  constructor(stages: AnswerStages) {
    const { streamEnd, jsonEnd, keepAlive, taps, transforms, holder } = stages;
    this.streamEnd = streamEnd;
    this.translated = stages.translated;
    this.#jsonEnd = jsonEnd;
    this.#keepAlive = keepAlive;
    this.#holder = holder;
    this.#tap = tapOf([streamEnd, jsonEnd, keepAlive, ...taps]);
    const free = transformOf(transforms);
    this.#isFree = free !== undefined;
    this.#transform = holder === undefined ? free : transformOf([free, holder]);
    this.#sent = streamEnd === undefined || this.#transform === undefined ? undefined : new SsePosition();
  }

  /** True while nothing may be sent, the head neither. */
  get isHolding(): boolean {
    return this.#holder?.isHolding === true;
  }

  /** True where the body may become longer or shorter than the endpoint has said: a stream that breaks off gets an event. */
  get isLengthOpen(): boolean {
    return this.#isFree || this.streamEnd !== undefined;
  }

  /** The body is JSON that was to end by its own brackets, and has not. */
  get isJsonCut(): boolean {
    return this.#jsonEnd?.isClosed === false;
  }

  /** True where the client's stream stands between two events, so that something may be put in. */
  get isAtBoundary(): boolean {
    return this.#position?.isAtBoundary === true;
  }

  /** The bytes that close what is open in the client's stream, so that an event can be appended after them. */
  frameEnd(): Buffer {
    return this.#position?.frameEnd() ?? NOTHING;
  }

  /** The headers that fit the body, once it is not held any more. */
  headers(received: FlatHeaders): FlatHeaders {
    const type = this.translated?.contentType;
    if (type !== undefined) return withType(received, type);
    return this.#holder === undefined ? received : this.#holder.headers(received);
  }

  /** The head is sent: what comes by itself may come from now on. */
  start(reply: Reply): void {
    this.#keepAlive?.start(reply, this);
  }

  /** Nothing comes by itself any more. */
  stop(): void {
    this.#keepAlive?.stop();
  }

  /** What goes on of a chunk: the chunk itself where nothing is changed, and possibly nothing. */
  push(chunk: Buffer): Buffer {
    if (this.#transform !== undefined) return this.#changed(chunk, this.#transform);
    this.#tap?.push(chunk);
    return chunk;
  }

  /** What goes on at the answer's end. `isWhole`: it was not cut. Called once. */
  finish(isWhole = false): Buffer {
    const rest = this.#transform?.finish(isWhole) ?? NOTHING;
    if (rest.length > 0) {
      this.#followReceived();
      this.#isChanged = true;
      this.#sent?.push(rest);
    }
    return rest;
  }

  /** Undefined where the answer is no stream. */
  get #position(): SsePosition | undefined {
    return this.#isChanged ? this.#sent : this.streamEnd?.position;
  }

  #changed(chunk: Buffer, transform: AnswerTransform): Buffer {
    this.#followReceived();
    this.#tap?.push(chunk);
    const out = transform.push(chunk);
    // While both streams are the same their bytes are looked at once.
    if (out !== chunk) this.#isChanged = true;
    if (this.#isChanged) this.#sent?.push(out);
    return out;
  }

  /** From here the client's stream may go its own way. */
  #followReceived(): void {
    if (!this.#isChanged && this.streamEnd !== undefined) this.#sent?.become(this.streamEnd.position);
  }
}

function withType(headers: FlatHeaders, type: string): FlatHeaders {
  return headers.map((item, at) => (at % 2 === 1 && headers[at - 1] === "content-type" ? type : item));
}

/** Several taps as one: a list is walked for each chunk only where there is more than one. */
function tapOf(list: readonly (AnswerTap | undefined)[]): AnswerTap | undefined {
  const there = list.filter((one) => one !== undefined);
  return there.length > 1 ? new Taps(there) : there[0];
}

function transformOf(list: readonly (AnswerTransform | undefined)[]): AnswerTransform | undefined {
  const there = list.filter((one) => one !== undefined);
  return there.length > 1 ? new Transforms(there) : there[0];
}

class Taps implements AnswerTap {
  readonly #list: readonly AnswerTap[];

  constructor(list: readonly AnswerTap[]) {
    this.#list = list;
  }

  push(chunk: Buffer): void {
    for (const tap of this.#list) tap.push(chunk);
  }
}

class Transforms implements AnswerTransform {
  readonly #list: readonly AnswerTransform[];

  constructor(list: readonly AnswerTransform[]) {
    this.#list = list;
  }

  push(chunk: Buffer): Buffer {
    let out = chunk;
    for (const transform of this.#list) if (out.length > 0) out = transform.push(out);
    return out;
  }

  /** What one still held passes through those behind it. */
  finish(isWhole = false): Buffer {
    let out = NOTHING;
    for (const transform of this.#list) {
      const before = out.length === 0 ? NOTHING : transform.push(out);
      out = joined(before, transform.finish(isWhole));
    }
    return out;
  }
}

function joined(one: Buffer, two: Buffer): Buffer {
  if (one.length === 0) return two;
  return two.length === 0 ? one : Buffer.concat([one, two]);
}
