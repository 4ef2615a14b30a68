// Keeps the connection of a silent stream alive with comments, for clients behind proxies that cut quiet ones. Off
// unless configured. Called by `relay.ts`.

import type { SsePosition } from "../../bytes/sse-position.ts";
import type { Reply } from "../../http/message.ts";

/**
 * One newline, not two: after a blank line openai-go and openai-python (once an event had an id) deliver an empty
 * event (openai-go#621, openai-python#2722).
 */
const COMMENT = Buffer.from(": keep-alive\n");

/** Writes a comment after each so many milliseconds of silence, between events only. */
export class KeepAlive {
  readonly #timer: NodeJS.Timeout;
  readonly #reply: Reply;
  readonly #position: SsePosition;

  constructor(reply: Reply, position: SsePosition, silenceMs: number) {
    this.#reply = reply;
    this.#position = position;
    this.#timer = setInterval(() => this.#comment(), silenceMs);
  }

  /** Something was sent. */
  restart(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #comment(): void {
    // In the middle of a line it would be data; between the lines of an event not every parser expects it.
    if (this.#position.isAtBoundary && !this.#reply.isClosed) this.#reply.write(COMMENT);
  }
}
