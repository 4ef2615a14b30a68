// How long a stream goes on after its own end: usage and `[DONE]` may still follow, but an endpoint that then sends
// nothing but comments must not keep an agent waiting that has its answer.

import type { Clock } from "../../core/clock.ts";
import type { AttemptTimer } from "./attempt-timer.ts";

/** Silence, or comments alone, after an end or after the last event behind it. */
const QUIET_MS = 3_000;
/** The longest time behind an end, whatever events come. */
const LONGEST_MS = 15_000;

/** What a tail has to know of the stream. */
export type TailSource = {
  /** It is at its own end, and nothing that belongs to the answer came behind that. */
  readonly isOver: boolean;
  /** Whether the last piece had more than comments in it. */
  readonly hadEvent: boolean;
};

/** What is behind the end of one stream. */
export class StreamTail {
  readonly #clock: Clock;
  readonly #timer: AttemptTimer;
  readonly #idleMs: number;
  #endsMs: number | undefined;

  constructor(clock: Clock, timer: AttemptTimer, idleMs: number) {
    this.#clock = clock;
    this.#timer = timer;
    this.#idleMs = idleMs;
  }

  /** Takes notice of a piece: the timer is set to when the stream is over. */
  note(source: TailSource): void {
    if (!source.isOver) {
      // More of the answer came: that was no end.
      this.#endsMs = undefined;
      this.#timer.arm(this.#idleMs);
      return;
    }
    // With comments alone the time that was set before goes on.
    if (this.#endsMs !== undefined && !source.hadEvent) return;
    const nowMs = this.#clock.nowMs();
    this.#endsMs ??= nowMs + LONGEST_MS;
    this.#timer.arm(Math.min(QUIET_MS, this.#endsMs - nowMs, this.#idleMs));
  }
}
