// How far memory grows before it is collected: caps the young generation, lets the old one grow, and gives back what
// starting took. Not on any request's path.

import type { PerformanceObserver } from "node:perf_hooks";
import v8 from "node:v8";
import type { Worker } from "node:worker_threads";
import { collectGarbage } from "../../proxy/admit/collect-garbage.ts";

/** Long enough after the start for the first answers of discovery to be in. */
const SETTLE_MS = 400;

/** Enough that few objects of a request outlive a collection, and no more. */
const YOUNG_LIMIT_BYTES = 8 * 1024 * 1024;

/** A thread that has said nothing by then has begun all the same, or never will. */
const THREAD_START_MS = 1_000;

/** By so much the heap may grow before all of it is collected, and by how many percent at least and at most. */
const GROWTH_BYTES = 32 * 1024 * 1024;
const LEAST_GROWTH = 50;
const MOST_GROWTH = 200;
/** Smaller changes of that are left out. */
const GROWTH_STEP = 25;

/** Flags that are changed while the gateway runs, with V8's own values. */
const V8_OWN = {
  "semi-space-growth-factor": "2",
  "heap-growing-percent": "0",
  "parallel-scavenge": true,
  "max-inlined-bytecode-size-cumulative": "920",
  "max-inlined-bytecode-size": "460",
} as const;

type V8Flag = keyof typeof V8_OWN;
type V8Value = string | boolean;

/** Runs something under the flags that V8 had when the program was loaded. */
export type UnderFirstFlags = (run: () => void) => void;

/**
 * Collects once, as for a process that is short of memory. Loading a hundred modules fills the young generation and
 * leaves code behind that runs only once; V8 would keep both until it is under pressure, which a gateway at rest never
 * is. `onLoaded` is called just before. Saves 13 of 107 MiB for one pause of about 30 ms (docs/benchmarks.md, "Memory").
 */
export function settleMemory(onLoaded: (underFirstFlags: UnderFirstFlags) => void = () => undefined): void {
  const flags = new ChangedFlags();
  const settle = (): void => {
    onLoaded((run) => flags.without(run));
    // Loaded under V8's own flags, and behind the first answer, which would wait for it.
    const { PerformanceObserver } = process.getBuiltinModule("node:perf_hooks");
    collectGarbage();
    followCollections(flags, PerformanceObserver);
    followThreads(flags);
    // Little of a request is alive when the young generation is collected: waking four threads for it, and waiting for
    // them, costs more than they do.
    flags.change("parallel-scavenge", false);
    // A request passes through hundreds of small functions, each of which V8 compiles with those that it calls up to a
    // bound: three times as many leave out most of the calls.
    flags.change("max-inlined-bytecode-size-cumulative", "3000");
    flags.change("max-inlined-bytecode-size", "920");
  };
  setTimeout(settle, SETTLE_MS).unref();
}

/**
 * After each collection: keeps the young generation from growing beyond 8 MiB, and says how far the old one may grow. By
 * default the young one grows to 128 MiB under load, and holds on to as many bodies in buffers besides, until V8 finds that
 * too much and collects the whole heap: 4 times in 1,000 requests of 100 KB under 16 MiB, never under 8
 * (docs/benchmarks.md, "Memory"). V8 counts those buffers with the heap, which itself is small: by its own measure it would
 * collect all of it some ten times a second. A large heap, as of a thousand streams, is not given three times its size.
 */
function followCollections(flags: ChangedFlags, Observer: typeof PerformanceObserver): void {
  let growth = 0;
  const grow = (): void => {
    const used = v8.getHeapStatistics().used_heap_size;
    const wanted = Math.min(MOST_GROWTH, Math.max(LEAST_GROWTH, (GROWTH_BYTES / used) * 100));
    const stepped = Math.round(wanted / GROWTH_STEP) * GROWTH_STEP;
    if (stepped === growth) return;
    growth = stepped;
    flags.change("heap-growing-percent", String(growth));
  };
  let isYoungFull = false;
  const observer = new Observer(() => {
    grow();
    if (isYoungFull) return;
    const young = v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
    if (young === undefined || young.space_size < YOUNG_LIMIT_BYTES) return;
    isYoungFull = true;
    // Read at each growth, unlike --max-semi-space-size, which is read once before any code of ours runs.
    flags.change("semi-space-growth-factor", "1");
  });
  grow();
  observer.observe({ entryTypes: ["gc"] });
}

/**
 * A thread begins under V8's own flags: else it would compile all that it loads of Node anew, which takes 70 ms of the
 * processor and 2 MiB, where Node carries it compiled.
 */
function followThreads(flags: ChangedFlags): void {
  process.on("worker", (thread: Worker) => {
    const release = flags.withhold();
    const timer = setTimeout(release, THREAD_START_MS).unref();
    const onStarted = (): void => {
      clearTimeout(timer);
      release();
    };
    thread.once("message", onStarted);
    thread.once("exit", onStarted);
  });
}

/** Flags of V8 that were changed since the program was loaded. */
class ChangedFlags {
  readonly #changed = new Map<V8Flag, V8Value>();
  #withheld = 0;

  change(flag: V8Flag, value: V8Value): void {
    this.#changed.set(flag, value);
    if (this.#withheld === 0) set(flag, value);
  }

  /**
   * V8's own flags until the function that it gives back is called: V8 takes compiled code only under the flags that it was
   * made with.
   */
  withhold(): () => void {
    if (this.#withheld === 0) for (const flag of this.#changed.keys()) set(flag, V8_OWN[flag]);
    this.#withheld += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#withheld -= 1;
      if (this.#withheld === 0) for (const [flag, value] of this.#changed) set(flag, value);
    };
  }

  /** Runs something under V8's own flags. */
  without(run: () => void): void {
    const release = this.withhold();
    try {
      run();
    } finally {
      release();
    }
  }
}

/** V8 has `--flag` and `--no-flag` for what is true or false. */
function set(flag: V8Flag, value: V8Value): void {
  if (typeof value === "boolean") v8.setFlagsFromString(value ? `--${flag}` : `--no-${flag}`);
  else v8.setFlagsFromString(`--${flag}=${value}`);
}
