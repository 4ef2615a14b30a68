// The one timer of an attempt: what is being waited for has a limit, and the whole exchange may have a deadline.
// Made by `attempt.ts`.

import type { Clock } from "../core/clock.ts";

/** Armed anew for each phase; the deadline cuts every phase short. */
export class AttemptTimer {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #onTimeout: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, deadlineMs: number | undefined, onTimeout: () => void) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs ?? Number.POSITIVE_INFINITY;
    this.#onTimeout = onTimeout;
  }

  /** True once the deadline is over; a body that trickles in never runs into a limit of silence. */
  get isOverdue(): boolean {
    return this.#clock.nowMs() > this.#deadlineMs;
  }

  arm(limitMs: number): void {
    this.disarm();
    const leftMs = Math.min(limitMs, this.#deadlineMs - this.#clock.nowMs());
    this.#timer = setTimeout(this.#onTimeout, Math.max(1, leftMs));
  }

  /** Something came: the same limit from now on. */
  refresh(): void {
    this.#timer?.refresh();
  }

  disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
