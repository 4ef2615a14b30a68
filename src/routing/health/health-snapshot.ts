// What is known of the health of endpoints and targets, as plain data at one moment: for whoever shows it. Learns nothing
// and decides nothing.

import type { BreakerSnapshot } from "./breaker-state.ts";
import type { Cooldown } from "./cooldown.ts";

/** The way to an endpoint, of one that ever failed. */
type EndpointHealth = BreakerSnapshot & { readonly endpoint: string };

/** An operation of a model at an endpoint that ever failed there. */
export type OperationHealth = BreakerSnapshot & {
  /** `Target.key`. */
  readonly target: string;
  readonly operation: string;
};

/** A target whose allowance is spent, and until when on the monotonic clock. */
export type SpentAllowance = { readonly target: string; readonly untilMs: number };

/** All health at one moment. Times are of the monotonic clock; what never failed is in none of the lists. */
export type HealthSnapshot = {
  readonly endpoints: readonly EndpointHealth[];
  readonly operations: readonly OperationHealth[];
  readonly spent: readonly SpentAllowance[];
  /** Keys and models that rest. */
  readonly rests: readonly Cooldown[];
};
