// The one source of time and randomness. Everything that measures, waits or draws lots takes a `Clock`, so that tests
// can hold time still.

/** Time and randomness. `nowMs` never jumps (monotonic); `wallMs` is the date and may jump. */
export type Clock = {
  /** Milliseconds from an arbitrary start; never goes back, whatever the system clock does. */
  readonly nowMs: () => number;
  /** Milliseconds since 1970-01-01 UTC; for dates in logs and for `Retry-After` dates only. */
  readonly wallMs: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
};

/** The process's own clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  random: () => Math.random(),
};
