// Faults 235, 236, 238, 239: sessions over WebSocket while they are open, and how they end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOSE, frame, TEXT } from "../../support/fakes/realtime-endpoint.ts";
import { handshake, joined, logged, realtimeWorld } from "../../support/fakes/realtime-world.ts";

test("fault 235: an endpoint that breaks off: the client has what came, then its end; a strike, one line", async (t) => {
  const { port, first, log } = await realtimeWorld(t);
  const { client, session } = await joined(t, port, first);
  const last = frame(TEXT, "last");
  session.socket.write(last);
  assert.deepEqual(await client.bytes(last.length), last);
  session.socket.resetAndDestroy();
  await client.closed();
  assert.deepEqual(await logged(log), ["realtime", "m", "a", 101, "upstream_cut_off", "upstream_cut_off"]);
});

test("fault 235: a client that breaks off: the endpoint is told at once, and nobody is to blame", async (t) => {
  const { port, first, log } = await realtimeWorld(t);
  const { client, session } = await joined(t, port, first);
  client.reset();
  await session.reader.ended();
  assert.deepEqual(await logged(log), ["realtime", "m", "a", 499, "client_closed", "client_closed"]);
});

test("fault 235: a client that leaves before the switch ends the handshake with the endpoint", async (t) => {
  const { port, first, second, log } = await realtimeWorld(t);
  first.welcome = () => undefined;
  const wire = await handshake(t, port);
  const { reader } = await first.session();
  wire.close();
  await reader.ended();
  assert.equal((await log.nextSummary()).error, "client_closed");
  assert.equal(second.asked, 0);
});

for (const side of ["client", "endpoint"] as const) {
  test(`fault 236: what the ${side} does not read is not heaped up here`, async (t) => {
    const { port, first } = await realtimeWorld(t);
    const { client, session } = await joined(t, port, first);
    const flood = Buffer.alloc(32 * 1024 * 1024);
    if (side === "client") client.pause();
    else session.socket.pause();
    if (side === "client") session.socket.write(flood);
    else void client.send(flood);
    // The kernel's buffers take some of it; what is left shows that nobody reads any more.
    for (let turn = 0; turn < 500; turn += 1) await new Promise(setImmediate);
    const reader = side === "client" ? session.socket.writableLength : client.unsent;
    assert.ok(reader > 0);
    if (side === "client") client.resume();
    else session.socket.resume();
    const read = side === "client" ? client.bytes(flood.length) : session.reader.exactly(flood.length);
    assert.equal((await read).length, flood.length);
  });
}

test("fault 238: one side's end is passed on, and the other may still answer", async (t) => {
  const { port, first, log } = await realtimeWorld(t);
  const { client, session } = await joined(t, port, first);
  client.halfClose();
  await session.reader.ended();
  const last = frame(CLOSE, "\x03\xe8");
  session.socket.end(last);
  assert.deepEqual(await client.toEnd(), last);
  assert.deepEqual(await logged(log), ["realtime", "m", "a", 101, undefined, "ok"]);
});

test("fault 239: an open session holds its place under max_in_flight", async (t) => {
  const server = { max_in_flight: 1, queue: { max: 0 } };
  const { port, first } = await realtimeWorld(t, { server });
  const { client, session } = await joined(t, port, first);
  const full = await handshake(t, port);
  assert.equal((await full.answer()).status, 503);
  client.halfClose();
  session.socket.end();
  await client.closed();
  await joined(t, port, first);
});

test("fault 239: a stop lets sessions go on for the time of grace, then cuts them", async (t) => {
  const { port, first, gateway, log } = await realtimeWorld(t);
  const { client, session } = await joined(t, port, first);
  const closing = gateway.close({ graceMs: 200 });
  const sent = frame(TEXT, "still here", true);
  await client.send(sent);
  assert.deepEqual(await session.reader.exactly(sent.length), sent);
  await closing;
  await client.closed();
  await session.reader.ended();
  assert.equal((await log.nextSummary()).error, "client_closed");
});

test("fault 239: a stop waits for a session that ends in its time", async (t) => {
  const { port, first, gateway, log } = await realtimeWorld(t);
  const { client, session } = await joined(t, port, first);
  const closing = gateway.close({ graceMs: 60_000 });
  session.socket.end(frame(CLOSE, ""));
  client.halfClose();
  await closing;
  assert.equal((await log.nextSummary()).error, undefined);
});
