// The health of endpoints: when one is left out, for how long, how it comes back, and what never counts against it.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Gate } from "../support/condition.ts";
import { apiError, held, json } from "../support/fakes/behaviours.ts";
import type { Behaviour } from "../support/fakes/fake-connection.ts";
import { HeldClock } from "../support/held-clock.ts";
import { configOf } from "../support/start-gateway.ts";
import { chat, type World, type WorldOptions, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const DOWN = apiError(503, null);
const TWO = { endpoints: { a: {}, b: {} } } as const;
const SECOND = 1_000;

type HeldWorld<Name extends string> = World<Name> & { readonly clock: HeldClock };

async function heldWorld<Name extends string>(
  t: TestContext,
  options: WorldOptions<Name>,
): Promise<HeldWorld<Name>> {
  const clock = new HeldClock();
  const world = await worldFor(t, options, { clock });
  for (const fake of Object.values<World<Name>["fakes"][Name]>(world.fakes)) fake.always(GOOD);
  return { ...world, clock };
}

/** How many of so many requests each endpoint gets. All must be answered. */
async function shares<Name extends string>(
  world: World<Name>,
  requests: number,
  status = 200,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let sent = 0; sent < requests; sent += 1) {
    const answer = await world.ask(chat());
    assert.equal(answer.status, status, answer.text);
    const name = answer.header("x-oai-gateway-endpoint") ?? "";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Fails at `a` until it is ejected. */
async function eject(world: World<"a" | "b">, how: Behaviour = DOWN): Promise<void> {
  world.fakes.a.always(how);
  await shares(world, 6);
}

test("three failures in a row eject, and a line says for how long; nothing is lost meanwhile", async (t) => {
  const world = await heldWorld(t, TWO);
  await eject(world);
  assert.equal(world.fakes.a.requests.length, 3);
  assert.deepEqual(await shares(world, 10), { b: 10 });
  const { level, fields } = await world.log.line("endpoint_ejected");
  assert.deepEqual([level, fields["endpoint"], fields["seconds"]], ["warn", "a", 10]);
});

test("a success in between starts the count anew", async (t) => {
  const world = await heldWorld(t, TWO);
  world.fakes.a.script([DOWN, DOWN, GOOD, DOWN, DOWN, GOOD]);
  await shares(world, 12);
  assert.equal(world.log.lines.filter(({ event }) => event === "endpoint_ejected").length, 0);
});

test("half of ten requests in half a minute eject too, however they are mixed", async (t) => {
  const world = await heldWorld(t, TWO);
  world.fakes.a.script([DOWN, GOOD, DOWN, GOOD, DOWN, GOOD, DOWN, GOOD, GOOD, DOWN]);
  while (world.fakes.a.requests.length < 10) await shares(world, 1);
  assert.deepEqual(await shares(world, 4), { b: 4 });
  await world.log.line("endpoint_ejected");
});

test("after the ejection exactly one request probes; all others go elsewhere until it is answered", async (t) => {
  const world = await heldWorld(t, TWO);
  await eject(world);
  world.clock.advance(10 * SECOND - 1);
  await shares(world, 3);
  assert.equal(world.fakes.a.requests.length, 3);
  world.clock.advance(1);
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  const probes = [world.ask(chat()), world.ask(chat())];
  await world.fakes.a.waitForRequest(4);
  assert.deepEqual(await shares(world, 8), { b: 8 });
  assert.equal(world.fakes.a.requests.length, 4);
  gate.open(Number.POSITIVE_INFINITY);
  for (const { status } of await Promise.all(probes)) assert.equal(status, 200);
  assert.ok(((await shares(world, 20))["a"] ?? 0) > 0);
});

test("each probe that fails makes the next ejection longer, up to the cap", async (t) => {
  const world = await heldWorld(t, { ...TWO, health: { ejection: "10s", ejection_max: "25s" } });
  await eject(world);
  for (const seconds of [10, 20, 25, 25]) {
    const before = world.fakes.a.requests.length;
    world.clock.advance(seconds * SECOND - 1);
    await shares(world, 3);
    assert.equal(world.fakes.a.requests.length, before, `not before ${seconds} s`);
    world.clock.advance(1);
    await shares(world, 3);
    assert.equal(world.fakes.a.requests.length, before + 1, `one probe after ${seconds} s`);
  }
});

test("after an ejection the share grows from a tenth to the weight in half a minute", async (t) => {
  const world = await heldWorld(t, TWO);
  await eject(world);
  world.fakes.a.always(GOOD);
  world.clock.advance(10 * SECOND);
  await shares(world, 2);
  const cold = (await shares(world, 44))["a"] ?? 0;
  assert.ok(cold >= 3 && cold <= 6, `${cold} of 44`);
  world.clock.advance(15 * SECOND);
  const warm = (await shares(world, 31))["a"] ?? 0;
  assert.ok(warm >= 10 && warm <= 12, `${warm} of 31`);
  world.clock.advance(15 * SECOND);
  await shares(world, 2);
  assert.deepEqual(await shares(world, 20), { a: 10, b: 10 });
});

test("all ejected: all are used all the same, in turn, and the first success brings one back", async (t) => {
  const world = await heldWorld(t, { ...TWO, retries: { budget_min: 1_000 } });
  for (const fake of Object.values(world.fakes)) fake.always(DOWN);
  await shares(world, 6, 503);
  const before = [world.fakes.a.requests.length, world.fakes.b.requests.length];
  await shares(world, 4, 503);
  assert.deepEqual(
    [world.fakes.a.requests.length, world.fakes.b.requests.length].map((now, at) => now - (before[at] ?? 0)),
    [4, 4],
  );
  world.fakes.b.always(GOOD);
  assert.deepEqual(await shares(world, 10), { b: 10 });
});

test("requests that make any endpoint fail eject one each at most, and never keep others from being served", async (t) => {
  const three = { endpoints: { a: {}, b: {}, c: {} }, health: { consecutive_failures: 1 } };
  const world = await heldWorld(t, three);
  const poison = { ...chat(), headers: { "x-title": "poison" } };
  for (const fake of Object.values(world.fakes))
    fake.on((request) => request.header("x-title") === "poison", apiError(500, null));
  const ejected = () => world.log.lines.filter(({ event }) => event === "endpoint_ejected").length;
  assert.equal((await world.ask(poison)).status, 500);
  assert.deepEqual(world.log.summaries[0]?.attempts.length, 3);
  assert.equal(ejected(), 1);
  assert.deepEqual(Object.values(await shares(world, 10)).sort(), [5, 5]);
  for (let time = 0; time < 5; time += 1) await world.ask(poison);
  // With all of them ejected they are used all the same.
  await shares(world, 10);
});

test("the caller's own mistakes, rate limits and refused keys never eject", async (t) => {
  const endpoints = { a: { config: { api_keys: ["k1", "k2", "k3", "k4"] } }, b: {} };
  const world = await heldWorld(t, { endpoints, health: { consecutive_failures: 1 } });
  for (const status of [400, 404, 413, 415, 422, 451]) {
    for (const fake of Object.values(world.fakes)) fake.always(apiError(status, null));
    await shares(world, 6, status);
  }
  world.fakes.b.always(GOOD);
  for (const status of [429, 401, 402]) {
    world.fakes.a.always(apiError(status, null));
    await shares(world, 4);
  }
  assert.equal(world.log.lines.filter(({ event }) => event === "endpoint_ejected").length, 0);
});

test("a broken model takes no other model of its endpoint with it; a dead endpoint takes them all", async (t) => {
  const both = { fake: { models: ["m", "n"] } };
  const world = await heldWorld(t, { endpoints: { a: both, b: both }, health: { consecutive_failures: 1 } });
  world.fakes.a.always({
    run: (exchange) => (exchange.request.json()["model"] === "m" ? DOWN : GOOD).run(exchange),
  });
  await shares(world, 4);
  assert.equal(world.fakes.a.requests.length, 1);
  for (let time = 0; time < 4; time += 1) await world.ask(chat("n"));
  assert.equal(world.fakes.a.requests.length, 3);
  await world.fakes.b.close();
  for (let time = 0; time < 4; time += 1) assert.equal((await world.ask(chat("n"))).status, 200);
  const summaries = world.log.summaries.slice(-4).map(({ attempts }) => attempts.length);
  assert.equal(summaries.filter((count) => count === 2).length, 1);
});

test("an ejected endpoint is asked for its list, which is free, and comes back without a request risked", async (t) => {
  const health = { consecutive_failures: 1, ejection: "20ms", ejection_max: "20ms", slow_start: "off" };
  const world = await worldFor(t, { ...TWO, health });
  for (const fake of Object.values(world.fakes)) fake.always(GOOD);
  const target = world.gateway.table().resolve("m")?.targets[0];
  assert.ok(target !== undefined);
  const breaker = () => world.gateway.targets.health.endpointBreaker(target)?.snapshot();
  await world.fakes.a.close();
  await shares(world, 2);
  assert.equal(breaker()?.ejections, 1);
  // While it is gone the list fails, which is no request of a client either.
  while (world.gateway.status().find(({ endpoint }) => endpoint.name === "a")?.state !== "failed")
    await setImmediate();
  await world.fakes.a.reopen();
  while (breaker()?.state !== "closed") await setImmediate();
  assert.equal(world.fakes.a.requests.length, 0);
  assert.deepEqual(await shares(world, 4), { a: 2, b: 2 });
});

test("active_probes: false leaves the endpoint to its requests", async (t) => {
  const health = { consecutive_failures: 1, ejection: "20ms", active_probes: false, slow_start: "off" };
  const world = await worldFor(t, { ...TWO, health });
  for (const fake of Object.values(world.fakes)) fake.always(GOOD);
  const before = world.fakes.a.discoveries.length;
  await world.fakes.a.close();
  await shares(world, 2);
  await world.fakes.a.reopen();
  while (((await shares(world, 2))["a"] ?? 0) === 0) await setImmediate();
  assert.equal(world.fakes.a.discoveries.length, before);
});

test("a paid probe, one token, brings back a model that a list says nothing of", async (t) => {
  const probe = { model: "m", interval: "1s" };
  const config = { models: ["m"], probe, api_key: "sk-probe" };
  const world = await heldWorld(t, { endpoints: { a: { config }, b: {} }, health: { slow_start: "off" } });
  await eject(world);
  world.fakes.a.always(GOOD);
  const request = await world.fakes.a.waitForRequest(4);
  await request.bodyRead;
  const { model, max_tokens } = request.json();
  assert.deepEqual([request.path, model, max_tokens], ["/v1/chat/completions", "m", 1]);
  assert.equal(request.header("authorization"), "Bearer sk-probe");
  const target = world.gateway.table().resolve("m")?.targets[0];
  assert.ok(target !== undefined);
  // The time of the ejection is not up: it was the probe.
  while (world.gateway.targets.health.targetBreaker(target)?.state !== "closed") await setImmediate();
  assert.ok(((await shares(world, 4))["a"] ?? 0) > 0);
});

test("weight 0 and enabled: false drain across reloads: open streams end, nothing new comes", async (t) => {
  for (const change of [{ weight: 0 }, { enabled: false }]) {
    const world = await heldWorld(t, TWO);
    const [a, b] = world.config.endpoints ?? [];
    const gate = new Gate();
    world.fakes.a.script([held(gate, GOOD)]);
    const open = world.ask(chat());
    await world.fakes.a.waitForRequest();
    world.gateway.reload(configOf({ ...world.config, endpoints: [{ ...a, ...change }, { ...b }] }));
    assert.deepEqual(await shares(world, 6), { b: 6 });
    gate.open();
    assert.equal((await open).header("x-oai-gateway-endpoint"), "a");
    // Weight 0 serves when nothing else does; what is disabled never does.
    await world.fakes.b.close();
    if ("weight" in change) assert.deepEqual(await shares(world, 4), { a: 4 });
    else await shares(world, 4, 502);
    await world.fakes.b.reopen();
    world.gateway.reload(configOf(world.config));
    assert.ok(((await shares(world, 4))["a"] ?? 0) > 0);
  }
});
