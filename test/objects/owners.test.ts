// Clients with named keys do not reach one another's objects.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type OpenAI from "openai";
import { askedOf, clientOf, type ObjectsWorld, objectsWorld } from "../support/objects-world.ts";

type Owned = ObjectsWorld & { readonly ann: OpenAI; readonly ben: OpenAI; readonly few: OpenAI };

async function ownedWorld(t: TestContext): Promise<Owned> {
  const keys = [
    { name: "ann", key: "sk-ann" },
    { name: "ben", key: "sk-ben" },
    { name: "few", key: "sk-few", models: ["a"] },
    "sk-plain-1",
    "sk-plain-2",
  ];
  const w = await objectsWorld(t, { server: { api_keys: keys } });
  const client = (key: string): OpenAI => clientOf(w.gateway, key);
  return { ...w, ann: client("sk-ann"), ben: client("sk-ben"), few: client("sk-few") };
}

const MISSING = { status: 404, code: "object_not_found" };

test("another client's object is one that is not there, however it is named, and nobody is asked for it", async (t) => {
  const w = await ownedWorld(t);
  const { id } = await w.ann.responses.create({ model: "b", input: "x" });
  const store = (await w.ann.vectorStores.create({})).id;
  askedOf(w);
  await assert.rejects(w.ben.responses.retrieve(id), MISSING);
  await assert.rejects(w.ben.responses.delete(id), MISSING);
  await assert.rejects(w.ben.responses.create({ model: "m", input: "x", previous_response_id: id }), MISSING);
  const tools = [{ type: "file_search" as const, vector_store_ids: [store] }];
  await assert.rejects(w.ben.responses.create({ model: "m", input: "x", tools }), MISSING);
  // In a place that nobody thought of, and in escapes.
  const escaped = `{"model":"m","input":"x","previous_respons\\u0065_id":"${id.replace("r", "\\u0072")}","x":{"y":["${store}"]}}`;
  const answer = await fetch(`${w.gateway.url}/responses`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer sk-ben" },
    body: escaped,
  });
  assert.equal(answer.status, 404);
  await answer.body?.cancel();
  assert.deepEqual(askedOf(w), { alpha: [], beta: [] });
  assert.equal((await w.ann.responses.retrieve(id)).id, id);
});

test("keys without a name are one client", async (t) => {
  const w = await ownedWorld(t);
  const { id } = await clientOf(w.gateway, "sk-plain-1").vectorStores.create({});
  assert.equal((await clientOf(w.gateway, "sk-plain-2").vectorStores.retrieve(id)).id, id);
  await assert.rejects(w.ann.vectorStores.retrieve(id), MISSING);
});

test("a list has a client's own objects and those of nobody; for a key of some models its own alone", async (t) => {
  const w = await ownedWorld(t);
  const nobodys = w.alpha.put("/vector_stores");
  const anns = (await w.ann.vectorStores.create({})).id;
  const bens = (await w.ben.vectorStores.create({})).id;
  const fews = (await w.few.vectorStores.create({})).id;
  const seen = async (client: OpenAI): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { id } of client.vectorStores.list({ limit: 1 })) ids.push(id);
    return ids.sort();
  };
  assert.deepEqual(await seen(w.ann), [nobodys, anns].sort());
  assert.deepEqual(await seen(w.ben), [nobodys, bens].sort());
  assert.deepEqual(await seen(w.few), [fews]);
});

test("a key of some models keeps its objects where one of these is served, and runs no model unseen", async (t) => {
  const w = await ownedWorld(t);
  for (let index = 0; index < 3; index++) assert.match((await w.few.vectorStores.create({})).id, /^vs_alpha/);
  const batch = {
    input_file_id: "file-x",
    endpoint: "/v1/responses" as const,
    completion_window: "24h" as const,
  };
  await assert.rejects(w.few.batches.create(batch), { status: 403, code: "model_not_allowed" });
  await assert.rejects(
    w.few.evals.create({ data_source_config: { type: "custom", item_schema: {} }, testing_criteria: [] }),
    { status: 403 },
  );
  await assert.rejects(w.few.vectorStores.create({}, { headers: { "x-oai-gateway-endpoint": "beta" } }), {
    status: 400,
    code: "unknown_endpoint",
  });
});
