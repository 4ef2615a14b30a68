// What requests leave behind: for those after them, so that it is not made or checked anew for each, and for the end of the
// process.

import { ModelNames } from "../../wires/peek/model-names.ts";
import { SpareTimers } from "./spare-timers.ts";
import { TimeOrderedIds } from "./time-ordered-id.ts";

/** That of one data plane. */
export class RequestMemory {
  /** Ids of requests that have none. */
  readonly ids = new TimeOrderedIds();
  /** Timers that nobody waits for any more. */
  readonly timers = new SpareTimers();
  /** Names of models that bodies have. */
  readonly modelNames = new ModelNames();
  /** Exchanges that are over and wait for what they have used to be counted. None of them rejects. */
  readonly settling = new Set<Promise<void>>();
}
