// How long to wait before the same target is asked again. Pure. Whether to ask at all is for `retry-policy.ts`.

import type { Clock } from "../../core/clock.ts";

/** All constants of the back-off, in milliseconds. */
export type BackoffOptions = {
  /** Upper bound of the first wait; doubles with each retry … */
  readonly firstMs: number;
  /** … up to this. */
  readonly maxMs: number;
  /** A server's hint beyond this is not waited for: the client is told instead. */
  readonly maxHintMs: number;
};

/** The defaults: what suits answers that take seconds. */
export const BACKOFF_DEFAULTS: BackoffOptions = { firstMs: 250, maxMs: 8_000, maxHintMs: 10_000 };

/**
 * Milliseconds to wait before the retry number `retry` (from 0): the server's hint where it gave one, else chance
 * between 0 and `firstMs * 2^retry` ("full jitter"). Undefined when the hint is too long to wait for.
 */
export function backoffMs(
  retry: number,
  hintMs: number | undefined,
  clock: Clock,
  options: BackoffOptions = BACKOFF_DEFAULTS,
): number | undefined {
  if (hintMs !== undefined) return hintMs <= options.maxHintMs ? hintMs : undefined;
  return clock.random() * Math.min(options.maxMs, options.firstMs * 2 ** retry);
}
