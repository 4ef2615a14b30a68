// Tests of undici-client.ts over real sockets: handlers that throw. What it does on the wire is held by the system
// tests.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { manual } from "../../../test/support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../../test/support/fakes/fake-endpoint.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { OutboundClient, OutboundFailure, OutboundHandler, OutboundRequest } from "../client.ts";
import { createUndiciClient } from "./undici-client.ts";

const GET: OutboundRequest = { method: "GET", path: "/v1/thing", headers: [], body: undefined };

type Stage = "onHead" | "onData" | "onEnd" | "onFailure";

class CanaryError extends Error {}

/** Throws at one stage, the first time it comes there; notes what it is told. */
class Thrower implements OutboundHandler {
  readonly told: string[] = [];
  readonly over: Promise<void>;
  readonly #stage: Stage | undefined;
  #resolve = (): void => {};
  #hasThrown = false;

  constructor(stage: Stage | undefined) {
    this.#stage = stage;
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  onHead(_status: number, _headers: FlatHeaders): void {
    this.#note("onHead");
  }

  onData(_chunk: Buffer): boolean {
    this.#note("onData");
    return true;
  }

  onEnd(): void {
    this.#note("onEnd");
    this.#resolve();
  }

  onFailure(failure: OutboundFailure): void {
    this.#note("onFailure", failure.reason);
    this.#resolve();
  }

  protected resolve(): void {
    this.#resolve();
  }

  #note(stage: Stage, detail?: string): void {
    this.told.push(detail === undefined ? stage : `${stage} ${detail}`);
    if (stage !== this.#stage || this.#hasThrown) return;
    this.#hasThrown = true;
    throw new CanaryError();
  }
}

/** The same, and it wants to be told. */
class InformedThrower extends Thrower {
  onThrow(error: unknown): void {
    assert.ok(error instanceof CanaryError);
    this.told.push("onThrow");
    this.resolve();
  }
}

async function rig(t: TestContext): Promise<{ endpoint: FakeEndpoint; client: OutboundClient }> {
  const endpoint = await fakeFor(t);
  const client = createUndiciClient();
  t.after(() => client.close());
  return { endpoint, client };
}

/** Sends one request that gets a head and two pieces, the second once the first was seen. */
async function send(
  endpoint: FakeEndpoint,
  client: OutboundClient,
  handler: Thrower,
): Promise<readonly string[]> {
  const live = manual();
  endpoint.script([live]);
  client.send({ origin: new URL(endpoint.url).origin, connectMs: 5_000 }, GET, handler);
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

for (const stage of ["onHead", "onData", "onEnd"] as const) {
  test(`a handler that throws in ${stage} is told, once and last, and others are served`, async (t) => {
    const { endpoint, client } = await rig(t);
    const told = await send(endpoint, client, new InformedThrower(stage));
    assert.deepEqual(told.slice(-2), [stage, "onThrow"]);
    assert.equal(told.filter((one) => one === "onThrow").length, 1);
    await assertServes(endpoint, client);
    assert.equal(told.at(-1), "onThrow");
  });

  test(`a handler that throws in ${stage} and knows no onThrow hears of a failure`, async (t) => {
    const { endpoint, client } = await rig(t);
    const told = await send(endpoint, client, new Thrower(stage));
    assert.deepEqual(told.slice(-2), [stage, "onFailure HANDLER_THREW"]);
    await assertServes(endpoint, client);
  });
}

test("a handler that throws in onHead or onData costs its connection, one that throws in onEnd does not", async (t) => {
  const { endpoint, client } = await rig(t);
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
    const { endpoint, client } = await rig(t);
    const origin = { origin: new URL(endpoint.url).origin, connectMs: 5_000 };
    const live = manual();
    endpoint.script([live]);
    const handler = new InformedThrower("onFailure");
    client.send(origin, GET, handler);
    const exchange = await live.started;
    if (headers !== undefined) await exchange.head(200, headers);
    exchange.reset();
    await handler.over;
    assert.equal(handler.told.at(-1), "onThrow");
    await assertServes(endpoint, client);
  });
}

test("a handler that throws when nobody listens is told so", async (t) => {
  const { endpoint, client } = await rig(t);
  await endpoint.close();
  const handler = new InformedThrower("onFailure");
  client.send({ origin: new URL(endpoint.url).origin, connectMs: 5_000 }, GET, handler);
  await handler.over;
  assert.deepEqual(handler.told, ["onFailure ECONNREFUSED", "onThrow"]);
});
