// The one timer of an attempt: what is being waited for has a limit, and the whole exchange may have a deadline.
//
// A timer of the system is not set anew for each wait: it rings when the shortest of the usual limits is over, and then
// looks what is due. So a piece of an answer costs a look at the clock, and no timer; and one that an attempt before had set
// is as good, since it rings no later.

import type { Clock } from "../../core/clock.ts";
import type { LentTimer, SpareTimers, TimerOwner } from "../exchange/spare-timers.ts";

/** A timer that rings so much later than it was set for tells of a process that had no time for anything. */
const LATE_MS = 100;

/** Armed anew for whatever is waited for next; the deadline cuts every wait short. */
export class AttemptTimer implements TimerOwner {
  readonly #clock: Clock;
  readonly #spare: SpareTimers;
  readonly #deadlineMs: number;
  readonly #onTimeout: () => void;
  #timer: LentTimer | undefined;
  /** When it has to ring at the latest. */
  #latestMs = 0;
  #limitMs = 0;
  #sinceMs = 0;
  #isOver = false;

  /** `deadlineMs`: Infinity where there is none. */
  constructor(clock: Clock, spare: SpareTimers, deadlineMs: number, onTimeout: () => void) {
    this.#clock = clock;
    this.#spare = spare;
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
    if (this.#timer === undefined || dueMs < this.#latestMs) this.#set(dueMs - this.#sinceMs);
  }

  /** Something came: the same limit from now on. */
  refresh(): void {
    this.#sinceMs = this.#clock.nowMs();
    if (this.#timer === undefined) this.#set(this.#dueMs - this.#sinceMs);
  }

  /** The attempt is over: it never rings again, even if it is armed once more. */
  disarm(): void {
    this.#isOver = true;
    this.#giveBack();
  }

  /** What is due is looked for; nothing, where the timer had been set for an attempt before. */
  ring(): void {
    const timer = this.#timer;
    this.#timer = undefined;
    const isLate = timer !== undefined && performance.now() - timer.ringsMs > LATE_MS;
    // What has come meanwhile waits in the sockets: it is read before the endpoint is called silent.
    if (isLate) setImmediate(() => this.#judge());
    else this.#judge();
  }

  get #dueMs(): number {
    return Math.min(this.#sinceMs + this.#limitMs, this.#deadlineMs);
  }

  #set(waitMs: number): void {
    if (this.#isOver) return;
    this.#giveBack();
    this.#latestMs = this.#clock.nowMs() + waitMs;
    this.#timer = this.#spare.take(waitMs, this);
  }

  #giveBack(): void {
    if (this.#timer !== undefined) this.#spare.giveBack(this.#timer);
    this.#timer = undefined;
  }

  #judge(): void {
    if (this.#isOver) return;
    const leftMs = this.#dueMs - this.#clock.nowMs();
    if (leftMs > 0) this.#set(leftMs);
    else this.#onTimeout();
  }
}
