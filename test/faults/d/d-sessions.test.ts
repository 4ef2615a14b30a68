// Fault 240: sides of a WebSocket that take nothing of what is there for them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { joined, realtimeWorld } from "../../support/fakes/realtime-world.ts";

/** More than the buffers of a connection hold. */
const FLOOD = Buffer.alloc(32 * 1024 * 1024);

test("fault 240: a client that reads nothing of a session is cut at the limit, and the endpoint told", async (t) => {
  const { port, first, log } = await realtimeWorld(t, { server: { timeouts: { write_stall: "150ms" } } });
  const { client, session } = await joined(t, port, first);
  client.pause();
  session.socket.write(FLOOD);
  await session.reader.ended();
  const { status, error } = await log.nextSummary();
  assert.deepEqual([status, error], [499, "client_closed"]);
  client.resume();
  await client.closed();
});

test("fault 240: an endpoint that takes nothing of a session for `timeouts.idle` ends it", async (t) => {
  const more = { timeouts: { idle: "150ms" } };
  const { port, first, log } = await realtimeWorld(t, {}, more);
  const { client, session } = await joined(t, port, first);
  session.socket.pause();
  await client.send(FLOOD);
  await client.closed();
  const { status, error } = await log.nextSummary();
  assert.deepEqual([status, error], [101, "upstream_idle_timeout"]);
});
