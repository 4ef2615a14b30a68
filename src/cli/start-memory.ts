// Gives back the memory that starting took. Not on any request's path. Called once by `session.ts`.

import v8 from "node:v8";
import vm from "node:vm";

/** Long enough after the start for the first answers of discovery to be in. */
const SETTLE_MS = 400;

/**
 * Collects once, as for a process that is short of memory. Loading a hundred modules fills the young generation and
 * leaves compiled code behind that runs only once; V8 would keep both until it is under pressure, which a gateway
 * at rest never is. Saves 13 of 107 MiB for one pause of about 30 ms (docs/benchmarks.md, "Memory at rest").
 */
export function releaseStartMemory(): void {
  setTimeout(() => {
    // The function exists only for contexts made after the flag is set; no command-line flag is needed for it.
    v8.setFlagsFromString("--expose-gc");
    const collect: unknown = vm.runInNewContext("gc");
    v8.setFlagsFromString("--no-expose-gc");
    if (typeof collect === "function") collect({ type: "major", execution: "sync", flavor: "last-resort" });
  }, SETTLE_MS).unref();
}
