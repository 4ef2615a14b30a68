// The constants of cool-downs, and one of them as another process takes it over. `cooldown.ts` keeps them.

import type { CooldownClass } from "../saved-cooldown.ts";

/** One cool-down as another process takes it over. Times are of the monotonic clock. */
export type CooldownState = {
  readonly class: CooldownClass;
  readonly untilMs: number;
  readonly setMs: number;
  readonly guesses: number;
};

/** All constants of `Cooldowns`, in milliseconds. */
export type CooldownOptions = {
  /** Rate limits without a hint: this, doubled each time in a row … */
  readonly firstGuessMs: number;
  /** … up to this. */
  readonly maxGuessMs: number;
  /** Bounds of what a server may ask for. */
  readonly minRateLimitMs: number;
  readonly maxRateLimitMs: number;
  readonly deadKeyMs: number;
  readonly quotaMs: number;
  /** Discovery ends it sooner; this is for endpoints that list nothing. */
  readonly modelMissingMs: number;
  /** Entries kept at most; the oldest goes first. */
  readonly maxEntries: number;
};

/** The defaults. */
export const COOLDOWN_DEFAULTS: CooldownOptions = {
  firstGuessMs: 5_000,
  maxGuessMs: 60_000,
  minRateLimitMs: 1_000,
  maxRateLimitMs: 3_600_000,
  deadKeyMs: 600_000,
  quotaMs: 600_000,
  modelMissingMs: 600_000,
  maxEntries: 10_000,
};
