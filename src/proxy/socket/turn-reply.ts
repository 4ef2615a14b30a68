// The answer to one turn of a socket: the events of a stream leave as frames, one each, and whatever else comes as the
// events that say the same.

import { SseEvents } from "../../bytes/sse-events.ts";
import { GatewayError } from "../../core/errors.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { FlatHeaders, Reply } from "../../http/message.ts";
import { AnswerWatch } from "../../wires/socket/answer-watch.ts";
import {
  errorOfAnswer,
  errorOfGateway,
  errorOfStream,
  eventsOfAnswer,
  inLane,
} from "../../wires/socket/server-events.ts";

/** Where frames go. */
export interface FrameSink {
  /** Sends a frame each, all of them at once; false when the client is behind. */
  sendAll(frames: readonly Buffer[]): boolean;
}

const OPEN_BRACE = 0x7b;
/** An answer that comes whole, errors among them, is held up to this. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** The reply. */
export class TurnReply implements Reply {
  /** What was answered. */
  readonly watch = new AnswerWatch();
  isHeadSent = false;
  isClosed = false;
  readonly #sink: FrameSink;
  readonly #lane: string | undefined;
  readonly #events: SseEvents;
  #status = 0;
  #headers: FlatHeaders = [];
  #isStream = false;
  #whole: Buffer[] = [];
  #wholeBytes = 0;
  /** Of what is being written. */
  #frames: Buffer[] = [];
  #isTold = false;
  #isBehind = false;
  #onDrain: (() => void) | undefined;
  #onAbort: (() => void) | undefined;

  constructor(sink: FrameSink, lane: string | undefined) {
    this.#sink = sink;
    this.#lane = lane;
    this.#events = new SseEvents((data) => this.#tell(data));
  }

  /** The endpoint that has answered; undefined where none has. */
  get endpoint(): string | undefined {
    return firstHeader(this.#headers, "x-oai-gateway-endpoint");
  }

  head(status: number, headers: FlatHeaders): void {
    this.#status = status;
    this.#headers = headers;
    const type = firstHeader(headers, "content-type") ?? "";
    this.#isStream = status < 300 && type.toLowerCase().startsWith("text/event-stream");
  }

  flush(): void {
    this.isHeadSent = true;
  }

  write(chunk: Buffer): boolean {
    if (this.isClosed) return true;
    this.isHeadSent = true;
    if (!this.#isStream) {
      this.#hold(chunk);
      return true;
    }
    this.#events.push(chunk);
    this.#sendFrames();
    return !this.#isBehind;
  }

  end(chunk?: Buffer): void {
    if (this.isClosed) return;
    if (chunk !== undefined) this.write(chunk);
    if (!this.#isStream) this.#tellWhole();
    this.#sendFrames();
    this.#close();
  }

  destroy(): void {
    this.#close();
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  onAbort(listener: () => void): void {
    this.#onAbort = listener;
  }

  /** The client takes again what is sent. */
  drained(): void {
    if (!this.#isBehind) return;
    this.#isBehind = false;
    this.#onDrain?.();
  }

  /** The client is gone. */
  abort(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#onAbort?.();
  }

  /** A client waits for the end of each response: one that did not come to its own is told of as broken. */
  #close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.#isTold) return;
    this.watch.id = undefined;
    const message = "The answer broke off before its own end; what has arrived is incomplete.";
    this.#add(errorOfGateway(new GatewayError("upstream_cut_off", { message })));
    this.#sendFrames();
  }

  #hold(chunk: Buffer): void {
    this.#wholeBytes += chunk.length;
    if (this.#wholeBytes > MAX_WHOLE_BYTES) this.#whole = [];
    else this.#whole.push(chunk);
  }

  #tellWhole(): void {
    const body = Buffer.concat(this.#whole);
    this.#whole = [];
    const events = this.#status < 300 ? eventsOfAnswer(body) : undefined;
    if (events !== undefined) for (const event of events) this.#tell(event);
    else if (this.#status >= 300) {
      this.#isTold = true;
      this.#add(errorOfAnswer(this.#status, this.#headers, body));
    }
  }

  #tell(data: Buffer): void {
    // `[DONE]` and the like are for streams.
    if (data[0] !== OPEN_BRACE || this.#isTold) return;
    const kind = this.watch.note(data);
    if (kind !== "usual") this.#isTold = true;
    this.#add(kind === "error" ? errorOfStream(data) : data);
  }

  #add(event: Buffer): void {
    this.#frames.push(this.#lane === undefined ? event : inLane(event, this.#lane));
  }

  #sendFrames(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    if (!this.#sink.sendAll(frames)) this.#isBehind = true;
  }
}
