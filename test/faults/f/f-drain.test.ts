// Fault 147: a stop while clients hold connections. What comes on them is served as long as the drain lasts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { json, stream } from "../../support/fakes/behaviours.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { ask, cutShort, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const GENEROUS = { graceMs: 60_000 };
const READY = { path: "/readyz" };

test("fault 147: requests on open connections are served while another one finishes, new connections refused", async (t) => {
  const { fakes, gateway, port } = await worldFor(t, { endpoints: { a: {} } });
  const { wire: streaming, exchange, live } = await heldAnswer(t, port, fakes.a, chat("m", { stream: true }));
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await streaming.head();
  fakes.a.always(GOOD);
  const used = await wireFor(t, port);
  await used.send(requestBytes(chat()));
  assert.equal((await used.answer()).header("connection"), "keep-alive");
  const [fresh, asking] = [await wireFor(t, port), await wireFor(t, port)];
  // Served once, so that the gateway has surely taken them.
  for (const wire of [fresh, asking]) {
    await wire.send(requestBytes(READY));
    assert.equal((await wire.answer()).status, 200);
  }
  const closed = gateway.close(GENEROUS);
  await assert.rejects(ask(port, chat()));
  await asking.send(requestBytes(READY));
  const ready = await asking.answer();
  assert.deepEqual([ready.status, ready.json()], [503, { status: "draining" }]);
  assert.equal(ready.header("connection"), "close");
  for (const wire of [used, fresh]) {
    await wire.send(requestBytes(chat()));
    const answer = await wire.answer();
    assert.deepEqual([answer.status, answer.text], [200, '{"good":true}']);
    assert.equal(answer.header("connection"), "close");
    await wire.closed();
    assert.equal(wire.error, undefined);
  }
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  live.release();
  assert.match((await streaming.body()).toString(), /\[DONE\]/);
  streaming.close();
  await closed;
});

test("fault 147: a request that is on its way at the signal is served, and idle connections end in order", async (t) => {
  const { fakes, gateway, port } = await worldFor(t, { endpoints: { a: {} } });
  fakes.a.always(GOOD);
  const [late, idle] = [await wireFor(t, port), await wireFor(t, port)];
  for (const wire of [late, idle]) {
    await wire.send(requestBytes(READY));
    await wire.answer();
  }
  const closed = gateway.close(GENEROUS);
  // Half of it is there: the connection is not idle.
  const bytes = requestBytes(chat());
  await late.send(bytes.subarray(0, 20));
  await late.send(bytes.subarray(20));
  assert.equal((await late.answer()).text, '{"good":true}');
  await idle.closed();
  assert.equal(idle.error, undefined);
  await closed;
});

test("fault 147: connections that never sent a byte do not hold the stop up", async (t) => {
  const { gateway, port } = await worldFor(t, { endpoints: { a: {} } });
  const wires = await Promise.all(Array.from({ length: 5 }, () => wireFor(t, port)));
  await ask(port, READY);
  const closed = gateway.close(GENEROUS);
  for (const wire of wires) await wire.closed();
  await closed;
});

test("fault 147: clients that read nothing, pipeline, upload or idle do not outlive the limit", async (t) => {
  const { fakes, gateway, port } = await worldFor(t, { endpoints: { a: {} } });
  fakes.a.always(stream(["data: 1\n\n"], { end: "never" }));
  const [reading, piped, sending, offering] = await Promise.all([1, 2, 3, 4].map(() => wireFor(t, port)));
  assert.ok(reading && piped && sending && offering);
  const streaming = requestBytes(chat("m", { stream: true }));
  await reading.send(streaming);
  await reading.head();
  await piped.send(Buffer.concat([streaming, streaming, streaming]));
  await piped.head();
  piped.pause();
  await sending.send("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 50\r\n\r\n{");
  await offering.send(
    "GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
  );
  await offering.answer();
  const closed = gateway.close({ graceMs: 50 });
  await cutShort(reading.body());
  await closed;
  piped.resume();
  for (const wire of [piped, sending, offering]) await wire.closed();
});
