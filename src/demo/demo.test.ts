// The demo's endpoints over real sockets, without their waits: shapes, failures, and that a seed repeats itself.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock } from "../core/clock.ts";
import { NO_USAGE } from "../core/usage.ts";
import { type DemoEndpoint, OPENING_COUNT, startDemoEndpoints, startDemoTraffic } from "./demo.ts";
import { demoPast } from "./demo-past.ts";
import { USES, useOf } from "./sample-uses.ts";

type Fields = Record<string, unknown>;

async function demo(t: TestContext, seed = 7): Promise<readonly DemoEndpoint[]> {
  const world = await startDemoEndpoints({ clock: systemClock, seed, wait: () => Promise.resolve() });
  t.after(() => world.close());
  return world.endpoints;
}

async function baseOf(t: TestContext, name: string, seed = 7): Promise<string> {
  const found = (await demo(t, seed)).find((endpoint) => endpoint.name === name);
  assert.ok(found);
  return found.baseUrl;
}

function post(url: string, fields: Fields): Promise<Response> {
  return fetch(url, { method: "POST", body: JSON.stringify(fields) });
}

const CHAT = { model: "mock-chat", messages: [{ role: "user", content: "hi" }] };

test("three endpoints with their weights list the demo's models", async (t) => {
  const endpoints = await demo(t);
  assert.deepEqual(
    endpoints.map(({ name, weight }) => [name, weight]),
    [
      ["alpha", 3],
      ["beta", 1],
      ["gamma", 1],
    ],
  );
  const response = await fetch(`${endpoints[0]?.baseUrl}/models`);
  assert.equal(response.headers.get("x-oai-gateway-demo"), "1");
  const list = (await response.json()) as { data: { id: string; owned_by: string }[] };
  assert.deepEqual(
    list.data.map(({ id }) => id),
    ["mock-chat", "mock-chat-mini", "mock-embed", "gpt-5-mini", "text-embedding-3-small"],
  );
  assert.ok(list.data.every((entry) => entry.owned_by === "demo"));
});

test("the same seed says the same, another something else", async (t) => {
  const texts: string[] = [];
  for (const seed of [1, 1, 2, 3, 4]) {
    const answer = await post(`${await baseOf(t, "alpha", seed)}/chat/completions`, CHAT);
    const { choices } = (await answer.json()) as { choices: { message: { content: string } }[] };
    texts.push(choices[0]?.message.content ?? "");
  }
  assert.match(texts[0] ?? "", /^This is alpha/);
  assert.equal(texts[0], texts[1]);
  assert.ok(new Set(texts).size > 1);
});

test("streams end with [DONE], with usage where it is asked for and only there", async (t) => {
  const base = await baseOf(t, "alpha");
  for (const path of ["/chat/completions", "/completions"]) {
    const bare = await (await post(base + path, { ...CHAT, stream: true })).text();
    assert.ok(bare.endsWith("data: [DONE]\n\n"));
    assert.ok(!bare.includes('"usage"'));
    const options = { stream: true, stream_options: { include_usage: true } };
    const counted = (await (await post(base + path, { ...CHAT, ...options })).text()).split("\n\n");
    assert.match(counted[0] ?? "", /"usage":null/);
    assert.match(counted.at(-3) ?? "", /"choices":\[\],"usage":\{"prompt_tokens":\d+/);
  }
});

test("responses and messages stream named events in their order", async (t) => {
  const base = await baseOf(t, "alpha");
  const namesOf = async (path: string, fields: Fields): Promise<string[]> => {
    const text = await (await post(base + path, { ...fields, stream: true })).text();
    return text.match(/(?<=^event: ).*/gm) ?? [];
  };
  const responses = await namesOf("/responses", { model: "mock-chat", input: "hi" });
  assert.equal(responses[0], "response.created");
  assert.equal(responses.at(-1), "response.completed");
  const messages = await namesOf("/messages", { ...CHAT, max_tokens: 5 });
  assert.deepEqual([messages[0], messages.at(-1)], ["message_start", "message_stop"]);
  const plain = await (await post(`${base}/responses`, { model: "mock-chat", input: "hi" })).json();
  assert.equal((plain as Fields)["status"], "completed");
});

test("embeddings honour encoding and dimensions, and are the same numbers in both encodings", async (t) => {
  const base = await baseOf(t, "alpha");
  const vectorsOf = async (fields: Fields): Promise<unknown[]> => {
    const answer = await post(`${base}/embeddings`, { model: "mock-embed", ...fields });
    const { data } = (await answer.json()) as { data: { embedding: unknown }[] };
    return data.map(({ embedding }) => embedding);
  };
  const [floats] = await vectorsOf({ input: "hi", dimensions: 8 });
  const [text] = await vectorsOf({ input: ["hi"], dimensions: 8, encoding_format: "base64" });
  assert.ok(Array.isArray(floats) && typeof text === "string");
  const bytes = Buffer.from(text, "base64");
  assert.deepEqual(
    floats,
    Array.from({ length: 8 }, (_, i) => bytes.readFloatLE(i * 4)),
  );
  assert.equal((await vectorsOf({ input: ["a", "b", "c"] })).length, 3);
  assert.equal((await vectorsOf({ input: [1, 2, 3] })).length, 1);
});

test("beta fails at first and about one time in ten, gamma in bursts with Retry-After", async (t) => {
  const statusesOf = async (name: string, count: number): Promise<number[]> => {
    const base = await baseOf(t, name);
    const statuses: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const answer = await post(`${base}/chat/completions`, CHAT);
      if (answer.status === 429) assert.equal(answer.headers.get("retry-after"), "2");
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
    return statuses;
  };
  const beta = await statusesOf("beta", 200);
  const failed = beta.filter((status) => status === 500).length;
  assert.equal(beta[0], 500);
  // The seed is fixed, so the count is too; the bounds only say that the share is right.
  assert.ok(failed >= 10 && failed <= 35, `${failed} of 200`);
  assert.deepEqual(beta, await statusesOf("beta", 200));
  assert.deepEqual((await statusesOf("gamma", 20)).slice(15), [200, 200, 429, 429, 429]);
});

test("unknown models, paths and bodies that are no JSON are refused in OpenAI's shape", async (t) => {
  const base = await baseOf(t, "alpha");
  const unknown = await post(`${base}/chat/completions`, { model: "gpt-x" });
  assert.equal(unknown.status, 404);
  const { error } = (await unknown.json()) as { error: Fields };
  assert.equal(error["code"], "model_not_found");
  assert.equal((await post(`${base}/nothing`, CHAT)).status, 404);
  assert.equal((await fetch(`${base}/chat/completions`, { method: "POST", body: "{" })).status, 400);
  assert.equal((await fetch(`${base}/models/mock-chat`)).status, 200);
  assert.equal((await fetch(`${base}/models/none`)).status, 404);
});

test("traffic sends requests with its rate and stops; a rate of 0 sends none", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const sent: string[] = [];
  t.mock.method(globalThis, "fetch", async (url: string) => {
    sent.push(url);
    return new Response("{}");
  });
  const traffic = startDemoTraffic("http://gateway/v1", { perSecond: 2 });
  startDemoTraffic("http://gateway/v1", { perSecond: 0 });
  // The first ones come quickly, so that a failover among them is seen within seconds.
  t.mock.timers.tick(250 * OPENING_COUNT);
  assert.equal(sent.length, OPENING_COUNT);
  t.mock.timers.tick(1000);
  assert.equal(sent.length, OPENING_COUNT + 2);
  assert.ok(sent.every((url) => url.startsWith("http://gateway/v1/")));
  traffic.stop();
  t.mock.timers.tick(3000);
  assert.equal(sent.length, OPENING_COUNT + 2);
});

test("traffic has no more than so many requests under way, and sends each client's key", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const keys: (string | null)[] = [];
  t.mock.method(globalThis, "fetch", (_url: string, { headers }: { headers: Record<string, string> }) => {
    keys.push(headers["authorization"] ?? null);
    return new Promise(() => undefined);
  });
  const traffic = startDemoTraffic("http://gateway/v1", {
    perSecond: 100,
    keys: new Map([["coding-agent", "sk-a"]]),
  });
  t.mock.timers.tick(100);
  t.mock.timers.tick(5_000);
  traffic.stop();
  assert.equal(keys.length, 48);
  assert.deepEqual(new Set(keys), new Set(["Bearer sk-a", null]));
});

test("every use is of a model that at least two endpoints have, and each has its share", async (t) => {
  const endpoints = await demo(t);
  const lists = await Promise.all(
    endpoints.map(async ({ baseUrl }) => (await fetch(`${baseUrl}/models`)).text()),
  );
  for (const { model } of USES.filter(({ model }) => model !== "fast"))
    assert.ok(lists.filter((list) => list.includes(`"${model}"`)).length >= 2, model);
  assert.equal(new Set(Array.from({ length: 100 }, (_, at) => useOf(at / 100))).size, USES.length);
  assert.ok(Math.abs(USES.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
});

test("the past is of the day before, the same for the same seed, with failovers and costs", () => {
  const nowMs = Date.UTC(2026, 10, 26, 12);
  const cost = { nanoDollars: 5, source: "table", date: undefined } as const;
  const made = (seed: number) =>
    demoPast({ nowMs, seed, keyIds: new Map([["phone-app", "k1"]]), costOf: () => cost });
  const past = made(1);
  assert.deepEqual(past, made(1));
  assert.notDeepEqual(past.slice(0, 50), made(2).slice(0, 50));
  assert.ok(past.length > 2_000 && past.length < 6_000, `${past.length} entries`);
  assert.ok(past.every(({ timeMs }) => timeMs < nowMs && timeMs >= nowMs - 86_400_000));
  assert.ok(past.every(({ requestId }) => requestId.startsWith("demo-past-")));
  const rescued = past.filter(({ status, request }) => status === 200 && request.attempts.length > 1);
  const failed = past.filter(({ status }) => status >= 400);
  assert.ok(rescued.length > 50 && failed.length > 5, `${rescued.length} rescued, ${failed.length} failed`);
  assert.ok(
    failed.every(({ usage, endpoint, error }) => usage === undefined && endpoint === "" && error !== ""),
  );
  assert.ok(past.some(({ usage = NO_USAGE }) => usage.cached > 0 && usage.reasoning > 0));
  assert.ok(past.some(({ keyId }) => keyId === "k1"));
});
