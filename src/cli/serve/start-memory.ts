// How far memory grows before it is collected: caps the young generation, lets the old one grow, and gives back what
// starting took. Not on any request's path.

import { PerformanceObserver } from "node:perf_hooks";
import v8 from "node:v8";
import { collectGarbage } from "../../core/collect-garbage.ts";

/** Long enough after the start for the first answers of discovery to be in. */
const SETTLE_MS = 400;

/** Enough that few objects of a request outlive a collection, and no more. */
const YOUNG_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Keeps the young generation from growing beyond 16 MiB. By default it grows to 128 MiB under load, and holds on to
 * as many bodies in buffers besides: 350 MiB where 230 do, and 100 KB bodies cost a quarter more of the processor,
 * since each collection comes late and finds more (docs/benchmarks.md, "Memory").
 */
function capYoungGeneration(): void {
  const observer = new PerformanceObserver(() => {
    const young = v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
    if (young === undefined || young.space_size < YOUNG_LIMIT_BYTES) return;
    observer.disconnect();
    // Read at each growth, unlike --max-semi-space-size, which is read once before any code of ours runs.
    v8.setFlagsFromString("--semi-space-growth-factor=1");
  });
  observer.observe({ entryTypes: ["gc"] });
}

/**
 * Lets the old generation grow to three times what is in use before the whole heap is collected. V8 counts the buffers of
 * bodies under way with the heap, which itself is small: by its own measure it would collect all of it some ten times a
 * second under bodies of 100 KB (docs/benchmarks.md, "Memory").
 */
function collectOldGenerationLater(): void {
  v8.setFlagsFromString("--heap-growing-percent=200");
}

/**
 * Collects once, as for a process that is short of memory. Loading a hundred modules fills the young generation and
 * leaves compiled code behind that runs only once; V8 would keep both until it is under pressure, which a gateway
 * at rest never is. Saves 13 of 107 MiB for one pause of about 30 ms (docs/benchmarks.md, "Memory at rest").
 */
export function settleMemory(): void {
  setTimeout(() => {
    collectGarbage();
    capYoungGeneration();
    collectOldGenerationLater();
  }, SETTLE_MS).unref();
}
