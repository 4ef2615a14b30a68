// How often a request is tried again: waits at the same endpoint, the budget, the total time, the retries of SDKs,
// and what the client is told when nothing is left. Which failures go on to another endpoint is in `failover.test.ts`.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import OpenAI from "openai";
import { apiError, json } from "../support/fakes/behaviours.ts";
import * as faults from "../support/faults.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { HeldClock } from "../support/held-clock.ts";
import { deadPort } from "../support/ports.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { ask as askAt, requestBytes, wireFor } from "../support/wire.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const DOWN = apiError(503, null);
const ONE = { endpoints: { a: {} } } as const;
const THREE = { endpoints: { a: {}, b: {}, c: {} } } as const;

/** From now on: which of these times, in milliseconds, a timer was set for, in the order in which they were set. */
function waitsOf(t: TestContext): (of: readonly number[]) => readonly number[] {
  const timers = t.mock.method(globalThis, "setTimeout");
  return (of) =>
    timers.mock.calls
      .map((call) => Number(call.arguments[1]))
      .filter((ms) => of.some((one) => Math.abs(one - ms) < 0.001));
}

test("the only endpoint is asked again after a moment, three times in all", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE, { clock: new HeldClock() });
  fakes.a.script([DOWN, apiError(408, null), GOOD]);
  const answer = await ask(chat());
  const attempts = "3; a=upstream_server_error; a=upstream_timeout_status; a=ok";
  assert.deepEqual([answer.status, answer.header("x-oai-gateway-attempts")], [200, attempts]);
  const told = (await log.nextSummary()).attempts.map(({ endpoint, outcome, status }) => [
    endpoint,
    outcome,
    status,
  ]);
  assert.deepEqual(told, [
    ["a", "upstream_server_error", 503],
    ["a", "upstream_timeout_status", 408],
    ["a", "ok", 200],
  ]);
  fakes.a.always(DOWN);
  const before = fakes.a.requests.length;
  assert.equal((await ask(chat())).status, 503);
  assert.equal(fakes.a.requests.length - before, 3);
});

test("the waits are left to chance, under 250 ms at first and twice that then", async (t) => {
  const clock = new HeldClock();
  clock.lot = 0.2;
  const { ask, fakes } = await worldFor(t, ONE, { clock });
  fakes.a.script([DOWN, DOWN, GOOD]);
  const waits = waitsOf(t);
  assert.equal((await ask(chat())).status, 200);
  assert.deepEqual(waits([0.2 * 250, 0.2 * 500]), [50, 100]);
});

test("the endpoint's own word on when to come back is kept, up to 10 s; a longer one is told to the client", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE, { clock: new HeldClock() });
  for (const status of [429, 503]) {
    fakes.a.script([apiError(status, null, { "retry-after-ms": "60" }), GOOD]);
    const waits = waitsOf(t);
    assert.equal((await ask(chat())).status, 200);
    assert.deepEqual(waits([60]), [60]);
  }
  const before = fakes.a.requests.length;
  fakes.a.script([apiError(503, null, { "retry-after": "11" })]);
  const refused = await ask(chat());
  assert.deepEqual([refused.status, refused.header("retry-after")], [503, "11"]);
  assert.equal(fakes.a.requests.length - before, 1);
});

test("a client that leaves during the wait ends it", async (t) => {
  const { fakes, port, log } = await worldFor(t, ONE);
  fakes.a.script([apiError(503, null, { "retry-after": "9" })]);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat()));
  await fakes.a.waitForRequest();
  wire.close();
  const { status, attempts } = await log.nextSummary();
  assert.deepEqual([status, attempts.length <= 1], [499, true]);
  assert.equal(fakes.a.requests.length, 1);
});

test("attempts: in all, and for one model", async (t) => {
  const retries = { attempts: 2 };
  const routing = { models: { m: { attempts: 1 } } };
  const both = { fake: { models: ["m", "n"] } };
  const world = await worldFor(t, { endpoints: { a: both, b: both, c: both }, retries, routing });
  for (const fake of Object.values(world.fakes)) fake.always(DOWN);
  assert.equal((await world.ask(chat("m"))).header("x-oai-gateway-attempts"), "1; a=upstream_server_error");
  assert.match((await world.ask(chat("n"))).header("x-oai-gateway-attempts") ?? "", /^2; /);
});

test("when everything fails, calls stay under 1.2 of the requests, one by one or all at once", async (t) => {
  for (const isAtOnce of [false, true]) {
    const { ask, fakes } = await worldFor(t, THREE, { clock: new HeldClock() });
    for (const fake of Object.values(fakes)) fake.always(DOWN);
    const requests = 100;
    if (isAtOnce) await Promise.all(Array.from({ length: requests }, () => ask(chat())));
    else for (let sent = 0; sent < requests; sent += 1) await ask(chat());
    const calls = Object.values(fakes).reduce((sum, fake) => sum + fake.requests.length, 0);
    assert.ok(calls <= requests * 1.2, `${calls} calls`);
    assert.ok(calls > requests);
  }
});

test("a spent budget is told, and full again after ten seconds", async (t) => {
  const clock = new HeldClock();
  const retries = { budget_min: 2, budget_percent: 0 };
  const { ask, fakes } = await worldFor(t, { ...ONE, retries }, { clock });
  fakes.a.always(apiError(500, null));
  for (const [advanceMs, calls] of [
    [0, 3],
    [0, 1],
    [5_000, 1],
    [6_000, 3],
  ] as const) {
    clock.advance(advanceMs);
    const before = fakes.a.requests.length;
    await ask(chat());
    assert.equal(fakes.a.requests.length - before, calls);
  }
  const two = await worldFor(t, { endpoints: { a: {}, b: {} }, retries: { budget_min: 0 } }, { clock });
  for (const fake of Object.values(two.fakes)) fake.always(DOWN);
  await two.ask(chat());
  assert.match(errorOf(await two.ask(chat())).message, /The retry budget of the model is spent/);
});

test("without any budget a request still fails over to an endpoint in health", async (t) => {
  const retries = { budget_min: 0, budget_percent: 0 };
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} }, retries });
  fakes.a.always(DOWN);
  for (let time = 0; time < 20; time += 1) assert.equal((await ask(chat())).status, 200);
});

test("the total time of a plain request covers all its attempts; streams have none", async (t) => {
  const config = { timeouts: { total: "400ms", first_byte: "300ms" } };
  const endpoints = { a: { config }, b: { config }, c: { config } };
  const { ask, fakes, log } = await worldFor(t, { endpoints });
  for (const fake of Object.values(fakes)) fake.always(faults.neverAnswer());
  const plain = await ask(chat());
  assert.deepEqual([plain.status, errorOf(plain).code], [504, "upstream_first_byte_timeout"]);
  assert.equal((await log.nextSummary()).attempts.length, 2);
  assert.equal(fakes.c.requests.length, 0);
  await fakes.a.requests[0]?.aborted;
  await fakes.b.requests[0]?.aborted;
  // Three times 300 ms are more than 400 ms.
  await ask(chat("m", { stream: true }));
  assert.equal((await log.nextSummary()).attempts.length, 3);
});

test("a wait that would not be over in time is not begun", async (t) => {
  const endpoints = { a: { config: { timeouts: { total: "2s" } } } };
  const { ask, fakes } = await worldFor(t, { endpoints });
  fakes.a.always(apiError(503, null, { "retry-after": "3" }));
  assert.equal((await ask(chat())).status, 503);
  assert.equal(fakes.a.requests.length, 1);
});

test("what a client says of its own retries changes nothing: anybody can say it, and few do", async (t) => {
  const { ask, fakes } = await worldFor(
    t,
    { ...THREE, retries: { attempts: 2 } },
    { clock: new HeldClock() },
  );
  for (const fake of Object.values(fakes)) fake.always(DOWN);
  const retry = { ...chat(), headers: { "x-stainless-retry-count": "1" } };
  for (let time = 0; time < 5; time += 1) await ask(chat());
  assert.match((await ask(retry)).header("x-oai-gateway-attempts") ?? "", /^2; /);
});

test("when nothing is left: each attempt with its class and status, in message, header and log", async (t) => {
  const gone = { name: "gone", base_url: `http://127.0.0.1:${await deadPort()}/v1`, models: ["m"] };
  const { fakes, config } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  fakes.a.always(apiError(429, "rate_limit_exceeded", { "retry-after": "40" }));
  fakes.b.always(apiError(529, null, { "retry-after": "7" }));
  const { port, log } = await gatewayFor(t, { endpoints: [gone, ...(config.endpoints ?? [])] });
  const answer = await askAt(port, chat());
  const codes = ["upstream_connect_failed", "upstream_rate_limited", "upstream_server_error"];
  const header = `3; gone=${codes[0]}; a=${codes[1]}; b=${codes[2]}`;
  assert.equal(answer.header("x-oai-gateway-attempts"), header);
  assert.match(
    errorOf(answer).message,
    /^All 3 attempts failed: gone: upstream_connect_failed \(ECONNREFUSED\); a: upstream_rate_limited \(429\); b: upstream_server_error \(529\)\./,
  );
  assert.deepEqual([answer.header("retry-after"), answer.header("x-should-retry")], ["7", undefined]);
  const { attempts, error, endpoint } = await log.nextSummary();
  assert.deepEqual(
    attempts.map(({ outcome }) => outcome),
    codes,
  );
  assert.deepEqual([error, endpoint], ["upstream_server_error", undefined]);
});

test("without a word from the endpoints Retry-After says when the first of them is used again", async (t) => {
  const clock = new HeldClock();
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} } }, { clock });
  for (const fake of Object.values(fakes)) fake.always(apiError(429, null));
  const first = await ask(chat());
  assert.deepEqual([first.status, first.header("retry-after")], [429, "5"]);
  clock.advance(2_000);
  const second = await ask(chat());
  assert.deepEqual([second.status, second.header("retry-after")], [429, "3"]);
  // One request rests one endpoint: the second one finds out the other.
  assert.equal(fakes.a.requests.length + fakes.b.requests.length, 3);
  const third = await ask(chat());
  assert.deepEqual([third.status, third.header("retry-after")], [429, "3"]);
  assert.equal(fakes.a.requests.length + fakes.b.requests.length, 3);
});

test("the official SDK does not multiply what was tried already", async (t) => {
  for (const endpoints of [{ a: {}, b: {} }, { a: {} }]) {
    const { fakes, url, log } = await worldFor<string>(t, { endpoints }, { clock: new HeldClock() });
    for (const fake of Object.values(fakes)) fake.always(DOWN);
    const client = new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 2 });
    const request = { model: "m", messages: [{ role: "user" as const, content: "hi" }] };
    await assert.rejects(client.chat.completions.create(request), OpenAI.InternalServerError);
    assert.equal(log.summaries.length, 1);
  }
});

test("a caller's error whose body is slow is relayed to its end all the same", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const { wire, exchange, live } = await heldAnswer(t, port, fakes.a, chat());
  const [first, rest] = ['{"error":{"message":"wrong', ' field","type":"invalid_request_error"}}'];
  await exchange.head(400, ["content-type", "application/json", "content-length", String(66)]);
  await exchange.piece(first);
  const head = await wire.head();
  assert.equal(head.status, 400);
  await exchange.piece(rest);
  await exchange.finish();
  live.release();
  assert.equal((await wire.body()).toString(), first + rest);
});
