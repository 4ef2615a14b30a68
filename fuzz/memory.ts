// Says how much memory is in use after a full collection. Called by `main.ts`.

import v8 from "node:v8";
import vm from "node:vm";

/** Collects everything that can be, then tells the bytes of the heap and of buffers in use. */
export function usedBytes(): number {
  // The function exists only for contexts made after the flag is set.
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = vm.runInNewContext("gc");
  if (typeof collect === "function") collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
