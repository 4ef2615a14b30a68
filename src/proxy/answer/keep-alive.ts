// Keeps the connection of a silent stream alive with comments, for clients behind proxies that cut quiet ones. Off
// unless configured.

import type { Reply } from "../../http/message.ts";
import type { AnswerTap } from "./stages.ts";

/**
 * One newline, not two: after a blank line openai-go and openai-python (once an event had an id) deliver an empty
 * event (openai-go#621, openai-python#2722).
 */
const COMMENT = Buffer.from(": keep-alive\n");

/** Where the client's stream stands. */
export type StreamPlace = {
  /** True between two events: in the middle of one a comment would be data, or what no parser expects. */
  readonly isAtBoundary: boolean;
};

/** Writes a comment after each so many milliseconds of silence, between events only. */
export class KeepAlive implements AnswerTap {
  readonly #silenceMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  /** The head is sent: silence counts from now on. */
  start(reply: Reply, place: StreamPlace): void {
    this.#timer = setInterval(() => {
      if (place.isAtBoundary && !reply.isClosed) reply.write(COMMENT);
    }, this.#silenceMs);
  }

  /** Something has come. */
  push(): void {
    this.#timer?.refresh();
  }

  /** No comment comes any more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
