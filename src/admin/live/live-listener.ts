// One who listens. Whoever reads more slowly than events come misses some, and is told how many; nothing piles up.

import type { FlatHeaders, Reply } from "../../http/message.ts";

/** Beats without any write after which a comment keeps the connection alive: some fifteen seconds. */
const QUIET_BEATS = 7;
/** Events for which somebody has read nothing at all: the connection is dead. */
const STUCK_BEATS = 30;

const HEADERS: FlatHeaders = ["content-type", "text/event-stream", "x-accel-buffering", "no"];

/** A listener. */
export class LiveListener {
  readonly #reply: Reply;
  #isWaiting = false;
  #missed = 0;
  #quietBeats = 0;
  #stuckBeats = 0;

  /** Sends the head. */
  constructor(reply: Reply, headers: FlatHeaders) {
    this.#reply = reply;
    reply.head(200, [...HEADERS, ...headers]);
    reply.flush();
    reply.onDrain(() => {
      this.#isWaiting = false;
      this.#stuckBeats = 0;
    });
  }

  /** Whether nothing was read for a minute; asked once a beat. */
  get isStuck(): boolean {
    this.#stuckBeats = this.#isWaiting ? this.#stuckBeats + 1 : 0;
    return this.#stuckBeats > STUCK_BEATS;
  }

  /** Sends events, among which are so many requests; leaves them out where the last ones are still being read. */
  send(events: string, requests: number): void {
    if (this.#isWaiting) {
      this.#missed += requests;
      return;
    }
    this.#quietBeats = 0;
    const missed =
      this.#missed === 0 ? "" : `event: missed\ndata: ${JSON.stringify({ count: this.#missed })}\n\n`;
    this.#missed = 0;
    this.#isWaiting = !this.#reply.write(Buffer.from(missed + events));
  }

  /** A beat at which there was nothing to send. */
  beat(): void {
    this.#quietBeats += 1;
    if (this.#quietBeats >= QUIET_BEATS && !this.#isWaiting) this.send(": still here\n\n", 0);
  }

  end(): void {
    this.#reply.end();
  }

  /** Cuts the connection. */
  cut(): void {
    this.#reply.destroy();
  }
}
