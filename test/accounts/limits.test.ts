// Limits of keys, models and all in a running gateway, with the clock in the test's hand.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Gate } from "../support/condition.ts";
import { held, json } from "../support/fakes/behaviours.ts";
import { HeldClock } from "../support/held-clock.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import type { Answer } from "../support/wire.ts";
import { chat, errorOf, type World, type WorldOptions, worldFor } from "../support/world.ts";

const KEY = "sk-phone-0123456789";
const HEADERS = { authorization: `Bearer ${KEY}` };
const ANSWER = {
  id: "1",
  object: "chat.completion",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 100, completion_tokens: 400, total_tokens: 500 },
};

type LimitWorld = World<"a"> & { readonly clock: HeldClock };

async function limitWorld(
  t: TestContext,
  limits: object | undefined,
  options: Partial<WorldOptions<"a">> = {},
): Promise<LimitWorld> {
  const clock = new HeldClock();
  const key = { name: "phone", key: KEY, tags: ["family"], ...(limits === undefined ? {} : { limits }) };
  const world = await worldFor<"a">(
    t,
    { endpoints: { a: {} }, server: { api_keys: [key] }, ...options },
    { clock },
  );
  world.fakes.a.always(json(200, ANSWER));
  return { ...world, clock };
}

const send = (world: LimitWorld, fields = {}): Promise<Answer> =>
  world.ask({ ...chat("m", fields), headers: HEADERS });

test("requests above a limit are refused in OpenAI's words, and let through again when it says", async (t) => {
  const world = await limitWorld(t, { requests: { minute: 2 } });
  const first = await send(world);
  assert.equal(first.status, 200);
  assert.equal(first.header("x-ratelimit-limit-requests"), "2");
  assert.equal(first.header("x-ratelimit-remaining-requests"), "1");
  assert.equal(first.header("x-ratelimit-reset-requests"), "30s");
  assert.equal((await send(world)).header("x-ratelimit-remaining-requests"), "0");
  const refused = await send(world);
  const { code, message } = errorOf(refused);
  assert.deepEqual([refused.status, code], [429, "rate_limit_exceeded"]);
  assert.equal(
    message,
    'Rate limit reached for the client key "phone" on requests per minute: limit 2. Try again in 30s.',
  );
  assert.equal(refused.header("retry-after"), "30");
  assert.equal(refused.header("x-ratelimit-remaining-requests"), "0");
  assert.equal(world.fakes.a.requests.length, 2);
  // Whoever goes on asking is not kept out for longer.
  world.clock.advance(29_999);
  assert.equal((await send(world)).status, 429);
  world.clock.advance(1);
  assert.equal((await send(world)).status, 200);
});

test("lists of models and counts of tokens are outside of the limits of requests", async (t) => {
  const world = await limitWorld(t, { requests: { minute: 1 } });
  const counting = {
    path: "/v1/messages/count_tokens",
    body: { model: "m", messages: [] },
    headers: HEADERS,
  };
  for (let count = 0; count < 28; count += 1) {
    assert.equal((await world.ask({ path: "/v1/models", headers: HEADERS })).status, 200);
    assert.equal((await world.ask(counting)).status, 200);
  }
  assert.equal((await send(world)).status, 200);
  assert.equal((await send(world)).status, 429);
});

test("tokens are estimated before and counted as the endpoint says after; a limit goes into debt by what was in flight", async (t) => {
  const world = await limitWorld(t, { tokens: { minute: 2_000 } });
  const first = await send(world, { max_tokens: 10 });
  assert.equal(first.header("x-ratelimit-limit-tokens"), "2000");
  await world.log.nextSummary();
  // 500 were used, whatever was estimated.
  const second = await send(world, { max_tokens: 10 });
  const left = Number(second.header("x-ratelimit-remaining-tokens"));
  assert.ok(left > 1_400 && left < 1_500, String(left));
});

test("an endpoint that fails has used no tokens, and its own limits are not shown in place of the key's", async (t) => {
  const world = await limitWorld(t, { tokens: { minute: 2_000 }, requests: { minute: 10 } });
  const headers = { "x-ratelimit-remaining-requests": "9999", "x-ratelimit-limit-images": "7" };
  world.fakes.a.script([
    json(400, { error: { message: "no", type: "x", param: null, code: null } }, headers),
  ]);
  const failed = await send(world);
  assert.equal(failed.status, 400);
  assert.equal(failed.headers.filter((name) => name === "x-ratelimit-remaining-requests").length, 1);
  assert.equal(failed.header("x-ratelimit-remaining-requests"), "9");
  assert.equal(failed.header("x-ratelimit-limit-images"), "7");
  await world.log.nextSummary();
  const next = await send(world, { max_tokens: 1 });
  assert.ok(Number(next.header("x-ratelimit-remaining-tokens")) > 1_950);
});

test("no more requests are under way than a key may have, and room is made when one ends", async (t) => {
  const world = await limitWorld(t, { parallel: 2 });
  const gate = new Gate();
  world.fakes.a.always(held(gate, json(200, ANSWER)));
  const under = [send(world), send(world)];
  await world.fakes.a.waitForRequest(2);
  const refused = await send(world);
  assert.equal(refused.status, 429);
  assert.match(errorOf(refused).message, /requests at the same time: limit 2/);
  gate.open(Number.POSITIVE_INFINITY);
  for (const answer of await Promise.all(under)) assert.equal(answer.status, 200);
  assert.equal((await send(world)).status, 200);
});

test("limits of a model, of a tag and of all hold for whoever comes; a pin is no way round", async (t) => {
  const limits = {
    models: { "m*": { requests: { minute: 2 } } },
    tags: { family: { requests: { hour: 3 } } },
    requests: { day: 100 },
  };
  const endpoints = { a: { fake: { models: ["m", "other"] } } };
  const world = await limitWorld(t, undefined, { limits, endpoints });
  assert.equal((await send(world)).status, 200);
  assert.equal((await world.ask({ ...chat("a/m"), headers: HEADERS })).status, 200);
  assert.match(errorOf(await send(world)).message, /models named m\*/);
  assert.equal((await world.ask({ ...chat("other"), headers: HEADERS })).status, 200);
  const last = await world.ask({ ...chat("other"), headers: HEADERS });
  assert.match(errorOf(last).message, /the tag "family" on requests per hour/);
});

test("a reload that changes a limit keeps what was used, and one that takes it away lets all through", async (t) => {
  const world = await limitWorld(t, { requests: { minute: 4 } });
  for (let count = 0; count < 3; count += 1) await send(world);
  const { configOf } = await import("../support/start-gateway.ts");
  const withLimit = (limits: object) =>
    configOf({ ...world.config, server: { api_keys: [{ name: "phone", key: KEY, limits }] } });
  world.gateway.reload(withLimit({ requests: { minute: 5 } }));
  assert.equal((await send(world)).status, 200);
  assert.equal((await send(world)).status, 200);
  assert.equal((await send(world)).status, 429);
  world.gateway.reload(withLimit({}));
  assert.equal((await send(world)).status, 200);
});

test("limits are where they were after a restart, less what came back meanwhile", async (t) => {
  const store = new MemoryStore();
  const clock = new HeldClock();
  const world = await limitWorld(t, undefined);
  const config = {
    ...world.config,
    server: { api_keys: [{ name: "phone", key: KEY, limits: { requests: { minute: 4 }, parallel: 3 } }] },
  };
  const first = await gatewayFor(t, config, { store, clock });
  const { ask } = await import("../support/wire.ts");
  const request = { ...chat(), headers: HEADERS };
  for (let count = 0; count < 4; count += 1) assert.equal((await ask(first.port, request)).status, 200);
  await first.gateway.close({ graceMs: 0 });
  clock.advance(15_000);
  const second = await gatewayFor(t, config, { store, clock });
  assert.equal((await ask(second.port, request)).status, 200);
  assert.equal((await ask(second.port, request)).status, 429);
  await store.put({
    kind: "limit-state",
    id: "buckets",
    text: '{"savedMs":"x","levels":[1,[2],["key config:phone"]]}',
  });
  await second.gateway.close({ graceMs: 0 });
});
