// A log that writes nothing, for commands that ask the endpoints and print the answers themselves.

import type { Log } from "../core/summary.ts";

/** Builds a log that forgets everything. */
export function createSilentLog(): Log {
  const nothing = () => undefined;
  return { info: nothing, warn: nothing, error: nothing, flush: () => Promise.resolve() };
}
