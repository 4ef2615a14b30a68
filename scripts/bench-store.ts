// `npm run bench-store [ROWS [FOLDER]]`: fills a store with a million requests of thirty days and prints how long it takes to
// write, to start and to answer. Not part of the gateway.

import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/core/clock.ts";
import { NO_USAGE } from "../src/core/usage.ts";
import { createSilentLog } from "../src/observe/silent-log.ts";
import { lineOf } from "../src/store/entry-line.ts";
import { filesToRead, StoreReader } from "../src/store/sqlite/reader.ts";
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
  const model = `model-${below(15)}`;
  const failed = below(50) === 0;
  return {
    requestId: `req_${index.toString(36)}`,
    timeMs: BEGAN - SPAN + Math.floor((index / ROWS) * SPAN),
    keyId: `key-${below(20)}`,
    keyName: "a key",
    tags: below(3) === 0 ? ["family"] : [],
    model,
    endpoint: `endpoint-${below(4)}`,
    upstreamModel: model,
    operation: "chat",
    status: failed ? 503 : 200,
    error: failed ? "upstream_server_error" : "",
    isStream: below(2) === 0,
    usage: { ...NO_USAGE, input: below(4_000), output: below(800), cached: below(1_000) },
    cost: { nanoDollars: below(10_000_000), source: "table", date: "2026-11-01" },
    isCached: false,
    request: {
      method: "POST",
      path: "/v1/chat/completions",
      clientAddress: "127.0.0.1",
      attempts: [
        {
          endpoint: "endpoint-1",
          credential: undefined,
          upstreamModel: model,
          outcome: failed ? "upstream_server_error" : "ok",
          status: failed ? 503 : 200,
          startedAfterMs: 1,
          durationMs: 800,
        },
      ],
      durationMs: 812,
      firstByteMs: 240,
      bytesIn: 2_048,
      bytesOut: 4_096,
    },
  };
}

function fill(): void {
  const writer = new StoreWriter({ ...order, role: "writer" }, systemClock);
  let slowest = 0;
  const began = performance.now();
  for (let index = 0; index < ROWS; index += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, ROWS - index) }, (_, at) => entryAt(index + at));
    const start = performance.now();
    writer.append(batch.map(lineOf).join("\n"));
    slowest = Math.max(slowest, performance.now() - start);
    // About as often as in a gateway that has so many rows in thirty days.
    if (index % 20_000 === 0) writer.tidy(false);
  }
  print("write, each row", (performance.now() - began) / ROWS);
  print(`write, the slowest batch of ${BATCH}`, slowest);
  const start = performance.now();
  writer.tidy(false);
  print("fold the last 20,000 rows", performance.now() - start);
  writer.close();
}

/** Of the time before a moment. */
function questions(nowMs: number): Readonly<Record<string, UsageQuestion>> {
  const recent = (days: number) => ({ fromMs: nowMs - days * DAY, toMs: nowMs });
  return {
    "the last hour, by minute": { ...recent(1 / 24), groups: ["minute"] },
    "the last 24 hours, by minute": { ...recent(1), groups: ["minute"] },
    "48 hours, by minute and model": {
      groups: ["minute", "model"],
      fromMs: nowMs - 2 * DAY + 600_000,
      toMs: nowMs,
    },
    "24 hours, by key": { ...recent(1), groups: ["key"] },
    "24 hours of one key, by minute and model": { ...recent(1), groups: ["minute", "model"], keyId: "key-3" },
    "7 days, by hour": { ...recent(7), groups: ["hour"] },
    "7 days, by hour and model, one key": { ...recent(7), groups: ["hour", "model"], keyId: "key-3" },
    "30 days, by hour": { ...recent(30), groups: ["hour"] },
    "30 days, by hour and key": { ...recent(30), groups: ["hour", "key"] },
    "30 days, by key and model": { ...recent(30), groups: ["key", "model"] },
    "30 days, by day": { ...recent(30), groups: ["day"] },
    "30 days, by day of Taipei and key": { ...recent(30), groups: ["day", "key"], offsetMinutes: 480 },
    "30 days, by day of Kathmandu": { ...recent(30), groups: ["day"], offsetMinutes: 345 },
    "30 days, by tag": { ...recent(30), groups: ["tag"] },
    "all, by endpoint and model": { fromMs: 0, toMs: nowMs, groups: ["endpoint", "model"] },
  };
}

const PAGES: Readonly<Record<string, RequestsQuestion>> = {
  "page: the newest 50": { limit: 50 },
  "page: one key": { limit: 50, keyId: "key-3" },
  "page: one key, failed": { limit: 50, keyId: "key-3", minStatus: 400 },
  "page: failed": { limit: 50, minStatus: 400 },
  "page: one model at one endpoint": { limit: 50, model: "model-3", endpoint: "endpoint-1" },
  "page: nothing fits (key)": { limit: 50, keyId: "nobody" },
  "page: nothing fits (status 418)": { limit: 50, minStatus: 418, maxStatus: 418 },
  "page: nothing fits (key with status 418)": { limit: 50, keyId: "key-3", minStatus: 418, maxStatus: 418 },
  "page: one request": { limit: 1, requestId: "req_abc" },
};

async function start(): Promise<void> {
  const began = performance.now();
  const store = new ThreadStore({ order, isInMemory: false, log: createSilentLog() });
  await store.requests({ limit: 50 });
  print("start: until the first page is there", performance.now() - began);
  await store.close();
}

/** On this thread, so that the processor's time can be told. */
function ask(): void {
  const reader = new StoreReader(filesToRead({ ...order, role: "reader" }), KEEP, systemClock);
  for (const [name, question] of Object.entries(questions(Date.now())))
    time(name, () => reader.usage(question));
  for (const [name, question] of Object.entries(PAGES)) time(name, () => reader.requests(question));
  reader.close();
}

function time(name: string, work: () => unknown): void {
  const times: number[] = [];
  const processor: number[] = [];
  for (let round = 0; round < TIMES; round += 1) {
    const start = performance.now();
    const used = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(used);
    times.push(performance.now() - start);
    processor.push((user + system) / 1_000);
  }
  const [first = 0] = times;
  // Whatever else the machine does can only add to it.
  print(name, Math.min(...times), { first, processor: Math.min(...processor) });
}

function print(
  name: string,
  ms: number,
  more?: { readonly first: number; readonly processor: number },
): void {
  const rest =
    more === undefined ? "" : `   first ${more.first.toFixed(1)}, processor ${more.processor.toFixed(1)}`;
  console.log(`${name.padEnd(50)} ${ms.toFixed(ms < 1 ? 4 : 1).padStart(9)} ms${rest}`);
}

try {
  console.log(`${ROWS} requests of 30 days, 20 keys, 15 models, 4 endpoints`);
  if (GIVEN === undefined || !existsSync(order.usagePath)) fill();
  for (const path of [order.usagePath, order.requestsPath])
    console.log(`${path.split("/").at(-1)} ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  await start();
  ask();
} finally {
  if (GIVEN === undefined) rmSync(folder, { recursive: true, force: true });
}
