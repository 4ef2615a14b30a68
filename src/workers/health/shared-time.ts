// Times that several processes of one machine understand: each counts its own monotonic clock from its own start.

import type { Clock } from "../../core/clock.ts";

/** Between the two clocks the process may have to wait for a core; the closest of so many readings counts. */
const READINGS = 9;

/** What a process adds to its own monotonic time, in milliseconds, before it tells others; they take theirs off. */
export function sharedOffsetMs(clock: Clock): number {
  let closestMs = Number.POSITIVE_INFINITY;
  let offsetMs = 0;
  for (let count = 0; count < READINGS; count++) {
    const beforeMs = clock.nowMs();
    // The system's monotonic clock is the same for all processes, and does not jump with the date.
    const systemMs = Number(process.hrtime.bigint()) / 1e6;
    const afterMs = clock.nowMs();
    if (afterMs - beforeMs >= closestMs) continue;
    closestMs = afterMs - beforeMs;
    offsetMs = systemMs - (beforeMs + afterMs) / 2;
  }
  return offsetMs;
}
