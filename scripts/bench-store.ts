// `npm run bench-store [ROWS [FOLDER]]`: fills a store with a million requests of thirty days and prints how long it takes to
// write, to add up, to start and to answer. Not part of the gateway.

import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/core/clock.ts";
import { NO_USAGE } from "../src/core/usage.ts";
import { createSilentLog } from "../src/observe/silent-log.ts";
import { lineOf } from "../src/store/entry-line.ts";
import { filesToRead, StoreReader } from "../src/store/sqlite/reader.ts";
import { StoreWriter } from "../src/store/sqlite/writer.ts";
import type { LatencyQuestion, LedgerEntry, RequestsQuestion, UsageQuestion } from "../src/store/store.ts";
import { ThreadStore } from "../src/store/threads/thread-store.ts";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days of the rows; a fraction of a day is a gateway under load. */
const SPAN = Number(process.env["BENCH_STORE_DAYS"] ?? 30) * DAY;
const BEGAN = Date.now();
const BATCH = 500;
/** Rows that a gateway under load has written when it adds them up. */
const FOLD_EVERY = 5_000;
/** Keys that use three models each, which two endpoints each answer; otherwise all is drawn evenly. */
const HAS_FEW = process.env["BENCH_STORE_FEW"] === "1";
const KEYS = 50;
const MODELS = 40;
const ENDPOINTS = 8;
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
  const key = below(KEYS);
  const modelAt = HAS_FEW ? (key * 7 + below(3)) % MODELS : below(MODELS);
  const model = `model-${modelAt}`;
  const durationMs = 200 * 1.02 ** below(250);
  const failed = below(50) === 0;
  return {
    requestId: `req_${index.toString(36)}`,
    timeMs: BEGAN - SPAN + Math.floor((index / ROWS) * SPAN),
    keyId: `key-${key}`,
    keyName: "a key",
    tags: below(3) === 0 ? ["family"] : [],
    model,
    endpoint: `endpoint-${HAS_FEW ? (modelAt + below(2)) % ENDPOINTS : below(ENDPOINTS)}`,
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
      durationMs,
      firstByteMs: durationMs / (2 + below(6)),
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
    if ((index + BATCH) % FOLD_EVERY === 0) fold(writer);
  }
  print("write, each row", (performance.now() - began) / ROWS);
  print(`write, the slowest batch of ${BATCH}`, slowest);
  fold(writer);
  writer.close();
  const { user, system } = folding;
  console.log(
    `fold: ${Math.round(ROWS / ((user + system) / 1e6))} rows a second of the thread's time on the processor`,
  );
}

const folding = { user: 0, system: 0 };

function fold(writer: StoreWriter): void {
  const used = process.threadCpuUsage();
  writer.tidy(false);
  const { user, system } = process.threadCpuUsage(used);
  folding.user += user;
  folding.system += system;
}

const PERIODS = { "1 hour": 1 / 24, "24 hours": 1, "7 days": 7, "30 days": 30 } as const;
const UNIT_OF = { "1 hour": "minute", "24 hours": "minute", "7 days": "hour", "30 days": "hour" } as const;

/** Of the time before a moment: whatever the dashboard asks, and more. */
function usageQuestions(nowMs: number): [string, UsageQuestion][] {
  const found: [string, UsageQuestion][] = [];
  for (const period of ["1 hour", "24 hours", "7 days", "30 days"] as const) {
    const span = { fromMs: nowMs - PERIODS[period] * DAY, toMs: nowMs };
    const unit = UNIT_OF[period];
    const add = (name: string, more: Omit<UsageQuestion, "fromMs" | "toMs">) =>
      found.push([`usage, ${period}, ${name}`, { ...span, ...more }]);
    for (const group of ["key", "model", "endpoint", "tag", unit] as const) add(group, { groups: [group] });
    for (const group of ["key", "model", "endpoint", "tag"] as const) {
      add(`${unit} × ${group}`, { groups: [unit, group] });
    }
    add("day of Taipei × key", { groups: ["day", "key"], offsetMinutes: 480 });
    add("key × model", { groups: ["key", "model"] });
    add("key × endpoint", { groups: ["key", "endpoint"] });
    add("model × endpoint", { groups: ["model", "endpoint"] });
    add("key × model × endpoint", { groups: ["key", "model", "endpoint"] });
    add("day × key × model", { groups: ["day", "key", "model"] });
    add("one key", { groups: ["key"], keyId: "key-3" });
    add(`${unit} × model of one key`, { groups: [unit, "model"], keyId: "key-3" });
    add(`${unit} × key of one model`, { groups: [unit, "key"], model: "model-3" });
    add(`${unit} × model of one endpoint`, { groups: [unit, "model"], endpoint: "endpoint-3" });
    add("spent before the start: all", { groups: [] });
    add("spent before the start: a tag", { groups: [], tag: "family" });
  }
  found.push(["usage, all, endpoint × model", { fromMs: 0, toMs: nowMs, groups: ["endpoint", "model"] }]);
  const kathmandu = { fromMs: nowMs - 30 * DAY, toMs: nowMs, offsetMinutes: 345 };
  found.push(["usage, 30 days, day of Kathmandu", { ...kathmandu, groups: ["day"] }]);
  return found;
}

function latencyQuestions(nowMs: number): [string, LatencyQuestion][] {
  const found: [string, LatencyQuestion][] = [];
  for (const period of ["1 hour", "24 hours", "7 days", "30 days"] as const) {
    const span = { fromMs: nowMs - PERIODS[period] * DAY, toMs: nowMs, only: undefined };
    const unit = UNIT_OF[period];
    found.push([`latency, ${period}, ${unit}`, { ...span, unit, by: undefined }]);
    for (const by of ["model", "endpoint"] as const) {
      found.push([`latency, ${period}, ${by}`, { ...span, unit: undefined, by }]);
      // Of models there would be more lines than are given.
      if (by === "endpoint" || period === "1 hour" || period === "7 days")
        found.push([`latency, ${period}, ${unit} × ${by}`, { ...span, unit, by }]);
      const only = { dimension: by, name: `${by}-3` };
      found.push([`latency, ${period}, ${unit} of one ${by}`, { ...span, unit, by: undefined, only }]);
    }
  }
  return found;
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
  const nowMs = Date.now();
  for (const [name, question] of usageQuestions(nowMs)) time(name, () => reader.usage(question));
  for (const [name, question] of latencyQuestions(nowMs)) time(name, () => reader.latency(question));
  time("beats, 60 minutes", () => reader.beats({ fromMs: nowMs - HOUR, toMs: nowMs }));
  time("beats, 48 hours", () => reader.beats({ fromMs: nowMs - 2 * DAY, toMs: nowMs }));
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
  console.log(`${ROWS} requests of 30 days, ${KEYS} keys, ${MODELS} models, ${ENDPOINTS} endpoints`);
  if (GIVEN === undefined || !existsSync(order.usagePath)) fill();
  for (const path of [order.usagePath, order.requestsPath])
    console.log(`${path.split("/").at(-1)} ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  await start();
  ask();
} finally {
  if (GIVEN === undefined) rmSync(folder, { recursive: true, force: true });
}
