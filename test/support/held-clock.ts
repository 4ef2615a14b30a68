// A clock that stands still until the test moves it: ejections, cool-downs and budgets then end when the test says so.
// Timers are the system's all the same.

import type { Clock } from "../../src/core/clock.ts";

/** Time in the test's hand. */
export class HeldClock implements Clock {
  #nowMs = 1_000_000;
  /** What chance says, in [0, 1). */
  lot = 0;

  /** Lets time pass. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }

  readonly nowMs = (): number => this.#nowMs;
  readonly wallMs = (): number => 1_700_000_000_000 + this.#nowMs;
  readonly random = (): number => this.lot;
}
