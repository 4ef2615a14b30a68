// The limits of time on endpoints, each by itself: first byte of streams and of plain requests, first event, silence;
// of an endpoint and of a model. The total is in `retries.test.ts`, connecting in the catalogue of faults.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { events, held, json, stream } from "../support/fakes/behaviours.ts";
import * as faults from "../support/faults.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { HeldClock } from "../support/held-clock.ts";
import { sse } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const STREAM = chat("m", { stream: true });
const HEAD = ["content-type", "text/event-stream"];
const [HI = "", DONE = ""] = events([
  { choices: [{ delta: { content: "Hi" }, finish_reason: "stop" }] },
  "[DONE]",
]);
const [PART = ""] = events([{ choices: [{ delta: { content: "Hi" } }] }]);

/** An endpoint that never answers, and how long it is waited for: a watch that needs no sleep. */
const WATCH = (limit: string) => ({
  fake: { models: ["watch"] },
  config: { timeouts: { first_byte: limit } },
});
const LONG_ENOUGH = chat("watch");

test("first_byte: streams and plain requests have limits of their own", async (t) => {
  const first_byte = { stream: "40ms", plain: "60s" };
  const endpoints = { a: { config: { timeouts: { first_byte } } }, b: {}, watch: WATCH("80ms") };
  const { ask, fakes } = await worldFor(t, { endpoints, retries: { attempts: 2 } });
  fakes.watch.always(faults.neverAnswer());
  const gate = new Gate();
  fakes.a.script([held(gate, GOOD), faults.neverAnswer()]);
  const plain = ask(chat());
  await fakes.a.waitForRequest();
  await ask(STREAM);
  const streamed = await ask(STREAM);
  assert.equal(streamed.header("x-oai-gateway-attempts"), "2; a=upstream_first_byte_timeout; b=ok");
  await ask(LONG_ENOUGH);
  gate.open();
  assert.deepEqual([(await plain).status, (await plain).header("x-oai-gateway-attempts")], [200, "1"]);
});

test("first_event: once the head is sent, a stream without an event ends as broken", async (t) => {
  const endpoints = { a: { config: { timeouts: { first_event: "50ms" } } } };
  const { ask, fakes, log } = await worldFor(t, { endpoints });
  fakes.a.always(stream([], { end: "never" }));
  const answer = await ask(STREAM);
  assert.match(sse(answer.text).at(-1)?.data ?? "", /"code":"upstream_idle_timeout"/);
  assert.ok(!answer.text.includes("[DONE]"));
  assert.equal((await log.nextSummary()).error, "upstream_idle_timeout");
  await fakes.a.requests[0]?.aborted;
});

test("first_event is the limit of the first event alone, idle that of each silence afterwards", async (t) => {
  const timeouts = { first_event: "40ms", idle: "60s" };
  const endpoints = { a: { config: { timeouts } }, watch: WATCH("80ms") };
  const { ask, fakes, port } = await worldFor(t, { endpoints, retries: { attempts: 1 } });
  fakes.watch.always(faults.neverAnswer());
  const { wire, exchange } = await heldAnswer(t, port, fakes.a, STREAM);
  await exchange.head(200, HEAD);
  await wire.head();
  await exchange.piece(PART);
  await wire.readUntil(PART);
  await ask(LONG_ENOUGH);
  await exchange.piece(HI + DONE);
  assert.equal((await wire.body()).toString(), HI + DONE);
});

test("idle: a silence in the middle ends the answer as broken, a slow one with pieces in time does not", async (t) => {
  const timeouts = { idle: "400ms" };
  const endpoints = { a: { config: { timeouts } }, watch: WATCH("100ms") };
  const { ask, fakes, port, log } = await worldFor(t, { endpoints, retries: { attempts: 1 } });
  fakes.watch.always(faults.neverAnswer());
  const { wire, exchange } = await heldAnswer(t, port, fakes.a, STREAM);
  await exchange.head(200, HEAD);
  await wire.head();
  for (let piece = 0; piece < 5; piece += 1) {
    await exchange.piece(PART);
    await wire.readUntil(PART);
    await ask(LONG_ENOUGH);
  }
  const rest = (await wire.body()).toString();
  assert.match(rest, /"code":"upstream_idle_timeout"/);
  const errors = log.summaries.filter(({ model }) => model === "m").map(({ error }) => error);
  assert.deepEqual(errors, ["upstream_idle_timeout"]);
});

test("a model's own limits win over its endpoint's, one by one and by pattern", async (t) => {
  const config = { timeouts: { first_byte: "60s", idle: "50ms" } };
  const both = { fake: { models: ["fast-1", "slow-1"] }, config };
  const models = { "fast-*": { timeouts: { first_byte: "40ms" } } };
  const endpoints = { a: both, b: both, watch: WATCH("80ms") };
  const { ask, fakes } = await worldFor(t, { endpoints, routing: { models } });
  fakes.watch.always(faults.neverAnswer());
  const gate = new Gate();
  fakes.a.script([faults.neverAnswer(), held(gate, GOOD)]);
  const fast = await ask(chat("fast-1"));
  assert.equal(fast.header("x-oai-gateway-attempts"), "2; a=upstream_first_byte_timeout; b=ok");
  const slow = ask(chat("slow-1"));
  await fakes.a.waitForRequest(2);
  await ask(LONG_ENOUGH);
  gate.open();
  assert.equal((await slow).header("x-oai-gateway-attempts"), "1");
  // What the model's entry leaves out is the endpoint's.
  fakes.b.always(stream([PART], { end: "never" }));
  fakes.a.always(stream([PART], { end: "never" }));
  assert.match((await ask(chat("fast-1", { stream: true }))).text, /upstream_idle_timeout/);
});

test("a plain answer of 128 k tokens has time: three quarters of an hour are served by default", async (t) => {
  const clock = new HeldClock();
  const world = await worldFor(t, { endpoints: { a: {} } }, { clock });
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const asked = world.ask(chat("m", { max_tokens: 128_000 }));
  await world.fakes.a.waitForRequest();
  // Minute by minute, so that each timer rings when it is due.
  for (let minute = 0; minute < 45; minute += 1) {
    clock.advance(60_000);
    t.mock.timers.tick(60_000);
  }
  gate.open(1);
  const answer = await asked;
  t.mock.timers.reset();
  assert.deepEqual([answer.status, world.fakes.a.requests.length], [200, 1]);
});
