// `/livez`, `/readyz` and `/startupz`: what each says and when, to whom names are told, and that no load keeps them back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, held, json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { ask } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const VERBOSE = { path: "/readyz?verbose" };

test("a gateway that serves says so, with reasons and names only where that is asked for on this machine", async (t) => {
  const world = await worldFor(t, { endpoints: { one: {}, two: {} } });
  for (const path of ["/livez", "/health", "/readyz", "/startupz"]) {
    const answer = await world.ask({ path });
    assert.deepEqual([answer.status, answer.json()], [200, { status: "ok" }], path);
  }
  const list = [
    { name: "one", usable: true },
    { name: "two", usable: true },
  ];
  const told = { status: "ok", reasons: [], models: 1 };
  const endpoints = { usable: 2, total: 2 };
  assert.deepEqual((await world.ask(VERBOSE)).json(), { ...told, endpoints: { ...endpoints, list } });
  const byAccept = await world.ask({ path: "/readyz", headers: { accept: "application/json" } });
  assert.deepEqual(byAccept.json(), { ...told, endpoints: { ...endpoints, list } });
  const forwarded = await world.ask({ ...VERBOSE, headers: { "x-forwarded-for": "192.0.2.1" } });
  assert.deepEqual(forwarded.json(), { ...told, endpoints });
});

test("where no endpoint can be used it is not ready, and says why; it is live all the same", async (t) => {
  const world = await worldFor(t, {
    endpoints: { one: {} },
    health: { consecutive_failures: 1, active_probes: false },
  });
  world.fakes.one.always(apiError(503, null));
  await world.ask(chat());
  world.gateway.targets.health.cooldowns.set(
    { endpoint: "one", credential: 0, model: undefined },
    "dead_key",
  );
  const answer = await world.ask(VERBOSE);
  assert.equal(answer.status, 503);
  assert.equal(answer.json()["status"], "no_endpoint_usable");
  assert.equal((await world.ask({ path: "/livez" })).status, 200);
  assert.equal((await world.ask({ path: "/startupz" })).status, 200);
});

test("before the first lists it is neither started nor ready", async (t) => {
  const gate = new Gate();
  const fake = await fakeFor(t);
  fake.on("GET /models", held(gate, json(200, { data: [] })));
  const endpoints = [{ name: "one", base_url: fake.url }];
  const { port, gateway } = await gatewayFor(t, { endpoints }, { waitsForLists: false });
  for (const path of ["/startupz", "/readyz"]) {
    const answer = await ask(port, { path });
    assert.deepEqual([answer.status, answer.json()], [503, { status: "starting" }], path);
  }
  gate.open(Number.POSITIVE_INFINITY);
  await gateway.catalogue.firstAnswers();
  assert.equal((await ask(port, { path: "/startupz" })).status, 200);
  assert.deepEqual((await ask(port, { path: "/readyz" })).json(), { status: "no_models" });
});

test("a gateway that is full answers them at once, and without a key", async (t) => {
  const gate = new Gate();
  const world = await worldFor(t, {
    server: { max_in_flight: 1, queue: { max: 0 }, api_keys: ["sk-client-0123456789abcdef"] },
    endpoints: { one: {} },
  });
  world.fakes.one.always(held(gate, json(200, { choices: [] })));
  const headers = { authorization: "Bearer sk-client-0123456789abcdef" };
  const first = world.ask({ ...chat(), headers });
  await world.fakes.one.waitForRequest();
  assert.equal((await world.ask({ ...chat(), headers })).status, 503);
  for (const path of ["/livez", "/readyz", "/startupz"])
    assert.equal((await world.ask({ path })).status, 200);
  gate.open(Number.POSITIVE_INFINITY);
  await first;
});
