// Node's own module for several processes on one port, loaded when it is asked for: a gateway of one process never does.

import type { Cluster } from "node:cluster";

/** The module. */
export function nodeCluster(): Cluster {
  // Its types describe what `import` gives, which has the module as its default.
  const found: unknown = process.getBuiltinModule("node:cluster");
  return found as Cluster;
}

/** Has processes started as this one was, whatever that is: from sources, from the bundle, or as a single executable. */
export function setUpCluster(): void {
  const cluster = nodeCluster();
  // One socket for all: nobody who waits there is lost with a process, and no second program can join it.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const { isSea } = process.getBuiltinModule("node:sea");
  const script = isSea() ? undefined : process.argv[1];
  // The word is for lists of processes; that one is a worker says its environment.
  const [exec, args] = script === undefined ? ["worker", []] : [script, ["worker"]];
  cluster.setupPrimary({ exec, args, serialization: "advanced" });
}
