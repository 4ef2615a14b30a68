// Faults 119, 120, 124 and 217: what one client provokes takes nothing from the others. Rests and what ends them, over real
// sockets, with the time held by the test.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { dryRun } from "../../support/dry-run.ts";
import { apiError, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour, RecordedRequest } from "../../support/fakes/fake-connection.ts";
import { HeldClock } from "../../support/held-clock.ts";
import type { Answer, WireRequest } from "../../support/wire.ts";
import { chat, type World, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const MINUTE = 60_000;

type Held = World<"a" | "b" | "c"> & { readonly clock: HeldClock };

/** Three endpoints that serve everybody but the one whose requests say `poison`, who meets the refusal. */
async function poisoned(t: TestContext, refusal: Behaviour): Promise<Held> {
  const clock = new HeldClock();
  const world = await worldFor(t, { endpoints: { a: {}, b: {}, c: {} } }, { clock });
  for (const fake of Object.values(world.fakes)) {
    fake.always({ run: (exchange) => (isPoison(exchange.request) ? refusal : GOOD).run(exchange) });
  }
  return { ...world, clock };
}

function isPoison(request: RecordedRequest): boolean {
  return request.body.includes("poison");
}

function poison(number: number): WireRequest {
  return chat("m", { messages: [{ role: "user", content: `poison ${number}` }] });
}

function harmless(number: number): WireRequest {
  return chat("m", { messages: [{ role: "user", content: `hello ${number}` }] });
}

async function asked(world: Held, request: WireRequest): Promise<Answer> {
  const answer = await world.ask(request);
  // What is asked behind a refusal comes back before the next request.
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  return answer;
}

async function restsOf(world: Held): Promise<(string | null | undefined)[]> {
  const { skipped } = await dryRun(world);
  return ["a", "b", "c"].map((name) => skipped[name]);
}

const REFUSALS: Readonly<Record<string, Behaviour>> = {
  "429 with an hour to wait": apiError(429, "rate_limit_exceeded", { "retry-after": "3600" }),
  "429 without a word": apiError(429, null),
  "401 for a reason of its own": apiError(401, "something_else"),
  "403 about one resource": apiError(403, null),
  "402 about one request": apiError(402, null),
  "403 out of quota": apiError(403, "insufficient_quota"),
  "404 that says the model is not there": apiError(404, "model_not_found"),
};

for (const [what, refusal] of Object.entries(REFUSALS)) {
  test(`fault 119: ${what}: one request makes one endpoint rest at most`, async (t) => {
    const world = await poisoned(t, refusal);
    await asked(world, poison(1));
    const resting = (await restsOf(world)).filter((why) => why !== null);
    assert.ok(resting.length <= 1, JSON.stringify(resting));
    assert.equal((await asked(world, harmless(1))).status, 200);
  });

  test(`fault 119: ${what}, again and again: everybody else is served all the time`, async (t) => {
    const world = await poisoned(t, refusal);
    for (let round = 1; round <= 12; round += 1) {
      for (let time = 0; time < 3; time += 1) await asked(world, poison(10 * round + time));
      // More than the longest pause between two looks at a limit.
      world.clock.advance(MINUTE);
      const answer = await asked(world, harmless(round));
      assert.equal(answer.status, 200, `round ${round}: ${answer.text}`);
    }
  });
}

test("fault 119: all rest for a limit that one client met: a different request is let through at once", async (t) => {
  const world = await poisoned(t, apiError(429, null, { "retry-after": "3600" }));
  for (let time = 0; time < 3; time += 1) await world.ask(poison(1));
  assert.deepEqual(await restsOf(world), ["rate limited", "rate limited", "rate limited"]);
  // The same request again, as an SDK repeats it, finds out nothing and calls nobody.
  const calls = (): number =>
    Object.values(world.fakes).reduce((sum, { requests }) => sum + requests.length, 0);
  const before = calls();
  assert.equal((await world.ask(poison(1))).status, 429);
  assert.equal(calls(), before);
  assert.equal((await world.ask(harmless(1))).status, 200);
  assert.equal((await restsOf(world)).filter((why) => why === null).length, 1);
});

test("fault 119: a limit that holds is looked at ever more rarely, up to a minute apart", async (t) => {
  const limit = apiError(429, null, { "retry-after": "3600" });
  const world = await poisoned(t, limit);
  for (const fake of Object.values(world.fakes)) fake.always(limit);
  let number = 0;
  const next = async (): Promise<void> => {
    number += 1;
    assert.equal((await world.ask(harmless(number))).status, 429);
  };
  for (let time = 0; time < 6; time += 1) await next();
  const calls = (): number => world.fakes.a.requests.length;
  for (const seconds of [5, 10, 20, 40, 60, 60]) {
    world.clock.advance(seconds * 1_000);
    const before = calls();
    for (let time = 0; time < 5; time += 1) await next();
    assert.ok(calls() - before <= 1, `${calls() - before} calls after ${seconds} s`);
  }
  assert.ok(calls() <= 10, `${calls()} calls to a`);
});

for (const status of [401, 402, 403]) {
  test(`fault 119: ${status} for two different requests: the key rests; for one that is repeated it does not`, async (t) => {
    const world = await poisoned(t, apiError(status, null));
    for (let time = 0; time < 4; time += 1) await asked(world, poison(1));
    assert.deepEqual(await restsOf(world), [null, null, null]);
    await asked(world, poison(2));
    await asked(world, poison(3));
    assert.ok((await restsOf(world)).some((why) => why !== null));
    assert.equal((await world.log.line("endpoint_key_unusable")).level, "error");
  });

  test(`fault 119: ${status}, and a request that is served in between: nothing rests`, async (t) => {
    const world = await poisoned(t, apiError(status, null));
    for (let number = 1; number < 8; number += 1) {
      await asked(world, poison(number));
      // Enough for each endpoint to have its turn.
      for (let time = 0; time < 6; time += 1) await asked(world, harmless(10 * number + time));
      assert.deepEqual(await restsOf(world), [null, null, null]);
    }
  });
}

test("fault 119: a key that its list refuses rests at once, wherever it is used, and is asked about once", async (t) => {
  const world = await poisoned(t, apiError(401, null));
  for (const fake of Object.values(world.fakes)) fake.on("GET /models", apiError(401, null));
  const lists = world.fakes.b.discoveries.length;
  await asked(world, poison(1));
  while ((await restsOf(world)).includes(null)) await setImmediate();
  assert.equal(world.fakes.b.discoveries.length, lists + 1);
  // Nothing but dead keys: they are tried all the same, and the one that works is in use again.
  assert.equal((await asked(world, harmless(1))).status, 200);
  assert.ok((await restsOf(world)).includes(null));
});

test("fault 120: a list that still has the model, though it did not change, ends its rest", async (t) => {
  const world = await poisoned(t, apiError(404, "model_not_found"));
  for (let number = 1; number < 10; number += 1) {
    await asked(world, poison(number));
    assert.deepEqual(await restsOf(world), [null, null, null]);
  }
  // The list was asked for once and not for each request.
  assert.ok(world.fakes.a.discoveries.length <= 2, String(world.fakes.a.discoveries.length));
});

test("fault 120: all said to lack the model, and no list to go by: they are asked all the same", async (t) => {
  const clock = new HeldClock();
  const config = { models: ["m"] };
  const world = await worldFor(t, { endpoints: { a: { config }, b: { config }, c: { config } } }, { clock });
  for (const fake of Object.values(world.fakes)) fake.always(apiError(404, "model_not_found"));
  const held = { ...world, clock };
  for (let number = 1; number < 12; number += 1) await asked(held, poison(number));
  const missing = "it said that it has no such model";
  assert.deepEqual(await restsOf(held), [missing, missing, missing]);
  for (const fake of Object.values(world.fakes)) fake.always(GOOD);
  assert.equal((await asked(held, harmless(1))).status, 200);
  assert.ok((await restsOf(held)).includes(null));
});

const LONG = ["1e99", "8760h", "2591999", "99999999999"];

for (const wait of LONG) {
  for (const name of ["x-ratelimit-reset", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"]) {
    test(`fault 124: nothing left until ${name}: ${wait}: the endpoint is in use again within the hour`, async (t) => {
      const clock = new HeldClock();
      const world = await worldFor(t, { endpoints: { a: {}, b: {} } }, { clock });
      for (const fake of Object.values(world.fakes)) fake.always(GOOD);
      world.fakes.a.script([json(200, "{}", { "x-ratelimit-remaining-requests": "0", [name]: wait })]);
      for (let time = 0; time < 4; time += 1) await world.ask(chat());
      assert.equal((await dryRun(world)).skipped["a"], "its rate limit is used up");
      clock.advance(60 * MINUTE + 1);
      assert.equal((await dryRun(world)).skipped["a"], null);
      assert.equal((await dryRun(world)).skipped["b"], null);
    });
  }
}

test("fault 119: clients with keys of their own need not wait behind one whose requests are all limited", async (t) => {
  const clock = new HeldClock();
  const endpoints = { a: {}, b: {}, c: {} };
  const server = { api_keys: ["attacker-000000", "somebody-000000"] };
  const world = await worldFor(t, { endpoints, server }, { clock });
  const limit = apiError(429, null, { "retry-after": "3600" });
  for (const fake of Object.values(world.fakes))
    fake.always({ run: (exchange) => (isPoison(exchange.request) ? limit : GOOD).run(exchange) });
  const as = (who: string, request: WireRequest): WireRequest => {
    return { ...request, headers: { authorization: `Bearer ${who}-000000` } };
  };
  let number = 0;
  for (let second = 0; second < 30; second += 1) {
    for (let time = 0; time < 8; time += 1) {
      number += 1;
      await world.ask(as("attacker", poison(number)));
    }
    clock.advance(1_000);
    // However often the one asked before: the other is served within the second.
    assert.equal((await world.ask(as("somebody", harmless(second)))).status, 200, `second ${second}`);
  }
});

type Sent = (key: string, number: number) => Record<string, string>;

/** How the one who is limited sends its key, and how the other does. */
const SENT: Readonly<Record<string, readonly [Sent, Sent]>> = {
  "by the usual header": [
    (key) => ({ authorization: `Bearer ${key}` }),
    (key) => ({ authorization: `Bearer ${key}` }),
  ],
  "with another made-up key beside it each time": [
    (key, number) => ({ authorization: `Bearer made-up-${number}`, "x-api-key": key }),
    (key) => ({ authorization: `Bearer ${key}` }),
  ],
  "by the header of another vendor": [(key) => ({ "api-key": key }), (key) => ({ "api-key": key })],
};

for (const [how, [asAttacker, asSomebody]] of Object.entries(SENT)) {
  test(`fault 217: who is limited, its key sent ${how}, keeps nobody with a key of their own waiting`, async (t) => {
    const clock = new HeldClock();
    const endpoints = { a: {}, b: {}, c: {} };
    const server = { api_keys: ["attacker-000000", "somebody-000000"] };
    const world = await worldFor(t, { endpoints, server }, { clock });
    const limit = apiError(429, null, { "retry-after": "3600" });
    for (const fake of Object.values(world.fakes))
      fake.always({ run: (exchange) => (isPoison(exchange.request) ? limit : GOOD).run(exchange) });
    let number = 0;
    for (let round = 0; round < 3; round += 1) {
      for (let second = 0; second < 40; second += 1) {
        for (let time = 0; time < 3; time += 1) {
          number += 1;
          await world.ask({ ...poison(number), headers: asAttacker("attacker-000000", number) });
        }
        clock.advance(1_001);
      }
      // However often the one asked before: the other is served within the second.
      const headers = asSomebody("somebody-000000", round);
      assert.equal((await world.ask({ ...harmless(round), headers })).status, 200, `round ${round}`);
    }
  });
}
