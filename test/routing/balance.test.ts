// The shares of smooth weighted round-robin as clients and endpoints see them: exact in every window, whatever is
// asked, at once or in turn, over reloads. The algorithm's own tests are beside it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { held, json, stream } from "../support/fakes/behaviours.ts";
import { type ConfigObject, configOf } from "../support/start-gateway.ts";
import { ask, requestBytes, wireFor } from "../support/wire.ts";
import { chat, type World, worldFor } from "../support/world.ts";

const TWO_TO_ONE = { a: { config: { weight: 10 } }, b: { config: { weight: 5 } } };

/** The endpoints that answer so many requests one after the other, as a text. */
async function sequence(world: Pick<World<string>, "ask">, count: number, model = "m"): Promise<string> {
  let found = "";
  for (let at = 0; at < count; at += 1) {
    // Plain and streamed in no regular order: they share one rotation.
    const answer = await world.ask(chat(model, { stream: at % 5 < 2 }));
    assert.equal(answer.status, 200);
    found += answer.header("x-oai-gateway-endpoint");
  }
  return found;
}

/** The configuration of a world as it is, to be changed and loaded again. */
function configFor(
  world: World<string>,
  weights: Readonly<Record<string, number>>,
  routing = {},
): ConfigObject {
  const endpoints = Object.entries(weights).map(([name, weight]) => {
    return { name, base_url: world.fakes[name]?.url ?? "", weight };
  });
  return { endpoints, routing };
}

test("weights 10 and 5 give exactly two to one in every window of three", async (t) => {
  const world = await worldFor(t, { endpoints: TWO_TO_ONE });
  const found = await sequence(world, 60);
  for (let at = 0; at + 3 <= found.length; at += 1) {
    assert.equal([...found.slice(at, at + 3)].sort().join(""), "aab", `at ${at} of ${found}`);
  }
});

test("failovers take no turn from the requests that come after them", async (t) => {
  const world = await worldFor(t, {
    endpoints: { a: { config: { weight: 2 } }, b: {}, c: {} },
    health: { consecutive_failures: 1_000, min_requests: 1_000 },
    retries: { budget_min: 1_000 },
  });
  const busy = json(503, '{"error":{"message":"busy"}}');
  const good = json(200, '{"good":true}');
  for (const [name, every] of [
    ["a", 3],
    ["b", 4],
  ] as const)
    world.fakes[name].script(Array.from({ length: 60 }, (_, at) => (at % every === 0 ? busy : good)));
  let first = "";
  for (let at = 0; at < 40; at += 1) {
    const answer = await world.ask(chat());
    assert.equal(answer.status, 200);
    const attempts = /^\d; (\w)=/.exec(answer.header("x-oai-gateway-attempts") ?? "");
    first += attempts?.[1] ?? answer.header("x-oai-gateway-endpoint");
  }
  assert.equal(first, "abca".repeat(10));
});

test("weights 5, 1 and 1 give a a b a c a a", async (t) => {
  const endpoints = { a: { config: { weight: 5 } }, b: {}, c: {} };
  assert.equal(await sequence(await worldFor(t, { endpoints }), 14), "aabacaaaabacaa");
});

test("each model has a rotation of its own, and an alias another", async (t) => {
  const models = { fake: { models: ["m", "n"] } };
  const world = await worldFor(t, {
    endpoints: { a: models, b: models },
    routing: { model_overrides: { nick: ["a/m", { target: "b/n", weight: 2 }] } },
  });
  assert.equal(await sequence(world, 1, "m"), "a");
  assert.equal(await sequence(world, 1, "n"), "a");
  assert.equal(await sequence(world, 6, "nick"), "babbab");
  assert.equal(await sequence(world, 1, "m"), "b");
});

test("96 requests, 64 of them at once, are shared exactly", async (t) => {
  const world = await worldFor(t, { endpoints: TWO_TO_ONE });
  const gate = new Gate();
  const held64 = held(gate, json(200, {}));
  for (const fake of Object.values(world.fakes)) fake.always(held64);
  const wires = await Promise.all(Array.from({ length: 64 }, () => wireFor(t, world.port)));
  const answers = wires.map(async (wire, index) => {
    await wire.send(requestBytes(chat("m", { stream: index % 2 === 0 })));
    return wire.answer();
  });
  // All 64 are waiting at the endpoints before the first is answered.
  await Promise.all([world.fakes.a.waitForRequest(42), world.fakes.b.waitForRequest(21)]);
  gate.open(Number.POSITIVE_INFINITY);
  await Promise.all(answers);
  await Promise.all(Array.from({ length: 32 }, () => world.ask(chat())));
  assert.deepEqual([world.fakes.a.requests.length, world.fakes.b.requests.length], [64, 32]);
});

test("the rotation goes on over a reload, and takes new weights and endpoints", async (t) => {
  const world = await worldFor(t, { endpoints: { ...TWO_TO_ONE, c: {} } });
  // c is configured later.
  world.gateway.reload(configOf(configFor(world, { a: 5, b: 1 })));
  assert.equal(await sequence(world, 1), "a");
  let found = "a";
  for (let time = 1; time < 12; time += 1) {
    world.gateway.reload(configOf(configFor(world, { a: 5, b: 1 })));
    found += await sequence(world, 1);
  }
  assert.equal(found, "aaabaaaaabaa");
  world.gateway.reload(configOf(configFor(world, { a: 1, b: 1, c: 1 })));
  await world.gateway.catalogue.firstAnswers();
  const after = await sequence(world, 9);
  assert.deepEqual(countsOf(after), { a: 3, b: 3, c: 3 });
});

test("weight 0 drains: no request unless nothing else serves the model", async (t) => {
  const drained = { config: { weight: 0 }, fake: { models: ["m", "only"] } };
  const world = await worldFor(t, { endpoints: { a: drained, b: {}, c: {} } });
  assert.deepEqual(countsOf(await sequence(world, 6)), { b: 3, c: 3 });
  assert.equal(await sequence(world, 2, "only"), "aa");
  for (const name of ["b", "c"] as const) await world.fakes[name].close();
  assert.equal(await sequence(world, 3), "aaa");
});

test("an endpoint that is taken out finishes its streams and gets nothing new", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
  const gate = new Gate();
  world.fakes.a.always(stream(["data: 1\n\n", "data: [DONE]\n\n"], { gate }));
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  await wire.head();
  gate.open();
  assert.equal((await wire.piece())?.toString(), "data: 1\n\n");
  world.gateway.reload(configOf(configFor(world, { b: 1 })));
  assert.equal(await sequence(world, 3), "bbb");
  gate.open(2);
  assert.equal((await wire.body()).toString(), "data: [DONE]\n\n");
  await world.fakes.a.whenOpenConnections(0);
});

test("a hundred reloads under load fail no request and keep the shares", async (t) => {
  const world = await worldFor(t, { endpoints: TWO_TO_ONE });
  const config = configOf(configFor(world, { a: 10, b: 5 }));
  const statuses: number[] = [];
  const worker = async (): Promise<void> => {
    for (let time = 0; time < 30; time += 1) {
      if (time % 3 === 0) world.gateway.reload(config);
      statuses.push((await ask(world.port, chat("m", { stream: time % 2 === 0 }))).status);
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.deepEqual([world.fakes.a.requests.length, world.fakes.b.requests.length], [200, 100]);
});

function countsOf(found: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of found) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
