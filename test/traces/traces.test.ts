// Traces as a collector gets them, over real sockets: spans of a request and of its attempts, whose trace they are of,
// and what is never in them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, json } from "../support/fakes/behaviours.ts";
import { type CollectedSpan, collectorFor, type TraceCollector } from "../support/fakes/trace-collector.ts";
import { configOf } from "../support/start-gateway.ts";
import { chat, worldFor } from "../support/world.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

/** Soon, since nobody waits for a batch to be full. */
const INTERVAL = "10ms";

function spanOf(spans: readonly CollectedSpan[], kind: 2 | 3): CollectedSpan {
  const span = spans.find((one) => one.kind === kind);
  assert.ok(span !== undefined, `no span of kind ${kind}`);
  return span;
}

function tracesTo(collector: TraceCollector, more: Readonly<Record<string, unknown>> = {}) {
  return { endpoint: collector.url, interval: INTERVAL, ...more };
}

test("a request is a span of the kind SERVER, and its attempt one of the kind CLIENT below it", async (t) => {
  const collector = await collectorFor(t);
  const traces = tracesTo(collector, { resource: { "deployment.environment.name": "test" } });
  const world = await worldFor(t, { traces, endpoints: { alpha: {} } });
  await world.ask(chat());
  const spans = await collector.spansWhen(2);
  const server = spanOf(spans, 2);
  const client = spanOf(spans, 3);
  assert.equal(server.name, "POST /chat/completions");
  assert.equal(server.parentSpanId, undefined);
  assert.equal(server.flags, 0x101);
  assert.equal(server.status, undefined);
  assert.deepEqual(
    pick(server, "http.request.method", "url.path", "http.response.status_code", "oai_gateway.endpoint"),
    ["POST", "/v1/chat/completions", 200, "alpha"],
  );
  assert.equal(client.name, "chat m");
  assert.equal(client.traceId, server.traceId);
  assert.equal(client.parentSpanId, server.spanId);
  assert.deepEqual(
    pick(client, "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "server.address"),
    ["chat", "openai", "m", "127.0.0.1"],
  );
  assert.equal(client.attributes["server.port"], world.fakes.alpha.port);
  assert.equal(client.attributes["oai_gateway.outcome"], "ok");
  assert.equal(typeof client.attributes["gen_ai.usage.input_tokens"], "number");
  assert.equal(server.attributes["gen_ai.usage.input_tokens"], undefined);
  assert.equal(server.events?.[0]?.name, "oai_gateway.first_token");
  assert.equal(client.events?.[0]?.timeUnixNano, server.events?.[0]?.timeUnixNano);
  const [batch] = collector.batches;
  assert.equal(batch?.path, "/v1/traces");
  assert.deepEqual(
    ["service.name", "telemetry.sdk.language", "deployment.environment.name"].map(
      (key) => batch?.resource[key],
    ),
    ["oai-gateway", "nodejs", "test"],
  );
  const sent = world.fakes.alpha.requests[0]?.header("traceparent");
  assert.equal(sent, `00-${server.traceId}-${client.spanId}-01`);
  assert.equal((await world.log.nextSummary()).traceId, server.traceId);
});

function pick(span: CollectedSpan, ...keys: readonly string[]): unknown[] {
  return keys.map((key) => span.attributes[key]);
}

test("without a collector nothing is made of it, and a client's own headers go on as they came", async (t) => {
  const world = await worldFor(t, { endpoints: { alpha: {} } });
  await world.ask({ ...chat(), headers: { traceparent: "00-1-2-01", tracestate: "odd" } });
  const [request] = world.fakes.alpha.requests;
  assert.equal(request?.header("traceparent"), "00-1-2-01");
  assert.equal(request?.header("tracestate"), "odd");
  assert.equal((await world.log.nextSummary()).traceId, undefined);
});

test("a client's trace goes on: its id and state, with the attempt's span as the endpoint's parent", async (t) => {
  const collector = await collectorFor(t);
  const world = await worldFor(t, { traces: tracesTo(collector), endpoints: { alpha: {} } });
  await world.ask({ ...chat(), headers: { traceparent: PARENT, tracestate: "a=1,b=2" } });
  const spans = await collector.spansWhen(2);
  const server = spanOf(spans, 2);
  assert.equal(server.traceId, TRACE);
  assert.equal(server.parentSpanId, "00f067aa0ba902b7");
  assert.equal(server.flags, 0x301);
  assert.equal(server.traceState, "a=1,b=2");
  const [request] = world.fakes.alpha.requests;
  assert.equal(request?.header("traceparent"), `00-${TRACE}-${spanOf(spans, 3).spanId}-01`);
  assert.equal(request?.header("tracestate"), "a=1,b=2");
});

test("a client that does not record its trace is not recorded, and passed on as it came", async (t) => {
  const collector = await collectorFor(t);
  const world = await worldFor(t, { traces: tracesTo(collector), endpoints: { alpha: {} } });
  const unsampled = PARENT.replace(/1$/, "0");
  await world.ask({ ...chat(), headers: { traceparent: unsampled } });
  await world.ask({ ...chat(), headers: { traceparent: PARENT } });
  const spans = await collector.spansWhen(2);
  assert.equal(world.fakes.alpha.requests[0]?.header("traceparent"), unsampled);
  assert.equal(spans.length, 2);
});

test("a share of 0 records nothing of its own, and what it says goes on to the endpoint", async (t) => {
  const collector = await collectorFor(t);
  const world = await worldFor(t, {
    traces: tracesTo(collector, { sample: 0, follow_parent: false }),
    endpoints: { alpha: {} },
  });
  await world.ask(chat());
  await world.ask({ ...chat(), headers: { traceparent: PARENT } });
  await world.gateway.close({ graceMs: 0 });
  assert.deepEqual(collector.batches, []);
  assert.match(
    world.fakes.alpha.requests[0]?.header("traceparent") ?? "",
    /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/,
  );
  assert.equal(world.fakes.alpha.requests[1]?.header("traceparent"), PARENT.replace(/1$/, "0"));
});

test("each attempt has a span of its own, and a failure says so by the conventions", async (t) => {
  const collector = await collectorFor(t);
  const world = await worldFor(t, {
    traces: tracesTo(collector),
    endpoints: { alpha: { fake: {} }, beta: {} },
  });
  world.fakes.alpha.always(apiError(500, null));
  world.fakes.beta.always(apiError(500, null));
  await world.ask(chat());
  const spans = await collector.spansWhen(3);
  const server = spanOf(spans, 2);
  const clients = spans.filter(({ kind }) => kind === 3);
  assert.deepEqual(
    new Set(clients.map(({ attributes }) => attributes["oai_gateway.endpoint"])),
    new Set(["alpha", "beta"]),
  );
  assert.ok(
    clients.every(({ status, parentSpanId }) => status?.code === 2 && parentSpanId === server.spanId),
  );
  assert.ok(clients.every(({ attributes }) => attributes["http.response.status_code"] === 500));
  assert.equal(clients[1]?.attributes["http.request.resend_count"], 1);
  assert.equal(server.status?.code, 2);
  assert.equal(typeof server.attributes["error.type"], "string");
  const parents = [...world.fakes.alpha.requests, ...world.fakes.beta.requests].map((one) =>
    one.header("traceparent"),
  );
  assert.equal(new Set(parents).size, 2);
});

test("what a client did wrong is no error of the server's span", async (t) => {
  const collector = await collectorFor(t);
  const world = await worldFor(t, { traces: tracesTo(collector), endpoints: { alpha: {} } });
  await world.ask(chat("nobody-has-it"));
  const server = spanOf(await collector.spansWhen(1), 2);
  assert.equal(server.attributes["http.response.status_code"], 404);
  assert.equal(server.attributes["error.type"], "model_not_found");
  assert.equal(server.status, undefined);
});

test("prompts and answers go along only where that is asked for", async (t) => {
  const collector = await collectorFor(t);
  const plain = await worldFor(t, { traces: tracesTo(collector), endpoints: { alpha: {} } });
  await plain.ask(chat());
  const [without] = await collector.batchesWhen(1);
  assert.doesNotMatch(without?.text ?? "", /gen_ai\.(?:input|output)|fake endpoint/);
  const world = await worldFor(t, {
    traces: tracesTo(collector, { content: true }),
    endpoints: { alpha: {} },
  });
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "my key is sk-secret0123456789 \u202e" }] },
  ];
  for (const stream of [false, true]) await world.ask(chat("m", { messages, stream }));
  const spans = (await collector.spansWhen(6)).slice(2).filter(({ kind }) => kind === 3);
  assert.equal(spans.length, 2);
  for (const span of spans) {
    const input = JSON.parse(String(span.attributes["gen_ai.input.messages"]));
    assert.deepEqual(input[0], { role: "system", parts: [{ type: "text", content: "Be brief." }] });
    assert.equal(input[1].role, "user");
    assert.doesNotMatch(input[1].parts[0].content, /secret/);
    const output = JSON.parse(String(span.attributes["gen_ai.output.messages"]));
    assert.deepEqual(output, [
      { role: "assistant", parts: [{ type: "text", content: "Hello from the fake endpoint." }] },
    ]);
  }
});

test("names of any kind do no harm: they are cut, cleaned and still valid", async (t) => {
  const collector = await collectorFor(t);
  const odd = [`<script>"\\\u202e\u0007${"x".repeat(10_240)}`, "\ud800 half", "</span>\u2028'"];
  const world = await worldFor(t, {
    traces: tracesTo(collector),
    endpoints: { alpha: { fake: { models: odd } } },
  });
  for (const model of odd) await world.ask(chat(model));
  await world.ask({ method: "BREW", path: "/v1/chat/completions\u00ff" });
  const spans = await collector.spansWhen(odd.length + 1);
  for (const { text } of collector.batches) assert.doesNotMatch(text, /[\u0000-\u001f\u202e\u2028]|x{2000}/);
  assert.ok(spans.every(({ name }) => name.length <= 128));
});

test("nothing secret is in a span, whatever a client and an endpoint say", async (t) => {
  const collector = await collectorFor(t);
  const secret = "sk-canary-0123456789abcdef";
  const world = await worldFor(t, {
    server: { api_keys: [{ name: "me", key: secret }] },
    traces: tracesTo(collector, { headers: { authorization: `Bearer ${secret}` }, content: true }),
    endpoints: { alpha: { config: { api_key: secret } } },
  });
  world.fakes.alpha.script([
    json(401, { error: { message: `bad key ${secret}`, type: "x", param: null, code: "invalid_api_key" } }),
  ]);
  const authorized = { authorization: `Bearer ${secret}` };
  await world.ask({ ...chat(), headers: authorized });
  await world.ask({ ...chat(secret), headers: authorized });
  await world.ask({ ...chat(), path: `/v1/chat/completions?api_key=${secret}`, headers: authorized });
  await world.ask({ ...chat(), path: `/v1/nothing/${secret}`, headers: authorized });
  await world.gateway.close({ graceMs: 0 });
  await collector.spansWhen(4);
  for (const { text } of collector.batches) assert.doesNotMatch(text, /canary/);
  assert.doesNotMatch(JSON.stringify(world.log.lines), /canary/);
  assert.equal(collector.batches[0]?.headers.authorization, `Bearer ${secret}`);
  assert.equal(collector.spans[0]?.attributes["oai_gateway.key.name"], "me");
});

test("a reload turns traces on and off, and moves them", async (t) => {
  const [first, second] = [await collectorFor(t), await collectorFor(t)];
  const world = await worldFor(t, { endpoints: { alpha: {} } });
  const reload = (traces: Readonly<Record<string, unknown>>): void =>
    void world.gateway.reload(configOf({ ...world.config, traces }));
  await world.ask(chat());
  reload(tracesTo(first));
  await world.ask(chat());
  await first.spansWhen(2);
  reload(tracesTo(second));
  await world.ask(chat());
  await second.spansWhen(2);
  reload({ enabled: false });
  await world.ask(chat());
  await world.gateway.close({ graceMs: 0 });
  assert.deepEqual([first.spans.length, second.spans.length], [2, 2]);
});
