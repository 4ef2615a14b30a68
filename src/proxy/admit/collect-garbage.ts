// Asks V8 to collect now. A process that takes no new work makes no garbage, so that V8 sees no reason to collect
// what the last peak left behind, and its figures of memory in use stay high for ever.

import v8 from "node:v8";
import vm from "node:vm";

/** Collects all generations at once, as for a process that is short of memory: one pause of some 30 ms. */
export function collectGarbage(): void {
  // The function exists only for contexts made after the flag is set; no command-line flag is needed for it.
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = vm.runInNewContext("gc");
  v8.setFlagsFromString("--no-expose-gc");
  if (typeof collect === "function") collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
