// Runs inside the gateway's process (`node --import`) and tells its parent, when asked, what the process holds.
// No part of the gateway. Loaded by `gateway-process.ts`.

import v8 from "node:v8";
import vm from "node:vm";

/** What the process holds after a full collection. */
export type Sample = {
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly sockets: number;
  readonly timers: number;
  readonly others: number;
};

function sample(): Sample {
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = vm.runInNewContext("gc");
  // Twice: what a finaliser of the first let go is gone after the second.
  if (typeof collect === "function") for (let round = 0; round < 2; round += 1) collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const sockets = resources.filter((name) => /^(?:TCP|TLS)/.test(name)).length;
  const timers = resources.filter((name) => name === "Timeout").length;
  const others = resources.length - sockets - timers;
  return { heapBytes: heapUsed + external, rssBytes: rss, sockets, timers, others };
}

process.on("message", (message) => {
  if (message === "sample") process.send?.(sample());
});
// The channel alone must not keep a gateway up that was told to stop.
process.channel?.unref();
