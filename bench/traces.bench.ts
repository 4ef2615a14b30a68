// What a recorded request costs: its part in a trace, and its two spans as text, packed and handed to the collector. Not
// a test: nothing here fails.
// Run: node bench/traces.bench.ts

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { RandomIds } from "../src/observe/traces/random-ids.ts";
import { type EndedTrace, RequestTracer } from "../src/observe/traces/request-tracer.ts";
import { type SpanNames, spansText } from "../src/observe/traces/span-text.ts";
import { exchangeOf } from "../test/support/traced-exchange.ts";

const ROUNDS = 40;
const REQUESTS = 4_096;
/** As many requests as two spans each make a batch of. */
const BATCH = 256;
const SPANS = 2;
const headers = ["host", "h", "user-agent", "u", "accept", "*/*", "content-type", "application/json"];
const traced = [...headers, "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"];
const names: SpanNames = {
  peerOf: () => ({ host: "api.example.com", port: 443, provider: "openai" }),
  operationOf: (operation) => operation,
  routeOf: () => "/chat/completions",
  contentOf: () => undefined,
};
const ids = new RandomIds();
const ended: EndedTrace[] = [];
const sampling = { ratio: 1, followsParent: true, hasContent: false };
const tracer = new RequestTracer(ids, sampling, (one) => ended.push(one));
const compress = promisify(gzip);

function begin(sent: readonly string[]): void {
  for (let count = 0; count < REQUESTS; count += 1) {
    const trace = tracer.begin(sent);
    const out: string[] = [];
    const spanId = trace.attemptId();
    trace.pushHeaders(out, spanId);
    trace.end(exchangeOf(spanId));
  }
}

/** Nanoseconds of one of `count`, the best of many short rounds: others may be at work on the machine. */
async function measure(name: string, count: number, run: () => unknown): Promise<void> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const cpu = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(cpu);
    best = Math.min(best, ((user + system) * 1_000) / count);
    ended.length = Math.min(ended.length, REQUESTS);
  }
  console.log(`| ${name} | ${best.toFixed(0)} |`);
}

function batches(): string[] {
  const texts: string[] = [];
  for (let at = 0; at < REQUESTS; at += BATCH)
    texts.push(
      ended
        .slice(at, at + BATCH)
        .map((one) => spansText(one, names))
        .join(","),
    );
  return texts;
}

console.log("| what | ns of CPU |\n|---|--:|");
await measure("a request's part, where a trace begins (on the way of the request)", REQUESTS, () =>
  begin(headers),
);
await measure("the same, where a client has begun it", REQUESTS, () => begin(traced));
await measure("a span as text (off the way)", REQUESTS * SPANS, batches);
await measure("a span as text and packed (off the way)", REQUESTS * SPANS, () =>
  Promise.all(batches().map((text) => compress(text, { level: 1 }))),
);
