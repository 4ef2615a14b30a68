// Where traces go and what is recorded: the file, the standard variables, and which of them wins.

import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyConfig } from "../../src/config/compile.ts";
import { configFromText } from "../../src/config/file/load.ts";
import type { TraceSettings } from "../../src/core/traces/trace.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { forwardProxyFor } from "../support/fakes/forward-proxy.ts";
import { collectorFor } from "../support/fakes/trace-collector.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { certificate } from "../support/tls.ts";
import { askOn, configOf, workersFor } from "../support/workers.ts";
import { chat, worldFor } from "../support/world.ts";

type Environment = Readonly<Record<string, string>>;

function loaded(traces: object | undefined, env: Environment = {}) {
  const endpoints = [{ name: "a", base_url: "http://127.0.0.1:1/v1" }];
  return configFromText(JSON.stringify({ endpoints, ...(traces === undefined ? {} : { traces }) }), {
    file: "test.yaml",
    env,
  });
}

function settingsOf(traces: object | undefined, env: Environment = {}): TraceSettings | undefined {
  const result = loaded(traces, env);
  if (result.kind === "broken") throw new Error(JSON.stringify(result.problems));
  return result.config.traces;
}

test("nobody names a collector: there are no traces", () => {
  assert.equal(settingsOf(undefined), undefined);
  assert.equal(settingsOf({ service_name: "x" }), undefined);
  assert.equal(emptyConfig().traces, undefined);
});

test("an address gets the path of traces unless it has one", () => {
  const pathOf = (endpoint: string) => settingsOf({ endpoint })?.path;
  assert.equal(pathOf("http://h:4318"), "/v1/traces");
  assert.equal(pathOf("https://h/api/otel/"), "/api/otel/v1/traces");
  assert.equal(pathOf("https://h/v2/otlp/v1/traces?x=1"), "/v2/otlp/v1/traces?x=1");
});

test("the standard variables say what the file leaves out", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/base",
    OTEL_EXPORTER_OTLP_HEADERS: "X-Key=a%20b, y=2",
    OTEL_SERVICE_NAME: "named",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=other,team=blue%2C",
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
    OTEL_BSP_SCHEDULE_DELAY: "2000",
    OTEL_EXPORTER_OTLP_TIMEOUT: "3000",
  };
  const settings = settingsOf(undefined, env);
  assert.deepEqual(settings, {
    origin: "http://collector:4318",
    path: "/base/v1/traces",
    headers: ["x-key", "a b", "y", "2"],
    ratio: 0.25,
    followsParent: true,
    hasContent: false,
    serviceName: "named",
    resource: { team: "blue," },
    intervalMs: 2_000,
    timeoutMs: 3_000,
    caPem: undefined,
    proxyUrl: undefined,
  });
  const more = settingsOf(undefined, {
    ...env,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other:1/as/it/is",
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: "z=3",
    OTEL_TRACES_SAMPLER: "always_off",
  });
  assert.deepEqual([more?.origin, more?.path, more?.headers], ["http://other:1", "/as/it/is", ["z", "3"]]);
  assert.deepEqual([more?.ratio, more?.followsParent], [0, false]);
  const written = settingsOf(
    {
      endpoint: "http://mine:4318",
      headers: { "X-Mine": "1" },
      sample: "10%",
      follow_parent: false,
      service_name: "file",
      resource: { team: "red" },
      interval: "1s",
    },
    env,
  );
  assert.deepEqual([written?.origin, written?.headers], ["http://mine:4318", ["x-mine", "1"]]);
  assert.deepEqual([written?.ratio, written?.followsParent, written?.serviceName], [0.1, false, "file"]);
  assert.deepEqual(
    [written?.resource, written?.intervalMs, written?.timeoutMs],
    [{ team: "red" }, 1_000, 3_000],
  );
});

test("what turns traces off wins", () => {
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
  assert.equal(settingsOf({ enabled: false }, on), undefined);
  assert.equal(settingsOf(undefined, { ...on, OTEL_SDK_DISABLED: "true" }), undefined);
  assert.equal(settingsOf(undefined, { ...on, OTEL_TRACES_EXPORTER: "none" }), undefined);
});

test("a variable that says nothing that can be used is told, and not used; nothing of its value is shown", () => {
  const result = loaded(undefined, {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://secret:word@collector:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "secret",
    OTEL_TRACES_SAMPLER: "secret",
    OTEL_BSP_SCHEDULE_DELAY: "secret",
    OTEL_RESOURCE_ATTRIBUTES: "secret=%",
  });
  assert.equal(result.kind, "ok");
  if (result.kind !== "ok") return;
  assert.equal(result.config.traces, undefined);
  const told = result.warnings.filter(({ code }) => code === "OG176");
  assert.equal(told.length, 5);
  assert.doesNotMatch(JSON.stringify(told), /secret/);
});

const WRONG: readonly (readonly [string, object, string])[] = [
  ["no address", { endpoint: "collector:4318" }, "OG175"],
  ["a password in the address", { endpoint: "http://a:b@c" }, "OG175"],
  ["the port of gRPC", { endpoint: "http://c:4317" }, "OG175"],
  ["a header of the engine's", { endpoint: "http://c", headers: { host: "x" } }, "OG175"],
  ["a header with a line break", { endpoint: "http://c", headers: { x: "a\nb" } }, "OG175"],
  ["a name of an attribute that is none", { endpoint: "http://c", resource: { "<b>": "x" } }, "OG175"],
  ["a share above all", { endpoint: "http://c", sample: 2 }, "OG112"],
  ["a share that is a word", { endpoint: "http://c", sample: "some" }, "OG112"],
  ["authorities that are not there", { endpoint: "https://c", ca_file: "none.pem" }, "OG128"],
];

for (const [name, traces, code] of WRONG)
  test(`refused: ${name}`, () => {
    const result = loaded(traces);
    assert.equal(result.kind, "broken");
    if (result.kind === "broken")
      assert.deepEqual(
        result.problems.map((problem) => problem.code),
        [code],
      );
  });

test("a collector behind TLS is trusted by its authority", async (t) => {
  const collector = await collectorFor(t, certificate("good"));
  const caFile = new URL("../support/certs/ca.crt", import.meta.url).pathname;
  const traces = { endpoint: collector.url.replace("http:", "https:"), ca_file: caFile, interval: "1ms" };
  const world = await worldFor(t, { traces, endpoints: { alpha: {} } });
  await world.ask(chat());
  await collector.spansWhen(2);
});

test("a collector elsewhere is reached through the forward proxy of the environment", async (t) => {
  const [collector, fake, proxy] = [await collectorFor(t), await fakeFor(t), await forwardProxyFor(t)];
  const text = JSON.stringify({
    server: { port: 0 },
    endpoints: [{ name: "alpha", base_url: fake.url }],
    traces: { endpoint: `http://collector.test:${collector.port}`, interval: "1ms" },
  });
  const read = configFromText(text, { file: "test.yaml", env: { HTTP_PROXY: proxy.url() } });
  assert.equal(read.kind, "ok");
  if (read.kind !== "ok") return;
  const world = await gatewayFor(t, text);
  world.gateway.reload(read.config);
  await fetch(`${world.url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "m", messages: [] }),
  });
  await collector.spansWhen(2);
  assert.ok(proxy.forwarded.length + proxy.tunnels.length > 0);
});

test("each of several processes sends its own spans", async (t) => {
  const [collector, fake] = [await collectorFor(t), await fakeFor(t)];
  const traces = { endpoint: collector.url, interval: "1ms" };
  const gateway = await workersFor(t, configOf({ alpha: fake }, { rest: { traces } }));
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  const before = collector.spans.filter(({ kind }) => kind === 3).length;
  assert.equal(before, 0);
  for (const wire of wires) await askOn(wire, chat());
  let count = 1;
  while (collector.spans.filter(({ kind }) => kind === 3).length < 2) {
    await collector.batchesWhen(count);
    count += 1;
  }
  const asked = collector.batches.filter(({ spans }) => spans.some(({ kind }) => kind === 3));
  assert.equal(new Set(asked.map(({ resource }) => resource["service.instance.id"])).size, 2);
});
