// The program of a gateway whose work is counted from outside: a process of its own, with the real log, whose lines go
// nowhere. Its arguments are a configuration as JSON and, where a store is to keep what it serves, `kept`; it prints its port, and for each line that it reads, how many
// bytes are allocated.

import { PerformanceObserver } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { getHeapStatistics } from "node:v8";
import { configFromText } from "../../src/config/file/load.ts";
import { systemClock } from "../../src/core/clock.ts";
import { startGateway } from "../../src/gateway.ts";
import { createLineWriter } from "../../src/observe/line-writer.ts";
import { createLog } from "../../src/observe/log.ts";
import { openStore } from "../../src/store/threads/open-store.ts";

/** What the process says for each line: bytes in use, on V8's heap and in buffers, and collections since the start. */
export type Allocated = { readonly bytes: number; readonly collections: number };

const loaded = configFromText(process.argv[2] ?? "", { file: "counted.yaml", env: {} });
if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.problems));
const writer = createLineWriter({ fd: 1, rawWrite: (_fd, bytes, done) => done(null, bytes.length) });
const lines = { format: "json", level: "info", isColour: false, isAscii: false, clock: systemClock } as const;
const log = await createLog({ writer, ...lines });
const store = process.argv[3] === "kept" ? openStore(loaded.config.store, undefined, log) : undefined;
const gateway = await startGateway({ config: loaded.config, log, sinks: [log], dataDir: undefined, store });
await gateway.catalogue.firstAnswers();

let collections = 0;
const observer = new PerformanceObserver(() => undefined);
observer.observe({ entryTypes: ["gc"] });
createInterface(process.stdin).on("line", (line) => {
  if (line === "collect") globalThis.gc?.();
  collections += observer.takeRecords().length;
  const bytes = getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;
  process.stdout.write(`${JSON.stringify({ bytes, collections } satisfies Allocated)}\n`);
});
process.stdout.write(`${gateway.port}\n`);
