// A collector that is slow, gone, or takes only a part: it costs spans, never requests, and is told of once.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../src/core/clock.ts";
import type { Tracer, TraceSettings } from "../../src/core/traces/trace.ts";
import { loadEngine } from "../../src/engines.ts";
import { Traces } from "../../src/observe/traces/traces.ts";
import { collectorFor, type TraceCollector } from "../support/fakes/trace-collector.ts";
import { KeptLog } from "../support/kept-log.ts";
import { exchangeOf } from "../support/traced-exchange.ts";

const ENDPOINTS = [{ name: "alpha", origin: "https://api.example.com", wire: { name: "openai" } }] as const;

/** Nobody listens there. */
const NOBODY = { url: "http://127.0.0.1:9" };

type Rig = { readonly traces: Traces; readonly log: KeptLog; readonly tracer: Tracer };

async function rigFor(
  t: TestContext,
  collector: Pick<TraceCollector, "url">,
  more: Partial<TraceSettings> = {},
  pausesMs: readonly number[] = [1, 1],
): Promise<Rig> {
  const { createClient } = await loadEngine("fast");
  const client = createClient();
  const log = new KeptLog();
  const traces = new Traces({ client, log, clock: systemClock, version: "1.0.0", pausesMs });
  t.after(async () => {
    await traces.close();
    await client.close();
  });
  const settings: TraceSettings = {
    origin: collector.url,
    path: "/v1/traces",
    headers: [],
    ratio: 1,
    followsParent: true,
    hasContent: false,
    serviceName: "oai-gateway",
    resource: {},
    intervalMs: 1,
    timeoutMs: 10_000,
    caPem: undefined,
    proxyUrl: undefined,
    ...more,
  };
  traces.configure(settings, ENDPOINTS);
  const { tracer } = traces;
  assert.ok(tracer !== undefined);
  return { traces, log, tracer };
}

function settle(tracer: Tracer, count = 1): void {
  for (let at = 0; at < count; at += 1) {
    const trace = tracer.begin([]);
    trace.end(exchangeOf(trace.attemptId()));
  }
}

for (const answer of [{ status: 429 }, { status: 502 }, { status: 503 }, { status: 504 }, "cut"] as const)
  test(`a batch is sent again after ${answer === "cut" ? "a cut connection" : answer.status}`, async (t) => {
    const collector = await collectorFor(t);
    collector.answers.push(answer, answer);
    const { tracer, log } = await rigFor(t, collector);
    settle(tracer);
    await log.line("traces_resumed");
    const batches = await collector.batchesWhen(3);
    assert.equal(new Set(batches.map(({ text }) => text)).size, 1);
    assert.deepEqual(log.events, ["traces_delayed", "traces_resumed"]);
  });

test("a batch that is never taken is lost, and told of once; the next one may be taken again", async (t) => {
  const collector = await collectorFor(t);
  const busy = { status: 503 };
  collector.answers.push(...Array.from({ length: 6 }, () => busy));
  const { traces, tracer, log } = await rigFor(t, collector);
  settle(tracer);
  await collector.batchesWhen(3);
  settle(tracer);
  await collector.batchesWhen(6);
  settle(tracer);
  await log.line("traces_resumed");
  assert.deepEqual(log.events, ["traces_delayed", "traces_dropped", "traces_resumed"]);
  assert.equal(traces.droppedSpans, 4);
  assert.equal(log.lines.at(-1)?.fields["lost"], 4);
});

test("what a collector refuses is not sent again", async (t) => {
  const collector = await collectorFor(t);
  collector.answers.push({ status: 400, body: "no" });
  const { traces, tracer, log } = await rigFor(t, collector);
  settle(tracer);
  await log.line("traces_dropped");
  assert.equal(collector.batches.length, 1);
  assert.equal(traces.droppedSpans, 2);
  assert.equal(log.lines[0]?.fields["reason"], "status 400");
});

test("a part that was not taken is told, without the key that the collector repeats", async (t) => {
  const collector = await collectorFor(t);
  const body = JSON.stringify({
    partialSuccess: { rejectedSpans: "1", errorMessage: "bad key canary-0123456789 \u0007" },
  });
  collector.answers.push({ status: 200, body });
  const { traces, tracer, log } = await rigFor(t, collector, { headers: ["x-key", "canary-0123456789"] });
  settle(tracer);
  const { fields } = await log.line("traces_rejected");
  assert.deepEqual(fields, { spans: 1, reason: "bad key … \\u0007" });
  assert.equal(traces.droppedSpans, 1);
});

test("the wait that a collector asks for is kept", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const collector = await collectorFor(t);
  collector.answers.push({ status: 429, headers: { "retry-after": "30" } });
  const { tracer, log } = await rigFor(t, collector, {}, [1]);
  settle(tracer, 256);
  await log.line("traces_delayed");
  t.mock.timers.tick(29_000);
  assert.equal(collector.batches.length, 1);
  t.mock.timers.tick(2_000);
  await log.line("traces_resumed");
  assert.equal(collector.batches.length, 2);
});

test("a full batch leaves at once, a smaller one when its time is up", async (t) => {
  const collector = await collectorFor(t);
  const { tracer } = await rigFor(t, collector, { intervalMs: 3_600_000 });
  settle(tracer, 255);
  assert.equal(collector.batches.length, 0);
  settle(tracer, 2);
  const [first] = await collector.batchesWhen(1);
  assert.equal(first?.spans.length, 512);
});

test("a queue that is full drops what comes, and counts it", async (t) => {
  const { traces, tracer, log } = await rigFor(t, NOBODY, {}, [3_600_000]);
  settle(tracer, 9_192);
  // One batch is on its way, and 16,384 spans wait.
  assert.equal(traces.droppedSpans, 2 * 9_192 - 512 - 16_384);
  await log.line("traces_delayed");
  assert.deepEqual(log.events, ["traces_dropped", "traces_delayed"]);
  await traces.close();
  assert.equal(traces.droppedSpans, 2 * 9_192);
});

test("what is left is sent at the end", async (t) => {
  const collector = await collectorFor(t);
  const { traces, tracer } = await rigFor(t, collector, { intervalMs: 3_600_000 });
  settle(tracer, 600);
  await traces.close();
  assert.equal(collector.spans.length, 1_200);
});

test("a collector that is gone does not hold the end up", async (t) => {
  const { traces, tracer, log } = await rigFor(t, NOBODY, {}, [3_600_000]);
  settle(tracer, 300);
  await log.line("traces_delayed");
  await traces.close();
  assert.equal(traces.droppedSpans, 600);
});
