// What a breaker shows of itself: its state, and what another process takes over of it. Types only; `breaker.ts` is the
// machine.

/** `closed`: in use. `open`: ejected. `half_open`: one probe may ask. */
export type BreakerState = "closed" | "open" | "half_open";

/** A breaker as it stands at one moment. Times are of the monotonic clock. */
export type BreakerSnapshot = {
  readonly state: BreakerState;
  readonly untilMs: number;
  readonly ejections: number;
  readonly consecutiveStrikes: number;
  readonly requestsInWindow: number;
  readonly strikesInWindow: number;
  readonly isProbeOut: boolean;
  readonly weightFactor: number;
};

/** The last ejection, or its end, as another process takes it over. Times are of the monotonic clock. */
export type BreakerTurn = {
  readonly isEjected: boolean;
  readonly ejectedMs: number;
  readonly closedMs: number;
  readonly untilMs: number;
  readonly ejections: number;
  readonly lastEjections: number;
};

/** What another process has seen of the same endpoint since it told last. */
export type BreakerCounts = {
  readonly successes: number;
  readonly strikes: number;
  /** Strikes since the last of the successes; all of them where there was none. */
  readonly inRow: number;
};

/** What a breaker is of: the way to an endpoint, or an operation of a target (`endpoint/model`). */
export type BreakerPlace =
  | { readonly endpoint: string }
  | { readonly target: string; readonly operation: string };
