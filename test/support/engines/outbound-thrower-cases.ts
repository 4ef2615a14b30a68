// Handlers that throw: what an outbound engine promises of them, and of the requests beside theirs.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundClient } from "../../../src/upstream/client.ts";
import { manual } from "../fakes/behaviours.ts";
import type { FakeEndpoint } from "../fakes/fake-endpoint.ts";
import { CanaryError, GET, type MakeClient, OPTIONS, peerOf, rig, Thrower } from "./outbound-rig.ts";

/** The same, and it wants to be told. */
class InformedThrower extends Thrower {
  onThrow(error: unknown): void {
    assert.ok(error instanceof CanaryError);
    this.told.push("onThrow");
    this.resolve();
  }
}

/** Sends one request that gets a head and two pieces, the second once the first was seen. */
async function send(
  endpoint: FakeEndpoint,
  client: OutboundClient,
  handler: Thrower,
): Promise<readonly string[]> {
  const live = manual();
  endpoint.script([live]);
  client.send(client.open(peerOf(endpoint)), GET, handler, OPTIONS);
  const exchange = await live.started;
  await exchange.head(200, ["content-length", "4"]);
  await exchange.piece("ab");
  await exchange.piece("cd");
  await exchange.finish();
  live.release();
  await handler.over;
  return handler.told;
}

/** That all goes well for a request that follows. */
async function assertServes(endpoint: FakeEndpoint, client: OutboundClient): Promise<void> {
  const told = await send(endpoint, client, new Thrower(undefined));
  assert.equal(told.at(0), "onHead");
  assert.equal(told.at(-1), "onEnd");
}

/** The cases. */
export function testThrowers(make: MakeClient): void {
  for (const stage of ["onHead", "onData", "onEnd"] as const) {
    test(`a handler that throws in ${stage} is told, once and last, and others are served`, async (t) => {
      const { endpoint, client } = await rig(t, make);
      const told = await send(endpoint, client, new InformedThrower(stage));
      assert.deepEqual(told.slice(-2), [stage, "onThrow"]);
      assert.equal(told.filter((one) => one === "onThrow").length, 1);
      await assertServes(endpoint, client);
      assert.equal(told.at(-1), "onThrow");
    });

    test(`a handler that throws in ${stage} and knows no onThrow hears of a failure`, async (t) => {
      const { endpoint, client } = await rig(t, make);
      const told = await send(endpoint, client, new Thrower(stage));
      assert.deepEqual(told.slice(-2), [stage, "onFailure HANDLER_THREW"]);
      await assertServes(endpoint, client);
    });
  }

  test("a handler that throws in onHead or onData costs its connection, one that throws in onEnd does not", async (t) => {
    const { endpoint, client } = await rig(t, make);
    await send(endpoint, client, new Thrower("onEnd"));
    await send(endpoint, client, new Thrower("onData"));
    assert.equal(endpoint.totalConnections(), 1);
    await endpoint.whenOpenConnections(0);
    await assertServes(endpoint, client);
    assert.equal(endpoint.totalConnections(), 2);
  });

  for (const [when, headers] of [
    ["before the answer", undefined],
    ["in the middle of the answer", ["content-length", "4"]],
  ] as const) {
    test(`a handler that throws when told of a failure ${when} is told so, and others are served`, async (t) => {
      const { endpoint, client } = await rig(t, make);
      const route = client.open(peerOf(endpoint));
      const live = manual();
      endpoint.script([live]);
      const handler = new InformedThrower("onFailure");
      client.send(route, GET, handler, OPTIONS);
      const exchange = await live.started;
      if (headers !== undefined) await exchange.head(200, headers);
      exchange.reset();
      await handler.over;
      assert.equal(handler.told.at(-1), "onThrow");
      await assertServes(endpoint, client);
    });
  }

  test("a handler that throws when nobody listens is told so", async (t) => {
    const { endpoint, client } = await rig(t, make);
    await endpoint.close();
    const handler = new InformedThrower("onFailure");
    client.send(client.open(peerOf(endpoint)), GET, handler, OPTIONS);
    await handler.over;
    assert.deepEqual(handler.told, ["onFailure ECONNREFUSED", "onThrow"]);
  });
}
