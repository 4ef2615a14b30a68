// Faults 240 and 241: sides of a WebSocket that take nothing of what is there for them, and clients that send much
// before they read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HANDSHAKE, joined, realtimeWorld } from "../../support/fakes/realtime-world.ts";
import { requestBytes, wireFor } from "../../support/wire.ts";
import { errorOf } from "../../support/world.ts";

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

for (const [what, path, status, code] of [
  ["of ours", "/v1/realtime", 400, "missing_model"],
  ["of the endpoint's", "/v1/realtime?model=m", 400, "nope"],
] as const) {
  test(`fault 241: a refusal ${what} reaches a client that sends much before it reads`, async (t) => {
    const { port, first } = await realtimeWorld(t);
    const refusal = '{"error":{"message":"no","type":"x","param":null,"code":"nope"}}';
    first.welcome = (_request, socket) => {
      socket.end(
        `HTTP/1.1 400 No\r\ncontent-type: application/json\r\ncontent-length: ${refusal.length}\r\n\r\n${refusal}`,
      );
    };
    const wire = await wireFor(t, port);
    wire.pause();
    await wire.send(Buffer.concat([Buffer.from(requestBytes({ path, headers: HANDSHAKE })), FLOOD]));
    wire.resume();
    const answer = await wire.answer();
    assert.deepEqual([answer.status, errorOf(answer).code], [status, code]);
  });
}
