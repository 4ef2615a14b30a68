// What requests leave for those after them, so that it is not made or checked anew for each. Nothing depends on it but how
// long a request takes.

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
}
