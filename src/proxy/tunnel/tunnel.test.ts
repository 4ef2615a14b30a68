// Tests of tunnel.ts over real sockets: who is told what, and who is closed how.

import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { Condition } from "../../../test/support/condition.ts";
import { HeldClock } from "../../../test/support/held-clock.ts";
import { socketPairFor } from "../../../test/support/socket-pair.ts";
import { SocketReader } from "../../../test/support/socket-reader.ts";
import { Tunnel, type TunnelEnd } from "./tunnel.ts";

/** A tunnel, what it told, and its two far ends. */
type Rig = {
  readonly tunnel: Tunnel;
  readonly client: Socket;
  readonly endpoint: Socket;
  readonly near: { readonly client: Socket; readonly endpoint: Socket };
  readonly ends: TunnelEnd[];
  readonly bytes: { client: number; endpoint: number };
  readonly changed: Condition;
  /** Lets time pass. */
  tick(ms: number): void;
};

/** As long as no test runs: nobody is stuck. */
const NEVER = { client: 600_000, endpoint: 600_000 };

async function rig(t: TestContext, idleMs = 600_000, stallMs = NEVER): Promise<Rig> {
  const [left, right] = [await socketPairFor(t), await socketPairFor(t)];
  const ends: TunnelEnd[] = [];
  const bytes = { client: 0, endpoint: 0 };
  const changed = new Condition();
  const clock = new HeldClock();
  const tunnel = new Tunnel(left.near, right.near, {
    clock,
    idleMs,
    stallMs,
    onBytes: (from, count) => {
      bytes[from] += count;
      changed.notify();
    },
    onOver: (end) => {
      ends.push(end);
      changed.notify();
    },
  });
  t.after(() => tunnel.cut());
  const near = { client: left.near, endpoint: right.near };
  const tick = (ms: number): void => {
    clock.advance(ms);
    t.mock.timers.tick(ms);
  };
  return { tunnel, client: left.far, endpoint: right.far, near, ends, bytes, changed, tick };
}

test("bytes go both ways and are counted", async (t) => {
  const { client, endpoint, bytes, ends } = await rig(t);
  const [atClient, atEndpoint] = [new SocketReader(client), new SocketReader(endpoint)];
  client.write("to the endpoint");
  assert.equal((await atEndpoint.exactly(15)).toString(), "to the endpoint");
  endpoint.write("back");
  assert.equal((await atClient.exactly(4)).toString(), "back");
  assert.deepEqual([bytes, ends], [{ client: 15, endpoint: 4 }, []]);
});

for (const first of ["client", "endpoint"] as const) {
  test(`the ${first}'s end is passed on; the other may answer, and the tunnel is closed after it`, async (t) => {
    const made = await rig(t);
    const [one, other] = first === "client" ? [made.client, made.endpoint] : [made.endpoint, made.client];
    const [atOne, atOther] = [new SocketReader(one), new SocketReader(other)];
    one.end("last words");
    assert.equal((await atOther.toEnd()).toString(), "last words");
    other.end("an answer");
    assert.equal((await atOne.toEnd()).toString(), "an answer");
    await made.changed.until(() => made.ends.length > 0);
    assert.deepEqual(made.ends, ["closed"]);
  });

  test(`a ${first} that breaks off closes the other side, and is told once`, async (t) => {
    const made = await rig(t);
    const [one, other] = first === "client" ? [made.client, made.endpoint] : [made.endpoint, made.client];
    one.resetAndDestroy();
    await new SocketReader(other).ended();
    assert.deepEqual(made.ends, [`${first}_gone`]);
    other.end();
    const near = [made.near.client, made.near.endpoint];
    await Promise.all(near.map((socket) => (socket.closed ? undefined : once(socket, "close"))));
    assert.deepEqual(made.ends, [`${first}_gone`]);
  });
}

test("who breaks off after the other's end has only closed", async (t) => {
  const { client, endpoint, ends, changed } = await rig(t);
  endpoint.end();
  await new SocketReader(client).ended();
  client.resetAndDestroy();
  await changed.until(() => ends.length > 0);
  assert.deepEqual(ends, ["closed"]);
});

test("what came before an endpoint broke off reaches the client", async (t) => {
  const { client, endpoint, ends, bytes, changed } = await rig(t);
  const reader = new SocketReader(client);
  endpoint.write("all of it");
  await changed.until(() => bytes.endpoint === 9);
  endpoint.resetAndDestroy();
  assert.equal((await reader.toEnd()).toString(), "all of it");
  assert.deepEqual([ends, reader.error], [["endpoint_gone"], undefined]);
});

test("a side that does not read stops the other, and nobody else", async (t) => {
  const { client, endpoint, bytes, near } = await rig(t);
  client.pause();
  const flood = Buffer.alloc(32 * 1024 * 1024);
  endpoint.write(flood);
  while (!near.endpoint.isPaused()) await new Promise(setImmediate);
  assert.ok(near.client.writableLength < 1024 * 1024, `${near.client.writableLength} bytes are held`);
  assert.ok(bytes.endpoint < flood.length);
  const reader = new SocketReader(endpoint);
  client.write("still heard");
  assert.equal((await reader.exactly(11)).toString(), "still heard");
  const rest = new SocketReader(client).exactly(flood.length);
  client.resume();
  assert.equal((await rest).length, flood.length);
});

for (const stuck of ["client", "endpoint"] as const) {
  test(`a ${stuck} that takes nothing for its time ends it; what it takes begins that time anew`, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const made = await rig(t, 600_000, { ...NEVER, [stuck]: 1_000 });
    const [slow, other] = stuck === "client" ? [made.client, made.endpoint] : [made.endpoint, made.client];
    const [near, nearOther] =
      stuck === "client" ? [made.near.client, made.near.endpoint] : [made.near.endpoint, made.near.client];
    const flood = Buffer.alloc(32 * 1024 * 1024);
    slow.pause();
    other.write(flood);
    while (!nearOther.isPaused()) await new Promise(setImmediate);
    made.tick(999);
    const read = new SocketReader(slow).exactly(flood.length);
    slow.resume();
    await read;
    while (near.writableNeedDrain) await new Promise(setImmediate);
    made.tick(1_000);
    assert.deepEqual(made.ends, []);
    slow.pause();
    other.write(flood);
    while (!nearOther.isPaused()) await new Promise(setImmediate);
    made.tick(1_000);
    assert.deepEqual(made.ends, [`${stuck}_stuck`]);
    assert.deepEqual([made.near.client.destroyed, made.near.endpoint.destroyed], [true, true]);
  });
}

test("silence of both for too long ends it; each piece begins that time anew", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { client, endpoint, ends, bytes, changed, near, tick } = await rig(t, 1_000);
  tick(999);
  client.write("x");
  await changed.until(() => bytes.client === 1);
  tick(999);
  assert.deepEqual(ends, []);
  endpoint.write("y");
  await changed.until(() => bytes.endpoint === 1);
  tick(1_000);
  assert.deepEqual(ends, ["silent"]);
  assert.deepEqual([near.client.destroyed, near.endpoint.destroyed], [true, true]);
});

test("where one side has ended, silence of the other ends it sooner", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { client, endpoint, ends, near, tick } = await rig(t);
  client.end();
  await new SocketReader(endpoint).ended();
  tick(29_999);
  assert.deepEqual(ends, []);
  tick(1);
  assert.deepEqual(ends, ["closed"]);
  assert.equal(near.endpoint.destroyed, true);
});

test("a cut closes both and tells nobody", async (t) => {
  const { tunnel, client, endpoint, ends } = await rig(t);
  tunnel.cut();
  await Promise.all([new SocketReader(client).ended(), new SocketReader(endpoint).ended()]);
  assert.deepEqual(ends, []);
});
