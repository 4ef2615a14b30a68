// Times that several processes of one machine understand: each counts its own monotonic clock from its own start.

import type { Clock } from "../../core/clock.ts";

/** What a process adds to its own monotonic time, in milliseconds, before it tells others; they take theirs off. */
export function sharedOffsetMs(clock: Clock): number {
  // The system's monotonic clock is the same for all processes, and does not jump with the date.
  return Number(process.hrtime.bigint()) / 1e6 - clock.nowMs();
}
