// Measures how late the event loop is: how long after its time a timer runs. Says nothing of what to do about it;
// that is `proxy/admit/pressure.ts`, which also uses the beat for its own looks.
//
// A timer, not `monitorEventLoopDelay`: at equal rates they cost the same (0.03 % of a core at two beats a second,
// 0.3 % at the histogram's usual 20 ms), a look at memory needs the timer anyway, and a stop of a second is longer
// than a beat, so that none is missed.

import type { Clock } from "../core/clock.ts";

/** Between two beats. */
export const LAG_BEAT_MS = 500;

/** Beats until it is stopped; keeps no process alive. */
export class LagMeter {
  readonly #clock: Clock;
  readonly #onBeat: (lagMs: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  #lagMs = 0;

  /** `onBeat` is called with the lag at every beat, and must not throw. */
  constructor(clock: Clock, onBeat: (lagMs: number) => void) {
    this.#clock = clock;
    this.#onBeat = onBeat;
  }

  /** The lag of the last beat, in milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#dueMs = this.#clock.nowMs() + LAG_BEAT_MS;
    this.#timer = setInterval(() => this.#beat(), LAG_BEAT_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs();
    this.#lagMs = Math.max(0, nowMs - this.#dueMs);
    // An interval is counted from when it ran, not from when it should have run.
    this.#dueMs = nowMs + LAG_BEAT_MS;
    this.#onBeat(this.#lagMs);
  }
}
