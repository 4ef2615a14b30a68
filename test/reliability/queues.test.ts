// Bounds on what is under way, at an endpoint and in all: who takes over, who waits, who is refused, and that every
// place is given back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Gate } from "../support/condition.ts";
import { apiError, held, json, stream } from "../support/fakes/behaviours.ts";
import * as faults from "../support/faults.ts";
import { HeldClock } from "../support/held-clock.ts";
import { configOf, type TestGateway } from "../support/start-gateway.ts";
import { cutShort, openWire, requestBytes, wireFor } from "../support/wire.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const ONE_AT_ONCE = { config: { max_in_flight: 1, queue: { max: 1, timeout: "60s" } } };
const NO_QUEUE = { config: { max_in_flight: 1, queue: { max: 0 } } };

/** Until so many wait at an endpoint. */
async function whenWaiting({ gateway }: TestGateway, name: string, count: number): Promise<void> {
  while (gateway.targets.gates.of(name)?.waiting !== count) await setImmediate();
}

test("while an endpoint is full the others take over, a stream holding its place to its end", async (t) => {
  const world = await worldFor(t, { endpoints: { a: ONE_AT_ONCE, b: {} } });
  const gate = new Gate();
  world.fakes.a.script([stream(["data: {}\n\n", "data: [DONE]\n\n"], { gate })]);
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  gate.open();
  await wire.head();
  for (let time = 0; time < 4; time += 1)
    assert.equal((await world.ask(chat())).header("x-oai-gateway-endpoint"), "b");
  gate.open(Number.POSITIVE_INFINITY);
  await wire.body();
  while (world.gateway.targets.gates.of("a")?.inFlight !== 0) await setImmediate();
  const seen = [await world.ask(chat()), await world.ask(chat())];
  assert.deepEqual(seen.map((answer) => answer.header("x-oai-gateway-endpoint")).sort(), ["a", "b"]);
});

test("when all are full a request waits its turn; one more than may wait is told to come back", async (t) => {
  const world = await worldFor(t, { endpoints: { a: ONE_AT_ONCE } });
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest();
  const second = world.ask(chat());
  await whenWaiting(world, "a", 1);
  const third = await world.ask(chat());
  assert.deepEqual([third.status, errorOf(third).code], [503, "overloaded"]);
  assert.equal(third.header("retry-after"), "1");
  assert.match(errorOf(third).message, /max_in_flight/);
  assert.equal(world.fakes.a.requests.length, 1);
  gate.open();
  assert.equal((await first).status, 200);
  await world.fakes.a.waitForRequest(2);
  gate.open();
  assert.equal((await second).status, 200);
});

test("who has waited too long is told the same", async (t) => {
  const config = { max_in_flight: 1, queue: { max: 5, timeout: "40ms" } };
  const world = await worldFor(t, { endpoints: { a: { config } } });
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest();
  const second = await world.ask(chat());
  assert.deepEqual(
    [second.status, errorOf(second).code, second.header("retry-after")],
    [503, "overloaded", "1"],
  );
  gate.open();
  assert.equal((await first).status, 200);
});

test("a request waits where there is room, and where the fewest wait", async (t) => {
  const long = { config: { max_in_flight: 1, queue: { max: 5, timeout: "60s" } } };
  const world = await worldFor(t, { endpoints: { a: NO_QUEUE, b: long, c: long } });
  const gate = new Gate();
  for (const fake of Object.values(world.fakes)) fake.always(held(gate, GOOD));
  const busy = Array.from({ length: 3 }, () => world.ask(chat()));
  await Promise.all(Object.values(world.fakes).map((fake) => fake.waitForRequest()));
  const waiting = [world.ask(chat())];
  await whenWaiting(world, "b", 1);
  waiting.push(world.ask(chat()));
  await whenWaiting(world, "c", 1);
  gate.open(Number.POSITIVE_INFINITY);
  for (const answer of await Promise.all([...busy, ...waiting])) assert.equal(answer.status, 200);
});

test("failing over to a full endpoint waits for it, and so does who would else meet an ejected one", async (t) => {
  const options = { endpoints: { a: {}, b: ONE_AT_ONCE }, health: { consecutive_failures: 1 } };
  const world = await worldFor(t, options, { clock: new HeldClock() });
  const gate = new Gate();
  world.fakes.b.always(held(gate, GOOD));
  world.fakes.a.script([GOOD, apiError(503, null)]);
  await world.ask(chat());
  const busy = world.ask(chat());
  await world.fakes.b.waitForRequest();
  const failing = world.ask(chat());
  await whenWaiting(world, "b", 1);
  gate.open();
  await busy;
  await world.fakes.b.waitForRequest(2);
  const meeting = world.ask(chat());
  await whenWaiting(world, "b", 1);
  gate.open(2);
  assert.equal((await failing).header("x-oai-gateway-attempts"), "2; a=upstream_server_error; b=ok");
  assert.equal((await meeting).header("x-oai-gateway-attempts"), "1");
  assert.equal(world.fakes.a.requests.length, 2);
});

test("a client that leaves the queue gives its place in it up, and its request is never sent", async (t) => {
  const world = await worldFor(t, { endpoints: { a: ONE_AT_ONCE } });
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest();
  const wire = await openWire(world.port);
  await wire.send(requestBytes(chat()));
  await whenWaiting(world, "a", 1);
  wire.close();
  await whenWaiting(world, "a", 0);
  assert.equal((await world.log.nextSummary()).status, 499);
  const second = world.ask(chat());
  await whenWaiting(world, "a", 1);
  gate.open(2);
  assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  assert.equal(world.fakes.a.requests.length, 2);
});

test("every place is given back, whatever became of the request", async (t) => {
  const config = { max_in_flight: 3, queue: { max: 100, timeout: "60s" }, timeouts: { first_byte: "30ms" } };
  const world = await worldFor(t, { endpoints: { a: { config }, b: { config } } });
  const broken = stream(["data: {}\n\n"], { end: "never" });
  const all = [GOOD, apiError(503, null), faults.hangUp(), faults.neverAnswer(), faults.htmlPage(200)];
  for (const fake of Object.values(world.fakes))
    fake.script([...all, faults.cutAfter(broken, { of: "pieces", count: 1, how: "reset" }), ...all, GOOD]);
  await Promise.all(
    Array.from({ length: 24 }, (_, index) => world.ask(chat("m", { stream: index % 3 === 0 }))),
  );
  for (const name of ["a", "b"]) {
    const { inFlight, waiting } = world.gateway.targets.gates.of(name) ?? {};
    assert.deepEqual([inFlight, waiting], [0, 0], name);
  }
});

test("server.max_in_flight: over all endpoints, with its own queue; lists and health are answered all the same", async (t) => {
  const server = { max_in_flight: 2, queue: { max: 1, timeout: "60s" } };
  const world = await worldFor(t, { server, endpoints: { a: {}, b: {} } });
  const gate = new Gate();
  for (const fake of Object.values(world.fakes)) fake.always(held(gate, GOOD));
  const busy = [world.ask(chat()), world.ask(chat())];
  await Promise.all(Object.values(world.fakes).map((fake) => fake.waitForRequest()));
  const more = [world.ask(chat()), world.ask(chat())];
  const refused = await Promise.race(more);
  assert.deepEqual([refused.status, errorOf(refused).code], [503, "overloaded"]);
  assert.match(errorOf(refused).message, /server\.max_in_flight/);
  assert.equal((await world.ask({ path: "/v1/models" })).status, 200);
  assert.equal((await world.ask({ path: "/livez" })).status, 200);
  gate.open(Number.POSITIVE_INFINITY);
  const statuses = (await Promise.all([...busy, ...more])).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 200, 200, 503]);
});

test("a reload changes the limits at once: a larger one lets in who waits, none at all lets in everybody", async (t) => {
  const world = await worldFor(t, { endpoints: { a: { config: { max_in_flight: 1 } } } });
  const [endpoint] = world.config.endpoints ?? [];
  const withLimit = (max_in_flight: number) =>
    world.gateway.reload(configOf({ endpoints: [{ ...endpoint, max_in_flight }] }));
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  const all = Array.from({ length: 4 }, () => world.ask(chat()));
  await world.fakes.a.waitForRequest();
  await whenWaiting(world, "a", 3);
  withLimit(2);
  await world.fakes.a.waitForRequest(2);
  await whenWaiting(world, "a", 2);
  // A smaller one cuts nobody.
  withLimit(1);
  gate.open();
  while (world.gateway.targets.gates.of("a")?.inFlight !== 1) await setImmediate();
  assert.equal(world.fakes.a.requests.length, 2);
  withLimit(0);
  await world.fakes.a.waitForRequest(4);
  withLimit(1);
  gate.open(Number.POSITIVE_INFINITY);
  for (const answer of await Promise.all(all)) assert.equal(answer.status, 200);
  assert.equal(world.gateway.targets.gates.of("a")?.inFlight, 0);
});

test("server limits change by a reload too, queue and connections", async (t) => {
  const world = await worldFor(t, { server: { max_in_flight: 1, queue: { max: 0 } }, endpoints: { a: {} } });
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest();
  assert.equal((await world.ask(chat())).status, 503);
  world.gateway.reload(configOf({ ...world.config, server: { max_in_flight: 2 } }));
  const second = world.ask(chat());
  await world.fakes.a.waitForRequest(2);
  gate.open(Number.POSITIVE_INFINITY);
  assert.deepEqual([(await first).status, (await second).status], [200, 200]);
});

test("write_stall: a client that reads nothing of a stream is cut off, and the endpoint let go", async (t) => {
  const server = { timeouts: { write_stall: "60ms" } };
  const world = await worldFor(t, { server, endpoints: { a: ONE_AT_ONCE } });
  world.fakes.a.script([faults.endless(`data: {"text":"${"x".repeat(60_000)}"}\n\n`)]);
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  await wire.head();
  wire.pause();
  await (await world.fakes.a.waitForRequest()).aborted;
  await world.log.nextSummary();
  wire.resume();
  await cutShort(wire.body());
  assert.equal(world.gateway.targets.gates.of("a")?.inFlight, 0);
});

test("max_connections: one more is told so and closed, and the next has its place when one has left", async (t) => {
  const world = await worldFor(t, { server: { max_connections: 2 }, endpoints: { a: {} } });
  const open = [await wireFor(t, world.port), await wireFor(t, world.port)];
  for (const wire of open) {
    await wire.send(requestBytes({ path: "/livez" }));
    assert.equal((await wire.answer()).status, 200);
  }
  const third = await wireFor(t, world.port);
  await third.send(requestBytes(chat()));
  const refused = await third.answer();
  assert.deepEqual([refused.status, errorOf(refused).code], [503, "overloaded"]);
  open[0]?.close();
  for (let status = 503; status !== 200; ) {
    const next = await wireFor(t, world.port);
    await next.send(requestBytes(chat()));
    status = (await next.answer()).status;
    next.close();
  }
});
