// The constants of `breaker.ts`.

/** All constants of a `Breaker`. */
export type BreakerOptions = {
  /** Strikes in a row that eject. */
  readonly consecutiveStrikes: number;
  /** Window of the failure ratio, in milliseconds. */
  readonly windowMs: number;
  /** The ratio is looked at from this many requests in the window. */
  readonly minimumRequests: number;
  /** Share of failed requests that ejects, 0 to 1. */
  readonly failureRatio: number;
  /** The n-th ejection in a row lasts n times this. */
  readonly baseEjectionMs: number;
  /** No ejection lasts longer. */
  readonly maxEjectionMs: number;
  /** Part of an ejection that is left to chance, 0 to 1, so that gateways do not return in step. */
  readonly jitterRatio: number;
  /** Each such stretch without an ejection lowers n by one. */
  readonly healthyIntervalMs: number;
  /** After this long a probe counts as lost. Longer than any first-byte timeout, or slow probes overlap. */
  readonly probeLeaseMs: number;
  /** How long the weight grows after an ejection. */
  readonly slowStartMs: number;
  /** Share of the weight that slow start begins with, 0 to 1. */
  readonly slowStartFloor: number;
};

/** The defaults: for two to five endpoints, not for a fleet. */
export const BREAKER_DEFAULTS: BreakerOptions = {
  consecutiveStrikes: 3,
  windowMs: 30_000,
  minimumRequests: 10,
  failureRatio: 0.5,
  baseEjectionMs: 10_000,
  maxEjectionMs: 300_000,
  jitterRatio: 0.2,
  healthyIntervalMs: 30_000,
  probeLeaseMs: 630_000,
  slowStartMs: 30_000,
  slowStartFloor: 0.1,
};
