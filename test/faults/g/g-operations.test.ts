// Faults 121: what fails at one operation takes nothing from the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, body, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { chat, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const PAGE = body(200, "<!doctype html><title>Welcome</title>", { "content-type": "text/html" });

const CASES: Readonly<Record<string, readonly [path: string, how: Behaviour]>> = {
  "rerank that answers 500": ["/v1/rerank", apiError(500, null)],
  "embeddings that answer 503": ["/v1/embeddings", apiError(503, null)],
  "an unknown path that gives a page": ["/v1/no/such/path", PAGE],
  "an unknown path that answers 500": ["/v1/anything", apiError(500, null)],
};

for (const [what, [path, how]] of Object.entries(CASES)) {
  test(`fault 121: ${what}, twelve times: chat goes to all three as before`, async (t) => {
    const endpoints = { a: {}, b: {}, c: {} };
    const world = await worldFor(
      t,
      { endpoints, retries: { budget_min: 1_000 } },
      { clock: new HeldClock() },
    );
    for (const fake of Object.values(world.fakes)) fake.always(GOOD).on(path.slice(3), how);
    for (let time = 0; time < 12; time += 1) await world.ask({ path, body: { model: "m", query: "q" } });
    const before = Object.values(world.fakes).map(({ requests }) => requests.length);
    for (let time = 0; time < 18; time += 1) assert.equal((await world.ask(chat())).status, 200);
    const got = Object.values(world.fakes).map(({ requests }, at) => requests.length - (before[at] ?? 0));
    assert.deepEqual(got, [6, 6, 6]);
  });
}

test("fault 121: an operation that fails at one endpoint is ejected there for itself, and goes elsewhere", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } }, { clock: new HeldClock() });
  for (const fake of Object.values(world.fakes)) fake.always(GOOD);
  world.fakes.a.on("/rerank", apiError(500, null));
  const rerank = { path: "/v1/rerank", body: { model: "m", query: "q" } };
  for (let time = 0; time < 6; time += 1) assert.equal((await world.ask(rerank)).status, 200);
  const { message } = await world.log.line("endpoint_ejected");
  assert.match(message, /^a\/m \(rerank\) keeps failing/);
  const before = world.fakes.a.requests.length;
  for (let time = 0; time < 6; time += 1) await world.ask(rerank);
  assert.equal(world.fakes.a.requests.length, before);
  for (let time = 0; time < 4; time += 1) await world.ask(chat());
  assert.equal(world.fakes.a.requests.length, before + 2);
});

test("fault 121: paths that nobody has are told apart, in a bounded number", async (t) => {
  const world = await worldFor(
    t,
    { endpoints: { a: {} }, health: { consecutive_failures: 1 } },
    { clock: new HeldClock() },
  );
  world.fakes.a.always(apiError(500, null));
  for (let number = 0; number < 40; number += 1)
    await world.ask({ path: `/v1/path${number}`, body: { model: "m" } });
  const known = [...world.gateway.targets.health.targetBreakers("a/m")].map(([operation]) => operation);
  assert.equal(known.length, 16);
  assert.ok(known.includes("/path39"));
});

test("fault 121: 28 token counts at once, some of them 404, 429 and 500, eject nobody and make nothing rest", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } }, { clock: new HeldClock() });
  for (const fake of Object.values(world.fakes)) fake.always(GOOD);
  const answers = [404, 429, 500, 500, 500].map((status) => apiError(status, null));
  for (const fake of Object.values(world.fakes))
    fake.script(Array.from({ length: 40 }, (_, at) => answers[at % answers.length] ?? GOOD));
  const count = (number: number) =>
    world.ask({
      path: "/v1/messages/count_tokens",
      body: { model: "m", messages: [{ role: "user", content: `${number}` }] },
    });
  await Promise.all(Array.from({ length: 28 }, (_, number) => count(number)));
  for (const fake of Object.values(world.fakes)) fake.behave().always(GOOD);
  const events = world.log.lines.map(({ event }) => event);
  assert.deepEqual(
    events.filter((event) => event === "endpoint_ejected" || event === "rest_began"),
    [],
  );
  const before = world.fakes.a.requests.length;
  for (let time = 0; time < 8; time += 1) assert.equal((await world.ask(chat())).status, 200);
  assert.equal(world.fakes.a.requests.length, before + 4);
});
