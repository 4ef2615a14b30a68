// Faults 171 to 174 and 179: several endpoints that fail or rest at once. Nobody is given up whom another endpoint could
// serve now or in a moment, and nobody makes a storm of that.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { Gate } from "../../support/condition.ts";
import { apiError, held, json } from "../../support/fakes/behaviours.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { requestBytes, wireFor } from "../../support/wire.ts";
import { chat, errorOf, type WorldOptions, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const DOWN = apiError(503, null);
/** The shortest rest there is. */
const SHORT = apiError(429, "rate_limit_exceeded", { "retry-after": "1" });
const NO_BUDGET = { budget_min: 0, budget_percent: 0 };
const CHAT = { model: "m", messages: [{ role: "user" as const, content: "hi" }] };

type Three = WorldOptions<"a" | "b" | "c">["endpoints"];

/** Each way in which the third endpoint may stand behind the two that die. */
const THIRD: Readonly<Record<string, Three>> = {
  "beside them": { a: {}, b: {}, c: {} },
  "in a later tier": { a: {}, b: {}, c: { config: { priority: 2 } } },
  draining: { a: {}, b: {}, c: { config: { weight: 0 } } },
  "in a later tier and full at times": {
    a: {},
    b: {},
    c: { config: { priority: 2, max_in_flight: 2, queue: { max: 100, timeout: "60s" } } },
  },
};

for (const [where, endpoints] of Object.entries(THIRD)) {
  test(`fault 171: two of three die at once, the third is ${where}: without any budget no request is lost`, async (t) => {
    const health = { consecutive_failures: 1_000, failure_rate: 100, min_requests: 10_000 };
    const { fakes, ask, log } = await worldFor(t, { endpoints, retries: NO_BUDGET, health });
    await Promise.all([fakes.a.close(), fakes.b.close()]);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(chat())));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    for (let sent = 0; sent < 10; sent += 1) assert.equal((await ask(chat())).status, 200);
    // Neither was ejected: it is the choice that saves them.
    assert.ok(!log.lines.some(({ event }) => event === "endpoint_ejected"));
  });
}

test("fault 171: a third endpoint whose allowance is used up is better than a lost request", async (t) => {
  const health = { consecutive_failures: 1_000, failure_rate: 100, min_requests: 10_000 };
  const world = await worldFor(t, { endpoints: { a: {}, b: {}, c: {} }, retries: NO_BUDGET, health });
  const spent = { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m" };
  world.fakes.c.always(json(200, '{"good":true}', spent));
  for (let sent = 0; sent < 3; sent += 1) await world.ask(chat());
  for (const fake of [world.fakes.a, world.fakes.b]) fake.always(DOWN);
  for (let sent = 0; sent < 8; sent += 1) assert.equal((await world.ask(chat())).status, 200);
});

test("fault 171: a retry prefers the endpoint without a strike though the budget would allow another", async (t) => {
  const health = { consecutive_failures: 1_000, failure_rate: 100, min_requests: 10_000 };
  const endpoints = { a: { config: { weight: 3 } }, b: { config: { weight: 3 } }, c: {} };
  const { fakes, ask } = await worldFor(t, { endpoints, health });
  for (const fake of [fakes.a, fakes.b]) fake.always(DOWN);
  const told: string[] = [];
  for (let sent = 0; sent < 9; sent += 1)
    told.push((await ask(chat())).header("x-oai-gateway-attempts") ?? "");
  // Nobody can know of b before it was asked; afterwards one failure is enough for each.
  const [first, ...others] = told;
  assert.equal(first, "3; a=upstream_server_error; b=upstream_server_error; c=ok");
  for (const attempts of others) assert.match(attempts, /^(?:1|2; [ab]=upstream_server_error; c=ok)$/);
});

test("fault 172: both rest for a second: the request waits, at no cost to the budget, and is served", async (t) => {
  for (const isStream of [false, true]) {
    const world = await worldFor(t, { endpoints: { a: {}, b: {} }, retries: NO_BUDGET });
    for (const fake of Object.values(world.fakes)) fake.script([SHORT, GOOD, GOOD]);
    const first = world.ask(chat("m", { stream: isStream }));
    await world.fakes.b.waitForRequest();
    const answer = await first;
    assert.equal(answer.status, 200, answer.text);
    const [attempts = ""] = [answer.header("x-oai-gateway-attempts")];
    assert.match(attempts, /^3; a=upstream_rate_limited; b=upstream_rate_limited; [ab]=ok$/);
  }
});

test("fault 172: who comes during the rest asks nobody before its end", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} }, retries: { attempts: 2 } });
  for (const fake of Object.values(world.fakes)) fake.script([SHORT]);
  // All its attempts are spent on finding out.
  assert.equal((await world.ask(chat())).status, 429);
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask(chat())));
  assert.deepEqual(
    answers.map((answer) => [answer.status, answer.header("x-oai-gateway-attempts")]),
    answers.map(() => [200, "1"]),
  );
  assert.equal(world.fakes.a.requests.length + world.fakes.b.requests.length, 22);
});

test("fault 172: the only endpoint of a model is waited for as well, by all who met the limit at once", async (t) => {
  const { fakes, ask } = await worldFor(t, { endpoints: { a: {} }, retries: NO_BUDGET });
  const gate = new Gate();
  fakes.a.script(Array.from({ length: 10 }, () => held(gate, SHORT)));
  const asked = Array.from({ length: 10 }, () => ask(chat()));
  await fakes.a.waitForRequest(10);
  gate.open(Number.POSITIVE_INFINITY);
  const answers = await Promise.all(asked);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
});

test("fault 172: a rest that is not over in time is told at once, and so is any with max_wait: off", async (t) => {
  const tooLate: readonly Pick<WorldOptions<"a">, "retries" | "endpoints">[] = [
    { endpoints: { a: {} }, retries: { max_wait: "off", attempts: 1 } },
    { endpoints: { a: {} }, retries: { max_wait: "900ms", attempts: 1 } },
    { endpoints: { a: { config: { timeouts: { total: "700ms" } } } }, retries: { attempts: 1 } },
  ];
  for (const options of tooLate) {
    const { fakes, ask } = await worldFor(t, options);
    fakes.a.script([SHORT]);
    await ask(chat());
    const answer = await ask(chat());
    assert.deepEqual([answer.status, errorOf(answer).code], [429, "upstream_rate_limited"]);
    assert.deepEqual([answer.header("retry-after"), answer.header("x-should-retry")], ["1", undefined]);
    assert.equal(fakes.a.requests.length, 1);
  }
});

test("fault 172: a rest that is renewed over and over is not waited for without end", async (t) => {
  const { fakes, ask } = await worldFor(t, { endpoints: { a: {}, b: {} }, retries: { attempts: 10 } });
  for (const fake of Object.values(fakes)) fake.always(SHORT);
  const answer = await ask(chat());
  assert.deepEqual([answer.status, answer.header("retry-after")], [429, "1"]);
  // Each at once, and after each of the two seconds.
  const calls = fakes.a.requests.length + fakes.b.requests.length;
  assert.ok(calls > 2 && calls <= 6, String(calls));
});

test("fault 172: a client that leaves ends its wait", async (t) => {
  const { fakes, ask, port, log } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  fakes.a.script([SHORT]);
  await ask(chat());
  await log.nextSummary();
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat()));
  const other = ask(chat());
  wire.close();
  const { status, attempts } = await log.nextSummary();
  assert.deepEqual([status, attempts.length], [499, 0]);
  assert.equal((await other).status, 200);
  assert.equal(fakes.a.requests.length, 2);
});

test("fault 172: a model that stands in for rate limits is asked at once in place of a wait", async (t) => {
  const world = await worldFor(t, {
    endpoints: { s: { fake: { models: ["small"] } }, l: { fake: { models: ["large"] } } },
    routing: { fallbacks: { small: [{ to: "large", on: ["rate_limited"] }] } },
    retries: { attempts: 1 },
  });
  world.fakes.s.always(SHORT);
  for (let sent = 0; sent < 2; sent += 1)
    assert.equal((await world.ask(chat("small"))).header("x-oai-gateway-fallback"), "large");
  assert.equal(world.fakes.s.requests.length, 1);
});

test("fault 173: all who wait for one end are let go in a row, and each is served at its first attempt", async (t) => {
  const { fakes, ask } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  fakes.a.script([SHORT]);
  await ask(chat());
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(chat())));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(fakes.a.requests.length, 101);
});

test("fault 173: when the first of them meets the limit again the others ask nobody", async (t) => {
  const { fakes, ask } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  fakes.a.always(SHORT);
  await ask(chat());
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(chat())));
  for (const answer of answers)
    assert.deepEqual([answer.status, answer.header("retry-after")], [429, "1"], answer.text);
  // Some are on their way before the first is answered, on a busy machine many: never all, with the one from before.
  assert.ok(fakes.a.requests.length < 100, String(fakes.a.requests.length));
});

test("fault 174: a limit that is too long to be waited for is waited for by the SDK, which asks nobody before", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} }, retries: { max_wait: "off" } });
  for (const fake of Object.values(world.fakes)) fake.script([SHORT]);
  const client = new OpenAI({ baseURL: world.url, apiKey: "none", maxRetries: 2 });
  for (let sent = 0; sent < 2; sent += 1) assert.ok(await client.chat.completions.create(CHAT));
  const calls = world.log.summaries.map(({ status, attempts }) => [status, attempts.length]);
  assert.deepEqual(calls, [
    [429, 2],
    [200, 1],
    [200, 1],
  ]);
});

test("fault 174: where a retry cannot help the SDK does not come again", async (t) => {
  const failures = [
    DOWN,
    apiError(401, "invalid_api_key"),
    apiError(429, "insufficient_quota"),
    apiError(500, null),
  ];
  for (const failure of failures) {
    const world = await worldFor(t, { endpoints: { a: {}, b: {} } }, { clock: new HeldClock() });
    for (const fake of Object.values(world.fakes)) fake.always(failure);
    const client = new OpenAI({ baseURL: world.url, apiKey: "none", maxRetries: 1 });
    await assert.rejects(client.chat.completions.create(CHAT), OpenAI.APIError);
    assert.equal(world.log.summaries.length, 1);
  }
});

test("fault 179: what a client says of its own retries changes nothing: pressure shows in the budget", async (t) => {
  const told: string[][] = [];
  for (const count of [undefined, "0", "2"]) {
    const { ask, fakes } = await worldFor(
      t,
      { endpoints: { a: {}, b: {}, c: {} } },
      { clock: new HeldClock() },
    );
    for (const fake of Object.values(fakes)) fake.always(DOWN);
    const headers = count === undefined ? {} : { "x-stainless-retry-count": count };
    const attempts: string[] = [];
    for (let time = 0; time < 20; time += 1) {
      const answer = await ask({ ...chat(), headers });
      attempts.push(answer.header("x-oai-gateway-attempts") ?? "");
      assert.equal(answer.header("x-should-retry"), "false");
    }
    told.push(attempts);
  }
  assert.deepEqual(told[1], told[0]);
  assert.deepEqual(told[2], told[0]);
  assert.ok(told[0]?.some((attempts) => attempts.startsWith("3; ")));
  assert.ok(told[0]?.some((attempts) => attempts.startsWith("1; ")));
});
