// The bounds on requests under way, of one endpoint and of the whole gateway. Others take over from who is full, the
// rest wait in a queue, and who finds no place there is told so. How reloads change them is in `limits-reload.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, held } from "../support/fakes/behaviours.ts";
import { heldAnswer } from "../support/held-answer.ts";
import {
  assertOverloaded,
  ENDPOINT_FULL,
  GATEWAY_FULL,
  hold,
  LONG,
  one,
  until,
  waitingAt,
} from "../support/limits.ts";
import { type Answer, requestBytes, wireFor } from "../support/wire.ts";
import { chat, type EndpointOptions, worldFor } from "../support/world.ts";

test("while an endpoint is full the others take its requests, and nobody waits", async (t) => {
  const world = await worldFor(t, { endpoints: { a: one(10), b: {} } });
  const gate = hold(world.fakes.a);
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest();
  for (let time = 0; time < 6; time += 1)
    assert.equal((await world.ask(chat())).header("x-oai-gateway-endpoint"), "b");
  assert.deepEqual([world.fakes.a.requests.length, waitingAt(world, "a")], [1, 0]);
  gate.open();
  assert.equal((await first).status, 200);
  gate.open(Number.POSITIVE_INFINITY);
  const names = [await world.ask(chat()), await world.ask(chat())].map((answer) =>
    answer.header("x-oai-gateway-endpoint"),
  );
  assert.deepEqual(names.sort(), ["a", "b"]);
});

test("a stream keeps its place until its end", async (t) => {
  const world = await worldFor(t, { endpoints: { a: one(0) } });
  const { wire, exchange, live } = await heldAnswer(
    t,
    world.port,
    world.fakes.a,
    chat("m", { stream: true }),
  );
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  assertOverloaded(await world.ask(chat()), ENDPOINT_FULL);
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  live.release();
  await wire.body();
  await world.log.nextSummary();
  assert.equal((await world.ask(chat())).status, 200);
});

test("when all are full requests wait, and are served in the order they came", async (t) => {
  const world = await worldFor(t, { endpoints: { a: one(10) } });
  const gate = hold(world.fakes.a);
  const answers: Promise<Answer>[] = [];
  for (let number = 0; number < 4; number += 1) {
    answers.push(world.ask(chat("m", { user: `number ${number}` })));
    if (number === 0) await world.fakes.a.waitForRequest();
    else await until(() => waitingAt(world, "a") === number);
  }
  gate.open(Number.POSITIVE_INFINITY);
  for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200);
  const users = world.fakes.a.requests.map((request) => request.json()["user"]);
  assert.deepEqual(users, ["number 0", "number 1", "number 2", "number 3"]);
});

test("who waits is served by whichever endpoint has a place first", async (t) => {
  for (const free of ["a", "b"] as const) {
    const world = await worldFor(t, { endpoints: { a: one(1), b: one(1) } });
    const gates = { a: hold(world.fakes.a), b: hold(world.fakes.b) };
    const served = [world.ask(chat()), world.ask(chat())];
    await Promise.all([world.fakes.a.waitForRequest(), world.fakes.b.waitForRequest()]);
    const waiting = world.ask(chat());
    await until(() => waitingAt(world, "a") + waitingAt(world, "b") === 1);
    gates[free].open(2);
    assert.equal((await waiting).header("x-oai-gateway-endpoint"), free);
    for (const gate of Object.values(gates)) gate.open(Number.POSITIVE_INFINITY);
    for (const answer of await Promise.all(served)) assert.equal(answer.status, 200);
    // Nothing is left behind: each has its one place again.
    const { gates: all } = world.gateway.targets;
    await until(() => all.snapshot().every(({ inFlight, waiting: left }) => inFlight === 0 && left === 0));
  }
});

test("who waited does not go to an endpoint that has been found limited meanwhile", async (t) => {
  const world = await worldFor(t, { endpoints: { a: one(1), b: one(0) } });
  const gate = new Gate();
  const limited = apiError(429, "rate_limit_exceeded", { "retry-after": "60" });
  world.fakes.a.always(held(gate, limited));
  const gateOfB = hold(world.fakes.b);
  const first = [world.ask(chat("a/m")), world.ask(chat())];
  await Promise.all([world.fakes.a.waitForRequest(), world.fakes.b.waitForRequest()]);
  const waiting = world.ask(chat("a/m"));
  await until(() => waitingAt(world, "a") === 1);
  gate.open(Number.POSITIVE_INFINITY);
  assert.equal((await waiting).status, 429);
  gateOfB.open(Number.POSITIVE_INFINITY);
  assert.deepEqual(
    (await Promise.all(first)).map(({ status }) => status),
    [429, 200],
  );
  assert.equal(world.fakes.a.requests.length, 1);
});

test("an endpoint that is ejected, and used all the same because there is no other, keeps its limit", async (t) => {
  const health = { consecutive_failures: 1, active_probes: false };
  const world = await worldFor(t, { health, endpoints: { a: one(1) } });
  world.fakes.a.always(apiError(500, null));
  assert.equal((await world.ask(chat())).status, 500);
  const before = world.fakes.a.requests.length;
  const gate = hold(world.fakes.a);
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest(before + 1);
  const more = [world.ask(chat()), world.ask(chat())];
  assertOverloaded(await Promise.race(more), ENDPOINT_FULL);
  assert.equal(world.fakes.a.requests.length, before + 1);
  gate.open(Number.POSITIVE_INFINITY);
  const statuses = (await Promise.all([first, ...more])).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 200, 503]);
});

test("who has waited for queue.timeout is told so, and so is who finds the queue full", async (t) => {
  for (const [max, timeout] of [
    [1, "50ms"],
    [0, LONG],
  ] as const) {
    const world = await worldFor(t, { endpoints: { a: one(max, timeout) } });
    const gate = hold(world.fakes.a);
    const first = world.ask(chat());
    await world.fakes.a.waitForRequest();
    assertOverloaded(await world.ask(chat()), ENDPOINT_FULL);
    assert.deepEqual([waitingAt(world, "a"), world.fakes.a.requests.length], [0, 1]);
    gate.open(Number.POSITIVE_INFINITY);
    assert.equal((await first).status, 200);
    assert.equal((await world.ask(chat())).status, 200);
  }
});

test("server.max_in_flight bounds all endpoints together, with a queue in front", async (t) => {
  const server = { max_in_flight: 2, queue: { max: 1, timeout: LONG } };
  const world = await worldFor(t, { server, endpoints: { a: {}, b: {} } });
  const gates = [hold(world.fakes.a), hold(world.fakes.b)];
  const served = [world.ask(chat()), world.ask(chat())];
  await Promise.all([world.fakes.a.waitForRequest(), world.fakes.b.waitForRequest()]);
  const more = [world.ask(chat()), world.ask(chat())];
  assertOverloaded(await Promise.race(more), GATEWAY_FULL);
  // Lists and probes of health are no requests to an endpoint.
  for (const path of ["/v1/models", "/livez", "/readyz"])
    assert.equal((await world.ask({ path })).status, 200, path);
  for (const gate of gates) gate.open(Number.POSITIVE_INFINITY);
  const statuses = (await Promise.all([...served, ...more])).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 200, 200, 503]);
});

test("server.queue.timeout ends a wait, and a request that was refused holds no place", async (t) => {
  const server = { max_in_flight: 1, queue: { max: 5, timeout: "50ms" } };
  const world = await worldFor(t, { server, endpoints: { a: {} } });
  const gate = hold(world.fakes.a);
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest();
  for (let time = 0; time < 2; time += 1) assertOverloaded(await world.ask(chat()), GATEWAY_FULL);
  gate.open(Number.POSITIVE_INFINITY);
  assert.equal((await first).status, 200);
  // Faults of the caller give their places back too.
  for (const bad of ["{", "{}", '{"model":"nope"}'])
    assert.ok((await world.ask({ path: "/v1/chat/completions", body: bad })).status < 500);
  for (let time = 0; time < 2; time += 1) assert.equal((await world.ask(chat())).status, 200);
});

const LEFT: Readonly<Record<string, { readonly endpoint?: EndpointOptions; readonly server?: object }>> = {
  "an endpoint": { endpoint: one(1) },
  "the gateway": { server: { max_in_flight: 1, queue: { max: 1, timeout: LONG } } },
};

for (const [whose, { endpoint = {}, server = {} }] of Object.entries(LEFT)) {
  test(`a client that leaves the queue of ${whose} gives its place to the next, and no endpoint hears of it`, async (t) => {
    const world = await worldFor(t, { server: { ...server }, endpoints: { a: endpoint } });
    const gate = hold(world.fakes.a);
    const first = world.ask(chat());
    await world.fakes.a.waitForRequest();
    // Of two one waits and the other is refused, whichever came first.
    const wires = [await wireFor(t, world.port), await wireFor(t, world.port)];
    for (const wire of wires) await wire.send(requestBytes(chat("m", { user: "leaver" })));
    assertOverloaded(await Promise.race(wires.map((wire) => wire.answer())), /max_in_flight/);
    for (const wire of wires) wire.close();
    const statuses = [await world.log.nextSummary(), await world.log.nextSummary()];
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [503, 499],
    );
    const next = world.ask(chat("m", { user: "next" }));
    gate.open(Number.POSITIVE_INFINITY);
    assert.deepEqual([(await first).status, (await next).status], [200, 200]);
    const users = world.fakes.a.requests.map((request) => request.json()["user"]);
    assert.deepEqual(users, [undefined, "next"]);
  });
}
