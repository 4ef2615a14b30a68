// `/metrics` over real sockets: what it says of requests, failures, reloads and names from outside; who may read it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FAMILIES } from "../../src/observe/metrics/families.ts";
import { type CliRun, startCli } from "../support/cli.ts";
import { type ReadFamily, readExposition, valueIn } from "../support/exposition.ts";
import { apiError, events, json, stream } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { type Answer, ask, requestBytes, wireFor } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  prompt_tokens_details: { cached_tokens: 60 },
  completion_tokens_details: { reasoning_tokens: 5 },
};
const ANSWER = json(200, { choices: [], usage: USAGE });
const NASTY = [
  'quote " and \\ and {x="y"}',
  "line\nend",
  "<script>alert(1)</script>",
  "abc\u202etxt",
  `${"長".repeat(200)}-1`,
];

type Running = { readonly run: CliRun; readonly port: number; readonly fake: FakeEndpoint };

async function start(
  t: TestContext,
  config: object = {},
  models: readonly string[] = ["m"],
): Promise<Running> {
  const fake = await fakeFor(t, { models });
  const endpoints = [{ name: "one", base_url: fake.url, price: { input: 2, output: 10 } }];
  const text = JSON.stringify({
    server: { port: 0 },
    endpoints,
    health: { active_probes: false },
    ...config,
  });
  const run = await startCli(t, [], { files: { "config.yaml": text } });
  const port = await run.port();
  await run.ready();
  return { run, port, fake };
}

async function scrape(
  port: number,
  headers: Record<string, string> = {},
): Promise<ReadonlyMap<string, ReadFamily>> {
  const answer = await ask(port, { path: "/metrics", headers });
  assert.equal(answer.status, 200, answer.text);
  return readExposition(answer.text);
}

function codeOf(answer: Answer): unknown {
  return (answer.json()["error"] as { code?: unknown } | undefined)?.code;
}

test("requests, attempts, tokens and cost are counted, and nothing is said that has no row", async (t) => {
  const { port, fake } = await start(t);
  fake.always(ANSWER);
  for (let count = 0; count < 3; count++) assert.equal((await ask(port, chat())).status, 200);
  const delta = { choices: [{ index: 0, delta: { content: "hi" } }] };
  fake.always(stream([...events([delta, { choices: [], usage: USAGE }]), "data: [DONE]\n\n"]));
  assert.equal((await ask(port, chat("m", { stream: true }))).status, 200);
  const told = await scrape(port);
  const of = { model: "m", endpoint: "one" };
  assert.equal(
    valueIn(told, "oai_gateway_requests_total", { ...of, operation: "chat", status_class: "2xx" }),
    4,
  );
  assert.equal(valueIn(told, "oai_gateway_attempts_total", { endpoint: "one", outcome: "ok" }), 4);
  const tokens = (type: string) => valueIn(told, "oai_gateway_tokens_total", { ...of, type });
  assert.deepEqual(["input", "output", "cached", "reasoning"].map(tokens), [400, 80, 240, 20]);
  const cost = valueIn(told, "oai_gateway_cost_dollars_total", of) ?? 0;
  assert.ok(Math.abs(cost - (400 * 2 + 80 * 10) / 1e6) < 1e-9, String(cost));
  const genAi = {
    gen_ai_operation_name: "chat",
    gen_ai_provider_name: "openai",
    gen_ai_request_model: "m",
    endpoint: "one",
  };
  assert.equal(valueIn(told, "gen_ai_server_request_duration_seconds_count", genAi), 4);
  assert.equal(valueIn(told, "gen_ai_server_time_to_first_token_seconds_count", genAi), 1);
  assert.equal(valueIn(told, "gen_ai_client_token_usage_sum", { ...genAi, gen_ai_token_type: "input" }), 400);
  assert.equal(valueIn(told, "oai_gateway_endpoint_up", { endpoint: "one" }), 1);
  assert.equal(valueIn(told, "oai_gateway_models"), 1);
  assert.ok((valueIn(told, "process_resident_memory_bytes") ?? 0) > 1e7);
  for (const [name, { type, labels }] of Object.entries(FAMILIES)) {
    const family = told.get(name);
    if (family === undefined) continue;
    assert.equal(family.type, type);
    for (const sample of family.samples)
      assert.deepEqual(
        Object.keys(sample.labels).filter((label) => label !== "le"),
        [...labels],
      );
  }
  for (const name of told.keys()) assert.ok(name in FAMILIES, name);
});

test("failures are counted by code and fault, retries and ejections by where they happened", async (t) => {
  const { port, fake } = await start(t, { health: { consecutive_failures: 2, active_probes: false } });
  fake.always(apiError(503, null));
  for (let count = 0; count < 3; count++) assert.ok((await ask(port, chat())).status >= 500);
  await ask(port, { path: "/v1/nothing" });
  await ask(port, { ...chat("no-such-model-of-a-client"), headers: {} });
  const told = await scrape(port);
  assert.ok((valueIn(told, "oai_gateway_ejections_total", { endpoint: "one" }) ?? 0) >= 1);
  assert.equal(
    valueIn(told, "oai_gateway_request_errors_total", { code: "unknown_path", fault: "client" }),
    1,
  );
  assert.equal(valueIn(told, "oai_gateway_requests_total", { model: "other", status_class: "4xx" }), 1);
  const upstream = told
    .get("oai_gateway_request_errors_total")
    ?.samples.filter(({ labels }) => labels["fault"] === "upstream");
  assert.ok((upstream?.length ?? 0) >= 1);
  assert.ok(![...told.values()].some(({ samples }) => JSON.stringify(samples).includes("no-such-model")));
});

test("fault 73: names with quotes, line ends, HTML, marks that turn text, and long ones are labels like others", async (t) => {
  const long = `${"長".repeat(200)}-2`;
  const { port, fake } = await start(t, {}, [...NASTY, long, "x".repeat(10_000)]);
  fake.always(ANSWER);
  for (const name of [...NASTY, long]) await ask(port, chat(name));
  const told = await scrape(port);
  const names =
    told.get("oai_gateway_requests_total")?.samples.map(({ labels }) => labels["model"] ?? "") ?? [];
  assert.ok(names.includes('quote " and \\ and {x="y"}') || names.includes("other"), JSON.stringify(names));
  assert.ok(names.every((name) => name.length <= 120 && !/[\n\u202e]/.test(name)));
  assert.ok(names.some((name) => name.startsWith("長")));
});

test("fault 87: a configuration that is refused shows, and the next good one too", async (t) => {
  const { run, port } = await start(t);
  const file = join(run.folder, "config.yaml");
  const reloaded = "oai_gateway_config_last_reload_successful";
  const told = await scrape(port);
  assert.equal(valueIn(told, reloaded), 1);
  const hashOf = (families: ReadonlyMap<string, ReadFamily>) =>
    families.get("oai_gateway_config_info")?.samples[0]?.labels["hash"];
  assert.match(hashOf(told) ?? "", /^[0-9a-f]{12}$/);
  const good = JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), log: { level: "debug" } });
  writeFileSync(file, "endpoints: [{name: ");
  await run.says("stdout", /"event":"reload_failed"/);
  assert.equal(valueIn(await scrape(port), reloaded), 0);
  assert.equal(valueIn(await scrape(port), "oai_gateway_config_reloads_total", { result: "failed" }), 1);
  writeFileSync(file, good);
  await run.says("stdout", /"event":"reload"/);
  const after = await scrape(port);
  assert.equal(valueIn(after, reloaded), 1);
  assert.notEqual(hashOf(after), hashOf(told));
});

test("only this machine reads it, unless a token or the configuration says otherwise", async (t) => {
  const forwarded = { "x-forwarded-for": "192.0.2.1" };
  const { port } = await start(t);
  for (const headers of [forwarded, { host: "elsewhere.example" }, { "sec-fetch-site": "cross-site" }]) {
    const refused = await ask(port, { path: "/metrics", headers });
    assert.deepEqual([refused.status, codeOf(refused)], [403, "metrics_not_allowed"]);
  }
  assert.equal((await ask(port, { method: "POST", path: "/metrics", body: "x" })).status, 405);
  const token = "a-token-of-the-metrics-0123";
  const guarded = await start(t, { metrics: { token } });
  for (const authorization of ["", "Bearer wrong"]) {
    const refused = await ask(guarded.port, { path: "/metrics", headers: { authorization } });
    assert.deepEqual([refused.status, codeOf(refused)], [401, "metrics_token_required"]);
  }
  const authorization = `Bearer ${token}`;
  await scrape(guarded.port, { ...forwarded, authorization });
  await scrape((await start(t, { metrics: { public: true } })).port, forwarded);
  const off = await start(t, { metrics: { enabled: false } });
  assert.equal((await ask(off.port, { path: "/metrics" })).status, 404);
});

test("fault 12: connections and descriptors that are open are told", async (t) => {
  const { port } = await start(t);
  const wires = [await wireFor(t, port), await wireFor(t, port)];
  for (const wire of wires) {
    await wire.send(requestBytes({ path: "/livez" }));
    await wire.answer();
  }
  const told = await scrape(port);
  assert.equal(valueIn(told, "oai_gateway_connections"), 3);
  assert.ok((valueIn(told, "oai_gateway_connections_max") ?? 0) > 3);
  assert.ok((valueIn(told, "process_open_fds") ?? 0) > (valueIn(told, "oai_gateway_connections") ?? 0));
});

test("fault 92: lines of the log that nobody takes any more are counted", async (t) => {
  const { run, port, fake } = await start(t);
  fake.always(ANSWER);
  run.closeStdout();
  const dropped = async (): Promise<number> =>
    valueIn(await scrape(port), "oai_gateway_log_lines_dropped_total") ?? 0;
  await ask(port, chat());
  while ((await dropped()) === 0) await ask(port, chat());
  assert.ok((await dropped()) > 0);
});

test("keys are told apart only where that is asked for, by their names", async (t) => {
  const server = { port: 0, api_keys: [{ name: "team", key: "sk-client-0123456789abcdef" }] };
  const headers = { authorization: "Bearer sk-client-0123456789abcdef" };
  for (const keys of [false, true]) {
    const { port, fake } = await start(t, { server, metrics: { keys } });
    fake.always(ANSWER);
    await ask(port, { ...chat(), headers });
    const told = await scrape(port);
    assert.equal(valueIn(told, "oai_gateway_key_requests_total", { key: "team" }), keys ? 1 : undefined);
    assert.ok(!JSON.stringify([...told]).includes("sk-client"));
  }
});

test("a scraper that asks for OpenMetrics gets it", async (t) => {
  const { port, fake } = await start(t);
  fake.always(ANSWER);
  await ask(port, chat());
  const accept = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5";
  const answer = await ask(port, { path: "/metrics", headers: { accept } });
  assert.match(answer.header("content-type") ?? "", /^application\/openmetrics-text; version=1\.0\.0/);
  const told = readExposition(answer.text, true);
  assert.equal(told.get("oai_gateway_requests")?.type, "counter");
});
