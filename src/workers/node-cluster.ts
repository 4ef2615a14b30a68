// Node's own module for several processes on one port, loaded when it is asked for: a gateway of one process never does.

import type { Cluster } from "node:cluster";

/** The module. */
export function nodeCluster(): Cluster {
  // Its types describe what `import` gives, which has the module as its default.
  const found: unknown = process.getBuiltinModule("node:cluster");
  return found as Cluster;
}
