// How long answers are kept that are used again, in what bounds, and what a hit counts for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, CACHED, cacheWorld, HEADER, marksInTurn, STREAM } from "../support/cache-world.ts";
import { Gate } from "../support/condition.ts";
import { held, json, stream } from "../support/fakes/behaviours.ts";
import { configOf } from "../support/start-gateway.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

test("hits count as requests, and neither as tokens nor in budgets", async (t) => {
  const limits = { requests: { minute: 4 }, tokens: { minute: 500 } };
  const budget = { usd: 0.001, per: "day" };
  const server = { api_keys: [{ name: "phone", key: "sk-phone-0123456789", limits, budget }] };
  const world = await cacheWorld(t, {
    ...CACHED,
    server,
    endpoints: { a: { config: { price: { input: 1, output: 2 } } } },
  });
  const headers = { authorization: "Bearer sk-phone-0123456789" };
  const request = { ...chat("m", { max_tokens: 9 }), headers };
  assert.equal((await world.ask(request)).status, 200);
  await world.log.nextSummary();
  const other = await world.ask({ ...chat("m", { max_tokens: 900, temperature: 1 }), headers });
  assert.equal(other.status, 429);
  for (const left of ["2", "1", "0"]) {
    const answer = await world.ask(request);
    assert.deepEqual(
      [answer.status, answer.header(HEADER), answer.header("x-ratelimit-remaining-requests")],
      [200, "hit", left],
    );
  }
  assert.match(errorOf(await world.ask(request)).message, /requests per minute/);
});

test("what does not fit into the bounds is not kept, and the least used goes first", async (t) => {
  const cache = { max_size: "6KiB", max_answer: "2KiB" };
  const world = await cacheWorld(t, { ...CACHED, cache });
  world.fakes.a.always(json(200, answerOf("x".repeat(700))));
  const of = (seed: number) => chat("m", { seed });
  assert.deepEqual(await marksInTurn(world, [of(1), of(2), of(1)]), ["miss", "miss", "hit"]);
  assert.deepEqual(await marksInTurn(world, [of(3), of(1), of(2)]), ["miss", "hit", "miss"]);
  assert.ok(world.gateway.snapshot().cache.bytes <= 6 * 1_024);
  world.fakes.a.always(json(200, answerOf("x".repeat(3_000))));
  const large = chat("m", { seed: 9 });
  assert.deepEqual(await marksInTurn(world, [large, large]), ["miss", "miss"]);
});

test("a reload that changes who answers empties what it concerns, and one that does not keeps it", async (t) => {
  const options = { routing: { models: { "*": { cache: { ttl: "10m" } } } } };
  const world = await cacheWorld(t, { ...options, endpoints: { a: { fake: { models: ["m", "n"] } } } });
  const overrides = (targets: readonly string[]) =>
    configOf({ ...world.config, routing: { ...options.routing, model_overrides: { m: targets } } });
  world.gateway.reload(overrides(["a/m"]));
  assert.deepEqual(await marksInTurn(world, [chat(), chat("n")]), ["miss", "miss"]);
  world.gateway.reload(overrides(["a/m"]));
  assert.deepEqual(await marksInTurn(world, [chat(), chat("n")]), ["hit", "hit"]);
  world.gateway.reload(overrides(["a/n"]));
  assert.equal(world.gateway.snapshot().cache.entries, 1);
  assert.deepEqual(await marksInTurn(world, [chat(), chat("n")]), ["miss", "hit"]);
  world.gateway.reload(configOf({ ...world.config, routing: {} }));
  assert.equal(world.gateway.snapshot().cache.entries, 0);
});

test("an answer that was under way at such a reload is of no use after it", async (t) => {
  const world = await cacheWorld(t, { ...CACHED, endpoints: { a: { fake: { models: ["m", "n"] } } } });
  const gate = new Gate();
  world.fakes.a.script([held(gate, json(200, answerOf("old")))]);
  const asking = world.ask(chat());
  await world.fakes.a.waitForRequest(1);
  world.gateway.reload(
    configOf({ ...world.config, routing: { ...CACHED.routing, model_overrides: { m: ["a/n"] } } }),
  );
  gate.open(Number.POSITIVE_INFINITY);
  assert.match((await asking).text, /old/);
  const next = await world.ask(chat());
  assert.deepEqual([next.header(HEADER), /first/.test(next.text)], ["miss", true]);
});

test("a fallback's answer is not kept for the model that was asked", async (t) => {
  const routing = { ...CACHED.routing, fallbacks: { m: ["n"] } };
  const endpoints = { a: { fake: { models: ["m", "n"] } } };
  const world = await cacheWorld(t, { routing, endpoints, retries: { attempts: 1 } });
  world.fakes.a.script([json(503, { error: { message: "busy" } }), json(200, answerOf("other"))]);
  const first = await world.ask(chat());
  assert.equal(first.header("x-oai-gateway-fallback"), "n");
  const next = await world.ask(chat());
  assert.equal(next.header(HEADER), "miss");
});

test("what was asked in the words of another API is replayed in the client's, by whichever engine", async (t) => {
  for (const engine of ["fast", "node"]) {
    const world = await cacheWorld(t, {
      ...CACHED,
      server: { engine },
      endpoints: { a: { config: { speaks: ["chat"] } } },
    });
    world.fakes.a.always(stream(STREAM));
    const body = { model: "m", max_tokens: 9, stream: true, messages: [{ role: "user", content: "hi" }] };
    const request = { path: "/v1/messages", body };
    const [first, second] = [await world.ask(request), await world.ask(request)];
    assert.deepEqual([first.header(HEADER), second.header(HEADER)], ["miss", "hit"], engine);
    assert.match(second.text, /event: message_stop/);
    assert.equal(second.text, first.text);
    assert.notEqual(second.header("request-id"), first.header("request-id"));
    assert.match(String(second.header("content-type")), /^text\/event-stream/);
  }
});

test("a key that may use some endpoints only is not given what others have said, shared or not", async (t) => {
  const keys = [
    { name: "all", key: "sk-all-0123456789" },
    { name: "some", key: "sk-some-0123456789", endpoints: ["b"] },
  ];
  const world = await worldFor(t, {
    routing: { models: { m: { cache: { ttl: "10m", shared: true } } } },
    server: { api_keys: keys },
    endpoints: { a: { fake: { models: ["m"] } }, b: { fake: { models: ["m"] } } },
  });
  const of = (name: string) => ({ ...chat(), headers: { authorization: `Bearer sk-${name}-0123456789` } });
  assert.equal((await world.ask(of("all"))).header("x-oai-gateway-endpoint"), "a");
  const some = await world.ask(of("some"));
  assert.deepEqual([some.header(HEADER), some.header("x-oai-gateway-endpoint")], ["miss", "b"]);
  assert.equal((await world.ask(of("some"))).header(HEADER), "hit");
});

test("an answer that never says where it ends is given up beyond the bound, and its client gets it all", async (t) => {
  const world = await cacheWorld(t, { ...CACHED, cache: { max_answer: "1KiB" } });
  const pieces = Array.from({ length: 40 }, () => STREAM[0] ?? "");
  world.fakes.a.always(stream([...pieces, ...STREAM]));
  const answers = [
    await world.ask(chat("m", { stream: true })),
    await world.ask(chat("m", { stream: true })),
  ];
  for (const answer of answers) {
    assert.equal(answer.header(HEADER), "miss");
    assert.equal(answer.text.match(/"one "/g)?.length, 41);
  }
  assert.equal(world.gateway.snapshot().cache.entries, 0);
});
