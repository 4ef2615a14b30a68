// `npm run bench-store [ROWS [FOLDER]]`: fills a store with a million requests of thirty days and prints how long it takes to
// write, to start and to answer. Not part of the gateway.

import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/core/clock.ts";
import { createSilentLog } from "../src/observe/silent-log.ts";
import { filesToRead, StoreReader } from "../src/store/sqlite/reader.ts";
import { usageOf } from "../src/store/sqlite/rows/read-entry.ts";
import { StoreWriter } from "../src/store/sqlite/writer.ts";
import type { LedgerEntry, RequestsQuestion, UsageQuestion } from "../src/store/store.ts";
import { ThreadStore } from "../src/store/threads/thread-store.ts";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SPAN = 30 * DAY;
const BEGAN = Date.now();
const BATCH = 500;
/** Each question is asked so often; the first one is told apart, since it starts the thread or reads the disk. */
const TIMES = 5;
const KEEP = { usageMs: 400 * DAY, requestsMs: 60 * DAY, requestsBytes: 1e12 };

/** A folder that an earlier run has filled, to ask again. */
const GIVEN = process.argv[3];
const folder = GIVEN ?? mkdtempSync(join(tmpdir(), "bench-store-"));
const order = { usagePath: join(folder, "usage.db"), requestsPath: join(folder, "requests.db"), keep: KEEP };

/** Cheap numbers that are the same on each run. */
let seed = 1;
function below(bound: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % bound;
}

function entryAt(index: number): LedgerEntry {
  console.log(`${ROWS} requests of 30 days, 20 keys, 15 models, 4 endpoints`);
  if (GIVEN === undefined || !existsSync(order.usagePath)) fill();
  for (const path of [order.usagePath, order.requestsPath])
    console.log(`${path.split("/").at(-1)} ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  await start();
  ask();
} finally {
  if (GIVEN === undefined) rmSync(folder, { recursive: true, force: true });
}
