// Names as clients see them: merging, overrides, pins, hidden originals. What is compiled from what has its tests
// beside `src/routing/`; prefix mode is in `discovery.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../support/wire.ts";
import { chat, type World, worldFor } from "../support/world.ts";

const TWO = {
  a: { fake: { models: ["gpt-4", "shared", "org/repo"] } },
  b: { fake: { models: ["gpt-4-turbo", "shared"] } },
};

/** Endpoint and upstream name of so many requests in turn. */
async function route(world: Pick<World<string>, "ask">, model: string, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let time = 0; time < count; time += 1) {
    const answer = await world.ask(chat(model));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json()["model"], model);
    found.push(`${answer.header("x-oai-gateway-endpoint")}/${answer.header("x-oai-gateway-model")}`);
  }
  return found;
}

test("an override has exactly its targets; the originals stay listed and callable", async (t) => {
  const model_overrides = {
    best: ["a/gpt-4", "b/gpt-4-turbo"],
    deep: ["a/org/repo"],
    ghost: ["b/never-listed"],
  };
  const world = await worldFor(t, { endpoints: TWO, routing: { model_overrides } });
  assert.deepEqual(await route(world, "best", 4), ["a/gpt-4", "b/gpt-4-turbo", "a/gpt-4", "b/gpt-4-turbo"]);
  assert.deepEqual(await route(world, "deep", 1), ["a/org/repo"]);
  assert.deepEqual(await route(world, "ghost", 1), ["b/never-listed"]);
  assert.deepEqual(await route(world, "gpt-4", 2), ["a/gpt-4", "a/gpt-4"]);
  assert.deepEqual(await route(world, "shared", 2), ["a/shared", "b/shared"]);
  const listed = ["best", "deep", "ghost", "gpt-4", "gpt-4-turbo", "org/repo", "shared"];
  assert.deepEqual(await idsOf(world.port), listed);
  assert.ok(world.gateway.table().notes.some(({ kind }) => kind === "unlisted_target"));
});

test('an override of a listed name takes that name over; "*" keeps those who list it', async (t) => {
  const only = await worldFor(t, {
    endpoints: TWO,
    routing: { model_overrides: { shared: ["b/gpt-4-turbo"] } },
  });
  assert.deepEqual(await route(only, "shared", 2), ["b/gpt-4-turbo", "b/gpt-4-turbo"]);
  assert.ok(
    only.gateway.table().notes.some(({ kind, endpoint }) => kind === "not_among_targets" && endpoint === "a"),
  );
  const model_overrides = { shared: ["*", { target: "b/gpt-4-turbo", weight: 2 }] };
  const both = await worldFor(t, { endpoints: TWO, routing: { model_overrides } });
  assert.deepEqual((await route(both, "shared", 4)).sort(), [
    "a/shared",
    "b/gpt-4-turbo",
    "b/gpt-4-turbo",
    "b/shared",
  ]);
});

test("endpoint/model means that endpoint first, whoever lists a name of that spelling", async (t) => {
  const models = ["m", "b/m"];
  const world = await worldFor(t, { endpoints: { a: { fake: { models } }, b: {} } });
  assert.deepEqual(await route(world, "a/m", 3), ["a/m", "a/m", "a/m"]);
  assert.deepEqual(await route(world, "b/m", 2), ["b/m", "b/m"]);
  assert.deepEqual(await route(world, "a/b/m", 1), ["a/b/m"]);
  assert.equal((await world.ask(chat("a/none"))).status, 404);
  assert.deepEqual(await idsOf(world.port), ["b/m", "m"]);
});

test("hidden originals are off the list and still callable", async (t) => {
  const routing = { model_overrides: { best: ["a/gpt-4", "b/gpt-4-turbo"] }, hide_merged: true };
  const world = await worldFor(t, { endpoints: TWO, routing });
  assert.deepEqual(await idsOf(world.port), ["best", "org/repo", "shared"]);
  assert.deepEqual(await route(world, "gpt-4", 1), ["a/gpt-4"]);
});

async function idsOf(port: number): Promise<string[]> {
  const { data } = (await ask(port, { path: "/v1/models" })).json();
  assert.ok(Array.isArray(data));
  return data.map((entry: { readonly id: string }) => entry.id).sort();
}
