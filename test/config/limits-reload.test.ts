// Limits that a reload changes: who waits is let in, who is under way is neither cut nor forgotten.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ReloadRefused } from "../../src/supervise/reload-rules.ts";
import {
  assertOverloaded,
  ENDPOINT_FULL,
  GATEWAY_FULL,
  hold,
  LONG,
  one,
  type Settings,
  until,
  waitingAt,
} from "../support/limits.ts";
import { configOf, gatewayFor } from "../support/start-gateway.ts";
import { requestBytes, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

/** A world whose only endpoint has such a limit, and the way to give it another. */
async function changeable(t: TestContext, config: Settings, server: Settings = {}) {
  const world = await worldFor(t, { server, endpoints: { a: { config } } });
  const change = (changed: Settings, changedServer: Settings = {}): void => {
    const endpoints = [{ name: "a", base_url: world.fakes.a.url, ...changed }];
    world.gateway.reload(configOf({ server: changedServer, endpoints }));
  };
  return { ...world, change };
}

test("a reload that raises an endpoint's limit, or takes it away, lets in who waits", async (t) => {
  for (const raised of [{ max_in_flight: 3 }, {}]) {
    const world = await changeable(t, one(5).config);
    const gate = hold(world.fakes.a);
    const answers = [world.ask(chat()), world.ask(chat()), world.ask(chat())];
    await until(() => waitingAt(world, "a") === 2);
    world.change(raised);
    await world.fakes.a.waitForRequest(3);
    gate.open(Number.POSITIVE_INFINITY);
    for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200);
  }
});

test("a reload that lowers an endpoint's limit, or sets one, cuts nobody and holds from then on", async (t) => {
  const world = await changeable(t, { max_in_flight: 2, queue: { max: 0 } });
  const gate = hold(world.fakes.a);
  const served = [world.ask(chat()), world.ask(chat())];
  await world.fakes.a.waitForRequest(2);
  world.change({ max_in_flight: 1, queue: { max: 0 } });
  gate.open();
  const first = await Promise.race(served);
  assert.equal(first.status, 200);
  assertOverloaded(await world.ask(chat()), ENDPOINT_FULL);
  // What is under way is counted still when the limit was away in between.
  world.change({});
  world.change({ max_in_flight: 1, queue: { max: 0 } });
  assertOverloaded(await world.ask(chat()), ENDPOINT_FULL);
  gate.open(Number.POSITIVE_INFINITY);
  for (const answer of await Promise.all(served)) assert.equal(answer.status, 200);
  assert.equal((await world.ask(chat())).status, 200);
});

test("a reload changes the limit and the queue of the whole gateway", async (t) => {
  const world = await changeable(t, {}, { max_in_flight: 1, queue: { max: 0 } });
  const gate = hold(world.fakes.a);
  const answers = [world.ask(chat())];
  await world.fakes.a.waitForRequest();
  assertOverloaded(await world.ask(chat()), GATEWAY_FULL);
  world.change({}, { max_in_flight: 1, queue: { max: 1, timeout: LONG } });
  const more = [world.ask(chat()), world.ask(chat())];
  assertOverloaded(await Promise.race(more), GATEWAY_FULL);
  world.change({}, { max_in_flight: 2 });
  await world.fakes.a.waitForRequest(2);
  gate.open(Number.POSITIVE_INFINITY);
  answers.push(...more);
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 200, 503]);
});

test("server.max_connections answers 503 beyond it, and a reload changes it without a cut", async (t) => {
  const world = await changeable(t, {}, { max_connections: 1 });
  const first = await wireFor(t, world.port);
  const serves = async (): Promise<void> => {
    await first.send(requestBytes(chat()));
    assert.equal((await first.answer()).status, 200);
  };
  await serves();
  assertOverloaded(await world.ask(chat()), /\(server\.max_connections\)/);
  world.change({}, { max_connections: 2 });
  const second = await wireFor(t, world.port);
  await second.send(requestBytes(chat()));
  assert.equal((await second.answer()).status, 200);
  world.change({}, { max_connections: 1 });
  await serves();
  assertOverloaded(await world.ask(chat()), /\(server\.max_connections\)/);
});

test("whoever reloads, a listener that others reach stays behind keys; the last configuration goes on", async (t) => {
  const endpoints = [{ name: "a", base_url: "http://127.0.0.1:1/v1", models: ["m"] }];
  const open = { host: "0.0.0.0", allow_anonymous: true };
  const { gateway } = await gatewayFor(t, { server: open, endpoints });
  const before = gateway.config();
  assert.throws(() => gateway.reload(configOf({ endpoints })), ReloadRefused);
  assert.equal(gateway.config(), before);
  assert.throws(
    () => gateway.reload(configOf({ server: open, endpoints: [] }), { isAsked: false }),
    ReloadRefused,
  );
  assert.equal(gateway.table().publicModels().length, 1);
  assert.deepEqual(gateway.reload(configOf({ server: open, endpoints: [] })), []);
});
