// The one timer of an attempt: what is being waited for has a limit, and the whole exchange may have a deadline.
//
// A timer of the system is not set anew for each wait: it rings when the shortest of the usual limits is over, and then
// looks what is due. So a piece of an answer costs a look at the clock, and no timer.

import type { Clock } from "../../core/clock.ts";

/** A timer that rings so much later than it was set for tells of a process that had no time for anything. */
const LATE_MS = 100;

/** Armed anew for whatever is waited for next; the deadline cuts every wait short. */
export class AttemptTimer {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #onTimeout: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the system's timer rings. */
  #ringsMs = 0;
  /** The same by the process's own time, by which its own lateness is told. */
  #ringsProcessMs = 0;
  #limitMs = 0;
  #sinceMs = 0;
  #isOver = false;

  /** `deadlineMs`: Infinity where there is none. */
  constructor(clock: Clock, deadlineMs: number, onTimeout: () => void) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#onTimeout = onTimeout;
  }

  /** True once the deadline is over; a body that trickles in never runs into a limit of silence. */
  get isOverdue(): boolean {
    return this.#clock.nowMs() > this.#deadlineMs;
  }

  /** A wait begins. `soonestMs` is the shortest limit of the waits to come, so that they find the timer set. */
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

  /** The attempt is over: it never rings again, even if it is armed once more. */
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
    this.#ringsProcessMs = performance.now() + waitMs;
    this.#timer = setTimeout(() => this.#ring(), Math.max(1, Math.ceil(waitMs)));
  }

  #ring(): void {
    this.#timer = undefined;
    const isLate = performance.now() - this.#ringsProcessMs > LATE_MS;
    // What has come meanwhile waits in the sockets: it is read before the endpoint is called silent.
    if (isLate) setImmediate(() => this.#judge());
    else this.#judge();
  }

  #judge(): void {
    if (this.#isOver) return;
    const leftMs = this.#dueMs - this.#clock.nowMs();
    if (leftMs > 0) this.#set(leftMs);
    else this.#onTimeout();
  }
}
