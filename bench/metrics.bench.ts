// What counting a settled request costs, with one model and with a thousand; and what a scrape does.
// Run: node bench/metrics.bench.ts

import type { ExchangeSummary } from "../src/core/summary.ts";
import { NO_USAGE } from "../src/core/usage.ts";
import { Metrics } from "../src/observe/metrics/metrics.ts";

const ROUNDS = 30;
const CALLS = 50_000;
const SCRAPES = 5;

function summaryOf(index: number): ExchangeSummary {
  return {
    requestId: "r",
    method: "POST",
    path: "/v1/chat/completions",
    clientKey: "team",
    clientAddress: "127.0.0.1",
    operation: "chat",
    model: `model-${index}`,
    endpoint: `endpoint-${index % 10}`,
    upstreamModel: "m",
    status: 200,
    error: undefined,
    isStream: true,
    attempts: [
      {
        endpoint: `endpoint-${index % 10}`,
        credential: undefined,
        upstreamModel: "m",
        outcome: "ok",
        status: 200,
        startedAfterMs: 0,
        durationMs: 800,
      },
    ],
    startedWallMs: 0,
    durationMs: 812,
    firstByteMs: 120,
    bytesIn: 1_000,
    bytesOut: 4_000,
    usage: { ...NO_USAGE, input: 100, output: 50 },
    cost: { nanoDollars: 1_000, source: "table", date: undefined },
  };
}

/** Nanoseconds of processor time a call, the best of some rounds. */
function best(calls: number, run: (call: number) => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) run(call);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, ((user + system) * 1e3) / calls);
  }
  return least;
}

for (const count of [1, 900]) {
  const metrics = new Metrics({
    isEnabled: () => true,
    tellsKeys: () => false,
    isModel: () => true,
    providerOf: () => "openai",
  });
  const summaries = Array.from({ length: count }, (_, index) => summaryOf(index));
  const first = summaryOf(0);
  const counted = best(CALLS, (call) => metrics.sink.onSettled(summaries[call % count] ?? first));
  const read = { serving: undefined, lagMs: 0, droppedLines: 0 };
  const before = process.cpuUsage();
  for (let scrape = 0; scrape < SCRAPES; scrape++)
    await metrics.text("prometheus", { read, state: [], lost: 0 });
  const { user, system } = process.cpuUsage(before);
  const scrapeMs = ((user + system) / 1e3 / SCRAPES).toFixed(1);
  process.stdout.write(`${count} models: ${counted.toFixed(0)} ns a request, ${scrapeMs} ms a scrape\n`);
}
