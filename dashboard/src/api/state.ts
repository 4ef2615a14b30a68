// Whether the gateway can be reached and whether it still knows us. What asks it says so here, and the shell shows it.

import { signal } from "@preact/signals";

/** Whether the last question had an answer at all. */
export const isReachable = signal(true);

/** What is known of the viewer's session. `expired`: it was there, and what is on the page waits for a new one. */
export type SessionState = "asking" | "in" | "out" | "expired";

/** The viewer's session. */
export const session = signal<SessionState>("asking");

/** Whether a password is set; without one there is nothing to log in with. */
export const isSetUp = signal(true);

/** Settles once the viewer is logged in. */
export function loggedIn(): Promise<void> {
  if (session.value === "in") return Promise.resolve();
  return new Promise((resolve) => {
    const stop = session.subscribe((state) => {
      if (state !== "in") return;
      // The first call comes before `stop` is known, and never with this state.
      stop();
      resolve();
    });
  });
}
