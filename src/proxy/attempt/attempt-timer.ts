// The one timer of an attempt: what is being waited for has a limit, and the whole exchange may have a deadline.
// Made by `attempt.ts`.
//
// Timers of the system are set twice an attempt at the most, not at each phase: the timer rings when the shortest of
// the usual limits is over and then looks what is due (bench/: arming anew cost 0.7 µs a phase).

import type { Clock } from "../../core/clock.ts";

/** Armed anew for each phase; the deadline cuts every phase short. */
export class AttemptTimer {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #onTimeout: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the system's timer rings. */
  #ringsMs = 0;
  #limitMs = 0;
  #sinceMs = 0;
  #isOver = false;

  constructor(clock: Clock, deadlineMs: number | undefined, onTimeout: () => void) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs ?? Number.POSITIVE_INFINITY;
    this.#onTimeout = onTimeout;
  }

  /** True once the deadline is over; a body that trickles in never runs into a limit of silence. */
  get isOverdue(): boolean {
    return this.#clock.nowMs() > this.#deadlineMs;
  }

  /** Begins a phase. `soonestMs` is the shortest limit of the phases to come, so that they find the timer set. */
  arm(limitMs: number, soonestMs = limitMs): void {
    this.#limitMs = limitMs;
    this.#sinceMs = this.#clock.nowMs();
    const dueMs = Math.min(this.#dueMs, this.#sinceMs + soonestMs);
    if (this.#timer === undefined || dueMs < this.#ringsMs) this.#set(dueMs - this.#sinceMs);
  }

  /** Something came: the same limit from now on. */
  refresh(): void {
    this.#sinceMs = this.#clock.nowMs();
    if (this.#timer === undefined) this.#set(this.#dueMs - this.#sinceMs);
  }

  /** For good. */
  disarm(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  get #dueMs(): number {
    return Math.min(this.#sinceMs + this.#limitMs, this.#deadlineMs);
  }

  #set(waitMs: number): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#ringsMs = this.#clock.nowMs() + waitMs;
    this.#timer = setTimeout(() => this.#ring(), Math.max(1, Math.ceil(waitMs)));
  }

  #ring(): void {
    this.#timer = undefined;
    const leftMs = this.#dueMs - this.#clock.nowMs();
    if (leftMs > 0) this.#set(leftMs);
    else this.#onTimeout();
  }
}
