// Who is asked when the first choice cannot serve: the next tier of endpoints, then other models by the kind of failure.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, held, json } from "../support/fakes/behaviours.ts";
import type { Behaviour } from "../support/fakes/fake-connection.ts";
import * as faults from "../support/faults.ts";
import { HeldClock } from "../support/held-clock.ts";
import { sse } from "../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const DOWN = apiError(503, null);
const TOO_LONG = apiError(400, "context_length_exceeded");

async function served<Name extends string>(
  world: World<Name>,
  count: number,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let sent = 0; sent < count; sent += 1) {
    const answer = await world.ask(chat());
    assert.equal(answer.status, 200, answer.text);
    const name = answer.header("x-oai-gateway-endpoint") ?? "";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test("a tier is used only while no endpoint of the one before is available; weights count within it", async (t) => {
  const clock = new HeldClock();
  const endpoints = {
    spare: { config: { priority: 2, weight: 100 } },
    a: { config: { weight: 2 } },
    b: {},
    last: { config: { priority: 9 } },
  };
  const world = await worldFor(t, { endpoints, health: { slow_start: "off" } }, { clock });
  const { fakes } = world;
  assert.deepEqual(await served(world, 9), { a: 6, b: 3 });
  fakes.a.always(DOWN);
  await served(world, 9);
  assert.deepEqual(await served(world, 5), { b: 5 });
  fakes.b.always(DOWN);
  await served(world, 3);
  assert.deepEqual(await served(world, 5), { spare: 5 });
  fakes.spare.always(DOWN);
  assert.deepEqual(await served(world, 5), { last: 5 });
  for (const fake of Object.values(fakes)) fake.always(GOOD);
  clock.advance(10_000);
  await served(world, 3);
  assert.deepEqual(await served(world, 9), { a: 6, b: 3 });
});

test("one request goes down the tiers when it must", async (t) => {
  const endpoints = { a: {}, b: { config: { priority: 2 } }, c: { config: { priority: 3 } } };
  const world = await worldFor(t, { endpoints });
  world.fakes.a.always(DOWN);
  world.fakes.b.always(faults.hangUp());
  const answer = await world.ask(chat());
  const attempts = "3; a=upstream_server_error; b=upstream_reset; c=ok";
  assert.equal(answer.header("x-oai-gateway-attempts"), attempts);
});

test("an endpoint whose allowance is used up comes last in its tier, before the next tier", async (t) => {
  const endpoints = { a: {}, b: {}, spare: { config: { priority: 2 } } };
  const world = await worldFor(t, { endpoints }, { clock: new HeldClock() });
  const spent = { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m" };
  world.fakes.a.always(json(200, '{"good":true}', spent));
  assert.deepEqual(await served(world, 5), { a: 1, b: 4 });
  world.fakes.b.always(DOWN);
  await served(world, 3);
  assert.deepEqual(await served(world, 3), { a: 3 });
});

/** Three models at an endpoint each; `small` has the fallbacks. */
function chainOf(fallbacks: unknown) {
  return {
    endpoints: {
      s: { fake: { models: ["small"] } },
      o: { fake: { models: ["other"] } },
      l: { fake: { models: ["large"] } },
    },
    routing: { fallbacks: { small: fallbacks } },
    retries: { attempts: 1 },
  } as const;
}

/** Each failure that a fallback can be for, and how it comes about. */
const REASONS: Readonly<Record<string, Behaviour>> = {
  unavailable: DOWN,
  rate_limited: apiError(429, "rate_limit_exceeded", { "retry-after": "60" }),
  credentials: apiError(401, "invalid_api_key"),
  model_missing: apiError(404, "model_not_found"),
  context_length: TOO_LONG,
};

for (const [reason, failure] of Object.entries(REASONS)) {
  test(`${reason} leads to the fallback that names it, visibly, and to no other`, async (t) => {
    const others = Object.keys(REASONS).filter((other) => other !== reason);
    const chain = [
      { to: "other", on: others },
      { to: "large", on: [reason] },
    ];
    const world = await worldFor(t, chainOf(chain), { clock: new HeldClock() });
    world.fakes.s.always(failure);
    // The second time the endpoint may rest: nobody can be asked, and the reason is the same.
    for (const isStream of [false, true]) {
      const answer = await world.ask(chat("small", { stream: isStream }));
      assert.equal(answer.status, 200);
      assert.equal(answer.header("x-oai-gateway-fallback"), "large");
      assert.equal(answer.header("x-oai-gateway-model"), "large");
      const models = isStream
        ? sse(answer.text)
            .filter(({ data }) => data !== "[DONE]")
            .map(({ data }) => JSON.parse(data).model)
        : [answer.json()["model"]];
      assert.deepEqual([...new Set(models)], ["large"]);
    }
    assert.equal(world.fakes.o.requests.length, 0);
    assert.deepEqual(
      world.fakes.l.requests.map((request) => request.json()["model"]),
      ["large", "large"],
    );
    const [first] = world.log.summaries;
    assert.deepEqual([first?.model, first?.upstreamModel, first?.attempts.length], ["small", "large", 2]);
  });
}

test("without on: every failure but a prompt that is too long, which is the caller's answer", async (t) => {
  for (const [reason, failure] of Object.entries(REASONS)) {
    const world = await worldFor(t, chainOf(["other"]));
    world.fakes.s.always(failure);
    const answer = await world.ask(chat("small"));
    if (reason === "context_length") {
      assert.deepEqual([answer.status, errorOf(answer).code], [400, "context_length_exceeded"]);
      assert.equal(answer.header("x-oai-gateway-fallback"), undefined);
    } else assert.equal(answer.header("x-oai-gateway-fallback"), "other", reason);
  }
});

test("on: [any] is all of them; the caller's other mistakes lead nowhere", async (t) => {
  const world = await worldFor(t, chainOf({ to: "other", on: ["any"] }), { clock: new HeldClock() });
  for (const failure of Object.values(REASONS)) {
    world.fakes.s.script([failure]);
    assert.equal((await world.ask(chat("small"))).header("x-oai-gateway-fallback"), "other");
  }
  const fresh = await worldFor(t, chainOf({ to: "other", on: ["any"] }));
  for (const status of [400, 404, 422]) {
    fresh.fakes.s.script([apiError(status, "invalid_value")]);
    assert.equal((await fresh.ask(chat("small"))).status, status);
  }
  assert.equal(fresh.fakes.o.requests.length, 0);
});

test("a prompt that nobody takes is answered in the endpoint's own words, whatever was tried", async (t) => {
  const text =
    '{"error" : {"message":"too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}';
  const both = { fake: { models: ["small", "large"] } };
  const world = await worldFor(t, {
    endpoints: { a: both, b: both },
    routing: { fallbacks: { small: [{ to: "large", on: ["context_length"] }] } },
  });
  for (const fake of Object.values(world.fakes)) fake.always(json(400, text));
  const answer = await world.ask(chat("small"));
  assert.deepEqual([answer.status, answer.text], [400, text]);
  // One endpoint of each model: the other one of the same model would say the same.
  assert.equal(world.fakes.a.requests.length + world.fakes.b.requests.length, 2);
  assert.equal((await world.log.nextSummary()).error, undefined);
});

test("a fallback whose prompt is too long leads on to a larger one", async (t) => {
  const chain = ["other", { to: "large", on: ["context_length"] }];
  const world = await worldFor(t, chainOf(chain));
  world.fakes.s.always(DOWN);
  world.fakes.o.always(TOO_LONG);
  const answer = await world.ask(chat("small"));
  assert.deepEqual([answer.status, answer.header("x-oai-gateway-fallback")], [200, "large"]);
  const attempts = "3; s=upstream_server_error; o=upstream_context_length; l=ok";
  assert.equal(answer.header("x-oai-gateway-attempts"), attempts);
});

test("the chain is gone through to its end, names that nobody serves are passed over", async (t) => {
  const chain = ["nobody", "other", "no/such-endpoint", "large"];
  const world = await worldFor(t, chainOf(chain));
  world.fakes.s.always(apiError(429, null));
  world.fakes.o.always(DOWN);
  const answer = await world.ask(chat("small"));
  assert.equal(answer.header("x-oai-gateway-fallback"), "large");
  world.fakes.l.always(DOWN);
  const failed = await world.ask(chat("small"));
  assert.equal(failed.status, 503);
  assert.match(errorOf(failed).message, /o: upstream_server_error \(503\); l: upstream_server_error \(503\)/);
});

test("chains do not continue one another, so that two models can back each other up", async (t) => {
  const world = await worldFor(t, {
    ...chainOf([]),
    routing: { fallbacks: { small: ["other"], other: ["small", "large"] } },
  });
  world.fakes.s.always(DOWN);
  world.fakes.o.always(DOWN);
  const failed = await world.ask(chat("small"));
  assert.match(failed.header("x-oai-gateway-attempts") ?? "", /^2; s=[a-z_]+; o=[a-z_]+$/);
  assert.equal(world.fakes.l.requests.length, 0);
  assert.equal((await world.ask(chat("other"))).header("x-oai-gateway-fallback"), "large");
  world.fakes.s.always(GOOD);
  assert.equal((await world.ask(chat("other"))).header("x-oai-gateway-fallback"), "small");
});

test("a model whose endpoints are all full falls back too", async (t) => {
  const config = { max_in_flight: 1, queue: { max: 0 } };
  const world = await worldFor(t, {
    endpoints: { s: { fake: { models: ["small"] }, config }, o: { fake: { models: ["other"] } } },
    routing: { fallbacks: { small: [{ to: "other", on: ["unavailable"] }] } },
  });
  const gate = new Gate();
  world.fakes.s.script([held(gate, GOOD)]);
  const first = world.ask(chat("small"));
  await world.fakes.s.waitForRequest();
  const second = await world.ask(chat("small"));
  assert.equal(second.header("x-oai-gateway-fallback"), "other");
  gate.open();
  assert.equal((await first).header("x-oai-gateway-fallback"), undefined);
});
