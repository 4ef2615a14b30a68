// Faults 37, 51, 52: answers that come slowly, faster than the client reads, or before the request was read.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { collectGarbage } from "../../../src/proxy/admit/collect-garbage.ts";
import { apiError, behaviour, early, flat } from "../../support/fakes/behaviours.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { requestBytes, type WireRequest, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} } };
const STREAM = chat("m", { stream: true });
const DONE = "data: [DONE]\n\n";

/** An answer under way, of which the client has the head and one piece; `pass` lets time go by. */
async function begun(
  t: TestContext,
  timeouts: object,
  request: WireRequest,
  [type, piece]: readonly [string, string],
) {
  const clock = new HeldClock();
  const endpoints = { one: { config: { timeouts } } };
  const { fakes, port } = await worldFor(t, { endpoints }, { clock });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { wire, exchange } = await heldAnswer(t, port, fakes.one, request);
  await exchange.head(200, ["content-type", type]);
  await exchange.piece(piece);
  await wire.head();
  await wire.readUntil(piece);
  const pass = (ms: number): void => {
    clock.advance(ms);
    t.mock.timers.tick(ms);
  };
  return { exchange, wire, pass };
}

test("fault 37: single bytes count as progress, although all of them take longer than the limit", async (t) => {
  const first = ["text/event-stream", "data: 1\n\n"] as const;
  const { exchange, wire, pass } = await begun(t, { idle: "400ms" }, STREAM, first);
  for (const byte of "data: 2\n") {
    pass(300);
    await exchange.piece(byte);
    await wire.piece();
  }
  await exchange.piece(`\n${DONE}`);
  await exchange.finish();
  assert.match((await wire.body()).toString(), /\[DONE\]\n\n$/);
});

test("fault 37: a plain answer that trickles is cut at the limit of the whole", async (t) => {
  const first = ["application/json", '{"choices":['] as const;
  const { exchange, wire, pass } = await begun(t, { total: "2s" }, chat(), first);
  for (let second = 0; second < 2; second += 1) {
    await exchange.piece(" ");
    await wire.piece();
    pass(1_000);
  }
  await exchange.request.aborted;
  await wire.closed();
});

test("fault 51: an endpoint that is faster than the client has to wait; the memory of a stream is bounded", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const streams = 8;
  const piece = Buffer.alloc(64 * 1024, "x");
  let sent = 0;
  const flood = behaviour(async (exchange) => {
    await exchange.head(200, flat({ "content-type": "text/event-stream" }));
    for (; !exchange.isClosed; sent += 1) await exchange.piece(piece);
  });
  fakes.one.always(flood);
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  for (let index = 0; index < streams; index += 1) {
    const wire = await wireFor(t, port);
    await wire.send(requestBytes(STREAM));
    await wire.head();
    wire.pause();
  }
  let last = -1;
  for (let still = 0; still < 300; still = sent === last ? still + 1 : 0) {
    last = sent;
    await setImmediate();
  }
  collectGarbage();
  const held = (process.memoryUsage().arrayBuffers - before) / streams;
  // The endpoint's piece under way and what the client has not read are in it: all three live in this process.
  // How much the system's buffers take differs from run to run; without a bound the flood would not stop at all.
  assert.ok(held < 4 << 20, `${Math.round(held / 1024)} KiB a stream`);
});

test("fault 52: an answer before the request was read is delivered, and nothing breaks", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const large = { ...chat(), body: Buffer.from(`{"model":"m","a":"${"x".repeat(16 << 20)}"}`) };
  for (const afterwards of ["drain", "close"] as const) {
    fakes.one.script([early(apiError(413, "too_large"), afterwards)]);
    const answer = await ask(large);
    assert.equal(answer.status, 413);
    assert.match(answer.text, /the endpoint says 413/);
    assert.equal((await ask(chat())).status, 200);
  }
});
