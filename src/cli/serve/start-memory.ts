// How far memory grows before it is collected: caps the young generation, lets the old one grow, and gives back what
// starting took. Not on any request's path.

import { PerformanceObserver } from "node:perf_hooks";
import v8 from "node:v8";
import { collectGarbage } from "../../proxy/admit/collect-garbage.ts";

/** Long enough after the start for the first answers of discovery to be in. */
const SETTLE_MS = 400;

/** Enough that few objects of a request outlive a collection, and no more. */
const YOUNG_LIMIT_BYTES = 8 * 1024 * 1024;

/** Flags that are changed while the gateway runs, each with the one that takes it back: V8's own value. */
const TAKEN_BACK_BY = {
  "--semi-space-growth-factor=1": "--semi-space-growth-factor=2",
  "--heap-growing-percent=200": "--heap-growing-percent=0",
  "--no-parallel-scavenge": "--parallel-scavenge",
  "--max-inlined-bytecode-size-cumulative=3000": "--max-inlined-bytecode-size-cumulative=920",
  "--max-inlined-bytecode-size=920": "--max-inlined-bytecode-size=460",
} as const;

type V8Flag = keyof typeof TAKEN_BACK_BY;

/** Runs something under the flags that V8 had when the program was loaded. */
export type UnderFirstFlags = (run: () => void) => void;

/**
 * Collects once, as for a process that is short of memory. Loading a hundred modules fills the young generation and
 * leaves code behind that runs only once; V8 would keep both until it is under pressure, which a gateway at rest never
 * is. `onLoaded` is called just before. Saves 13 of 107 MiB for one pause of about 30 ms (docs/benchmarks.md, "Memory").
 */
export function settleMemory(onLoaded: (underFirstFlags: UnderFirstFlags) => void = () => undefined): void {
  const flags = new ChangedFlags();
  setTimeout(() => {
    onLoaded((run) => flags.without(run));
    collectGarbage();
    capYoungGeneration(flags);
    // V8 counts the buffers of bodies under way with the heap, which itself is small: by its own measure it would
    // collect all of it some ten times a second under bodies of 100 KB (docs/benchmarks.md, "Memory").
    flags.change("--heap-growing-percent=200");
    // Little of a request is alive when the young generation is collected: waking four threads for it, and waiting for
    // them, costs more than they do.
    flags.change("--no-parallel-scavenge");
    // A request passes through hundreds of small functions, each of which V8 compiles with those that it calls up to a
    // bound: three times as many leave out most of the calls.
    flags.change("--max-inlined-bytecode-size-cumulative=3000");
    flags.change("--max-inlined-bytecode-size=920");
  }, SETTLE_MS).unref();
}

/**
 * Keeps the young generation from growing beyond 8 MiB. By default it grows to 128 MiB under load, and holds on to as many
 * bodies in buffers besides, until V8 finds that too much and collects the whole heap: 4 times in 1,000 requests of 100 KB
 * under 16 MiB, never under 8 (docs/benchmarks.md, "Memory").
 */
function capYoungGeneration(flags: ChangedFlags): void {
  const observer = new PerformanceObserver(() => {
    const young = v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
    if (young === undefined || young.space_size < YOUNG_LIMIT_BYTES) return;
    observer.disconnect();
    // Read at each growth, unlike --max-semi-space-size, which is read once before any code of ours runs.
    flags.change("--semi-space-growth-factor=1");
  });
  observer.observe({ entryTypes: ["gc"] });
}

/** Flags of V8 that were changed since the program was loaded. */
class ChangedFlags {
  readonly #changed = new Set<V8Flag>();

  change(flag: V8Flag): void {
    this.#changed.add(flag);
    v8.setFlagsFromString(flag);
  }

  /** V8 takes compiled code only under the flags that it was made with. */
  without(run: () => void): void {
    for (const flag of this.#changed) v8.setFlagsFromString(TAKEN_BACK_BY[flag]);
    try {
      run();
    } finally {
      for (const flag of this.#changed) v8.setFlagsFromString(flag);
    }
  }
}
