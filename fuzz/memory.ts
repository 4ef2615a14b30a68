// Says how much memory is in use after a full collection.

import { setImmediate } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";

/**
 * Collects everything that can be, then tells the bytes of the heap and of buffers in use. What a collection lets go
 * outside of the heap is given back a turn of the event loop later.
 */
export async function usedBytes(): Promise<number> {
  // The function exists only for contexts made after the flag is set.
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = vm.runInNewContext("gc");
  for (let time = 0; time < 2 && typeof collect === "function"; time += 1) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
