// Faults of clients that send their body slowly, in pieces, or for the sake of the room it takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { manual } from "../support/behaviours.ts";
import { requestBytes, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const MIB = 1024 * 1024;
const ANNOUNCED = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${64 * MIB}\r\n\r\n{`;
const CHUNKED =
  "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n";

for (const [what, bytes] of [
  ["announce 64 MiB", ANNOUNCED],
  ["send chunks", CHUNKED],
] as const) {
  test(`fault 109: forty clients that ${what} and bring one byte take no room and no place from others`, async (t) => {
    const world = await worldFor(t, {
      endpoints: { a: {} },
      server: { max_in_flight: 20, queue: { max: 0 } },
    });
    const { pressure } = world.gateway.overload;
    const wires = await Promise.all(Array.from({ length: 40 }, () => wireFor(t, world.port)));
    await Promise.all(wires.map((wire) => wire.send(bytes)));
    // The last one's byte is there when room for forty was taken.
    while (pressure.bodyBytes < 40) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(pressure.bodyBytes, 40);
    for (let time = 0; time < 3; time += 1) assert.equal((await world.ask(chat())).status, 200);
  });
}

test("fault 110: a chunked body is counted as it comes, and refused when there is no room for the next piece", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {} } });
  const { pressure } = world.gateway.overload;
  // Others hold nearly all the room that large bodies may fill.
  let others = 0;
  while (pressure.tryHold(8 * MIB, 8 * MIB - 1) && others < 4_096) others += 8;
  const wire = await wireFor(t, world.port);
  await wire.send(CHUNKED);
  const piece = Buffer.alloc(64 * 1024, " ");
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), piece, Buffer.from("\r\n")]);
  for (let sent = 0; sent < 33; sent += 1) await wire.send(chunk).catch(() => undefined);
  const answer = await wire.answer();
  assert.equal(answer.status, 503);
  assert.equal(answer.header("retry-after"), "1");
  assert.match(answer.text, /request bodies/);
  // A prompt of a usual size has a reserve of its own.
  assert.equal((await world.ask(chat())).status, 200);
  pressure.release(others * MIB);
  assert.equal(pressure.bodyBytes, 0);
});

test("fault 111: the body is let go when the answer begins, so that open streams hold no prompts", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {} } });
  const { pressure } = world.gateway.overload;
  const live = manual();
  world.fakes.a.script([live]);
  const wire = await wireFor(t, world.port);
  const prompt = { model: "m", stream: true, messages: [{ role: "user", content: "p".repeat(300_000) }] };
  await wire.send(requestBytes({ ...chat("m", { stream: true }), body: prompt }));
  const exchange = await live.started;
  assert.ok(pressure.bodyBytes > 300_000);
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  assert.equal(pressure.bodyBytes, 0);
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  live.release();
  await wire.body();
  const summary = await world.log.nextSummary();
  assert.ok(summary.bytesIn > 300_000, "the log still tells its length");
});
