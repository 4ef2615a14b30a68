// `endpoints[].api`: what goes to an endpoint whose API is said, and to one that may serve any.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { json, stream } from "../support/fakes/behaviours.ts";
import type { RecordedRequest } from "../support/fakes/fake-connection.ts";
import { generate, generateStream, value } from "../support/gemini-world.ts";
import { chat, worldFor } from "../support/world.ts";

const KEY = "sk-own";
const MESSAGES = { path: "/v1/messages", body: { model: "m", max_tokens: 1, messages: [] } };
const KEY_HEADERS = ["authorization", "x-api-key", "api-key", "anthropic-version"];

/** The key headers of a request, in the order of `KEY_HEADERS`. */
function sent(request: RecordedRequest | undefined): (string | undefined)[] {
  return KEY_HEADERS.map((name) => request?.header(name));
}

type Sent = readonly (string | undefined)[];
type Row = {
  readonly api: string | undefined;
  readonly chat: Sent;
  readonly messages: Sent;
  readonly list: Sent;
};

const BEARER = `Bearer ${KEY}`;
const VERSION = "2023-06-01";

const TABLE: readonly Row[] = [
  {
    api: undefined,
    chat: [BEARER, undefined, undefined, undefined],
    messages: [BEARER, KEY, undefined, VERSION],
    list: [BEARER, undefined, undefined, undefined],
  },
  {
    api: "openai",
    chat: [BEARER, undefined, undefined, undefined],
    messages: [BEARER, KEY, undefined, VERSION],
    list: [BEARER, undefined, undefined, undefined],
  },
  {
    api: "anthropic",
    chat: [BEARER, undefined, undefined, undefined],
    messages: [undefined, KEY, undefined, VERSION],
    list: [undefined, KEY, undefined, VERSION],
  },
  {
    api: "azure",
    chat: [undefined, undefined, KEY, undefined],
    messages: [undefined, KEY, KEY, VERSION],
    list: [undefined, undefined, KEY, undefined],
  },
];

for (const row of TABLE) {
  test(`api ${row.api ?? "left out"}: the key and what goes with it, for chats, messages and the list`, async (t) => {
    const config = { api_key: KEY, ...(row.api === undefined ? {} : { api: row.api }) };
    const { ask, fakes } = await worldFor(t, { endpoints: { one: { config } } });
    assert.equal((await ask(chat())).status, 200);
    assert.equal((await ask(MESSAGES)).status, 200);
    const [chatted, written] = fakes.one.requests;
    assert.deepEqual([chatted?.path, sent(chatted)], ["/v1/chat/completions", row.chat]);
    assert.deepEqual([written?.path, sent(written)], ["/v1/messages", row.messages]);
    const [listed] = fakes.one.discoveries;
    assert.deepEqual(sent(listed), row.list);
    assert.equal(listed?.path, row.api === "anthropic" ? "/v1/models?limit=1000" : "/v1/models");
  });
}

test("a version that the client or the configuration gives is the only one", async (t) => {
  const headers = { "anthropic-version": "2024-01-01" };
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { headers } } } });
  await ask(MESSAGES);
  await ask({ ...MESSAGES, headers: { "anthropic-version": "2025-01-01" } });
  for (const request of fakes.one.requests)
    assert.deepEqual(
      request.headers.filter((_, at) => request.headers[at - 1]?.toLowerCase() === "anthropic-version"),
      ["2024-01-01"],
    );
});

test("api: azure takes the version in a client's query along, and pass_api_version still has the last word", async (t) => {
  for (const [config, query] of [
    [{ api: "azure" }, "?api-version=1"],
    [{ api: "azure", pass_api_version: false }, ""],
    [{}, ""],
  ] as const) {
    const { ask, fakes } = await worldFor(t, { endpoints: { one: { config } } });
    await ask({ ...chat(), path: "/openai/deployments/m/chat/completions?api-version=1" });
    assert.equal(fakes.one.requests[0]?.path, `/v1/chat/completions${query}`);
  }
});

test("the paid probe of api: anthropic is a message, and brings messages back", async (t) => {
  const probe = { model: "m", interval: "1s" };
  const config = { api: "anthropic", models: ["m"], probe, api_key: KEY };
  const world = await worldFor(t, {
    endpoints: { one: { config } },
    health: { consecutive_failures: 1, ejection: "5m", slow_start: "off" },
    retries: { attempts: 1 },
  });
  world.fakes.one.always(json(500, { error: { message: "down" } }));
  await world.ask(MESSAGES);
  world.fakes.one.always(json(200, { type: "message", content: [] }));
  const target = world.gateway.table().resolve("m")?.targets[0];
  assert.ok(target !== undefined);
  const { health } = world.gateway.targets;
  const breaker = () => health.targetBreaker(target, "messages");
  assert.equal(breaker()?.state, "open");
  const request = await world.fakes.one.waitForRequest(2);
  assert.deepEqual([request.path, sent(request)], ["/v1/messages", [undefined, KEY, undefined, VERSION]]);
  while (breaker()?.state !== "closed") await setImmediate();
});

for (const [operation, request, method, good] of [
  ["generate_content", generate(), "generateContent", json(200, value("p"))],
  [
    "stream_generate_content",
    generateStream(),
    "streamGenerateContent",
    stream([`data: ${JSON.stringify(value("p"))}\r\n\r\n`]),
  ],
] as const)
  test(`the paid probe of api: gemini brings back ${method}, by its own path`, async (t) => {
    const probe = { model: "m", interval: "1s" };
    const config = { api: "gemini", models: ["m"], probe, api_key: KEY };
    const world = await worldFor(t, {
      endpoints: { one: { config } },
      health: { consecutive_failures: 1, ejection: "5m", slow_start: "off" },
      retries: { attempts: 1 },
    });
    world.fakes.one.always(json(500, { error: { message: "down" } }));
    await world.ask(request);
    world.fakes.one.always(good);
    const target = world.gateway.table().resolve("m")?.targets[0];
    assert.ok(target !== undefined);
    const breaker = () => world.gateway.targets.health.targetBreaker(target, operation);
    assert.equal(breaker()?.state, "open");
    const probed = await world.fakes.one.waitForRequest(2);
    await probed.bodyRead;
    const query = method === "streamGenerateContent" ? "?alt=sse" : "";
    assert.equal(probed.path, `/v1/models/m:${method}${query}`);
    assert.deepEqual(probed.json()["generationConfig"], { maxOutputTokens: 1 });
    while (breaker()?.state !== "closed") await setImmediate();
  });
