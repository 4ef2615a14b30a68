// Names that two endpoints mean differently, and names asked for before anybody has told what it serves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { behaviour } from "../support/behaviours.ts";
import { deadPort } from "../support/ports.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { ask } from "../support/wire.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

test("fault 196: `endpoint/model` means that endpoint, although another one lists an id of that spelling", async (t) => {
  const world = await worldFor(t, {
    endpoints: {
      openai: { fake: { models: ["gpt-x"] } },
      router: { fake: { models: ["openai/gpt-x", "openai/other"] } },
    },
  });
  for (let time = 0; time < 2; time += 1) {
    const answer = await world.ask(chat("openai/gpt-x"));
    assert.equal(answer.header("x-oai-gateway-endpoint"), "openai");
    assert.equal(answer.header("x-oai-gateway-model"), "gpt-x");
  }
  // An id that the endpoint does not serve is the router's.
  assert.equal((await world.ask(chat("openai/other"))).header("x-oai-gateway-endpoint"), "router");
  const told = await world.log.line("name_clash");
  assert.match(told.message, /openai\/gpt-x.*means the model of the endpoint openai, although router/);
  assert.ok(world.gateway.table().notes.some(({ kind }) => kind === "name_clash"));
});

test("fault 197: while no endpoint has ever answered a model is not missing: 503 with the reasons", async (t) => {
  const endpoints = [{ name: "gone", base_url: `http://127.0.0.1:${await deadPort()}/v1` }];
  const { port } = await gatewayFor(t, { endpoints });
  const answer = await ask(port, chat("m"));
  assert.deepEqual([answer.status, errorOf(answer).code], [503, "no_available_target"]);
  assert.match(errorOf(answer).message, /gone: no connection \(ECONNREFUSED\)/);
  assert.equal(answer.header("retry-after"), "5");
  assert.equal(answer.header("x-should-retry"), undefined);
});

test("fault 197: once one has answered, a name that nobody lists is 404", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {} } });
  world.fakes.a.on(
    () => true,
    behaviour(async () => undefined),
  );
  assert.equal((await world.ask(chat("nonsense"))).status, 404);
});
