// Faults 361 and 362: what besides chats depends on the API in which an endpoint is asked.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import OpenAI from "openai";
import { json } from "../../support/fakes/behaviours.ts";
import { makeChatOnly, makeResponsesOnly, NO_SUCH_PATH } from "../../support/fakes/one-wire-endpoint.ts";
import type { WireRequest } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const COUNT = "/v1/responses/input_tokens";

test("fault 361: tokens of a response that nobody counts are estimated, and said to be", async (t) => {
  const { ask, fakes, url } = await worldFor(t, { endpoints: { one: {} } });
  makeChatOnly(fakes.one);
  const counts: unknown[] = [];
  for (const input of ["hi", [{ role: "user", content: "hi ".repeat(200) }]]) {
    const answer = await ask({ path: COUNT, body: { model: "m", input, instructions: "Be brief." } });
    assert.equal(answer.status, 200);
    const { object, input_tokens: count, estimated, ...others } = answer.json();
    assert.deepEqual([object, estimated, others], ["response.input_tokens", true, {}]);
    assert.match(answer.header("x-oai-gateway-warning") ?? "", /estimate/);
    counts.push(count);
  }
  assert.ok(Number(counts[1]) > Number(counts[0]) + 100);
  const openai = new OpenAI({ baseURL: url, apiKey: "x", maxRetries: 0 });
  const counted = await openai.responses.inputTokens.count({
    model: "m",
    input: "hi",
    instructions: "Be brief.",
  });
  assert.equal(counted.input_tokens, counts[0]);
  assert.deepEqual(
    fakes.one.requests.map(({ path }) => path),
    [COUNT],
  );
});

test("fault 361: a picture is no text, and a conversation that is kept elsewhere cannot be counted", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { speaks: ["chat"] } } } });
  const image = { type: "input_image", image_url: `data:image/png;base64,${"A".repeat(400_000)}` };
  const input = [{ role: "user", content: [image] }];
  const pictured = await ask({ path: COUNT, body: { model: "m", input } });
  assert.ok(Number(pictured.json()["input_tokens"]) < 2_000);
  for (const name of ["conversation", "prompt"]) {
    const answer = await ask({ path: COUNT, body: { model: "m", input: "hi", [name]: { id: "x_1" } } });
    const { code, param } = errorOf(answer);
    assert.deepEqual([answer.status, code, param], [400, "untranslatable", name]);
  }
  assert.ok(fakes.one.requests.every(({ path }) => path !== COUNT));
});

test("fault 361: an endpoint that counts is asked, and its number stands", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const answer = await ask({ path: COUNT, body: { model: "m", input: "hi" } });
  assert.deepEqual(answer.json(), { object: "response.input_tokens", input_tokens: 7 });
  assert.equal(fakes.one.requests.length, 1);
});

type Probed = {
  readonly config?: object;
  /** The path that the endpoint has, and the request that ejects the model. */
  readonly has: string;
  readonly request: WireRequest;
  readonly operation: string;
  readonly body: object;
};

const USER = [{ role: "user", content: "ping" }];
const RESPONSE = { model: "m", input: "ping", max_output_tokens: 16, store: false };
const PROBED: Readonly<Record<string, Probed>> = {
  "a chat over Responses, as configured": {
    config: { speaks: ["responses"] },
    has: "/responses",
    request: chat(),
    operation: "chat",
    body: RESPONSE,
  },
  "a chat over Responses, as found out": {
    has: "/responses",
    request: chat(),
    operation: "chat",
    body: RESPONSE,
  },
  "messages over a chat": {
    config: { speaks: ["chat"] },
    has: "/chat/completions",
    request: { path: "/v1/messages", body: { model: "m", max_tokens: 9, messages: USER } },
    operation: "messages",
    body: { model: "m", messages: USER, max_tokens: 1 },
  },
  "Ollama's chat over messages": {
    config: { api: "anthropic" },
    has: "/messages",
    request: { path: "/api/chat", body: { model: "m", messages: USER, stream: false } },
    operation: "ollama_chat",
    body: { model: "m", messages: USER, max_tokens: 1 },
  },
};

async function bringsBack(t: TestContext, probed: Probed): Promise<void> {
  const probe = { model: "m", interval: "1s" };
  const world = await worldFor(t, {
    endpoints: { one: { config: { models: ["m"], probe, ...probed.config } } },
    health: { consecutive_failures: 1, ejection: "5m", slow_start: "off" },
    retries: { attempts: 1 },
  });
  const { fakes, gateway, ask } = world;
  if (probed.config === undefined) {
    makeResponsesOnly(fakes.one);
    assert.equal((await ask(probed.request)).status, 200);
  }
  fakes.one.always(NO_SUCH_PATH).on(probed.has, json(500, { error: { message: "down" } }));
  assert.equal((await ask(probed.request)).status, 500);
  const target = gateway.table().resolve("m")?.targets[0];
  assert.ok(target !== undefined);
  const breaker = () => gateway.targets.health.targetBreaker(target, probed.operation);
  assert.equal(breaker()?.state, "open");
  fakes.one.on(probed.has, json(200, { ok: true }));
  while (breaker()?.state !== "closed") await setImmediate();
  const sent = fakes.one.requests.at(-1);
  assert.deepEqual([sent?.path, sent?.json()], [`/v1${probed.has}`, probed.body]);
}

for (const [name, probed] of Object.entries(PROBED))
  test(`fault 362: ${name}: the paid probe asks in the endpoint's words`, (t) => bringsBack(t, probed));

test("fault 362: an endpoint that knows no such path stays ejected, and is asked once in each API", async (t) => {
  const probe = { model: "m", interval: "1s" };
  const { fakes, gateway, ask } = await worldFor(t, {
    endpoints: { one: { config: { models: ["m"], probe } } },
    health: { consecutive_failures: 1, ejection: "5m" },
    retries: { attempts: 1 },
  });
  makeResponsesOnly(fakes.one).always(json(500, {}));
  await ask(chat());
  fakes.one.always(NO_SUCH_PATH).on("/responses", NO_SUCH_PATH);
  await fakes.one.waitForRequest(4);
  assert.deepEqual(
    fakes.one.requests.slice(1, 4).map(({ path }) => path),
    ["/v1/chat/completions", "/v1/responses", "/v1/messages"],
  );
  const target = gateway.table().resolve("m")?.targets[0];
  assert.equal(target && gateway.targets.health.targetBreaker(target, "chat")?.state, "open");
});
