// Requests that go on from kept objects go where these are; new objects go where they are wanted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { askedOf, clientOf, type ObjectsWorld, objectsWorld } from "../support/objects-world.ts";

async function post(
  w: ObjectsWorld,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number;
  readonly endpoint: string | null;
  readonly code: string;
  readonly message: string;
}> {
  const answer = await fetch(`${w.gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const value = (await answer.json()) as { error?: { code: string; message: string } };
  const { code = "", message = "" } = value.error ?? {};
  return { status: answer.status, endpoint: answer.headers.get("x-oai-gateway-endpoint"), code, message };
}

test("an answer goes on at the endpoint of the one before, every time, with a model and without", async (t) => {
  const w = await objectsWorld(t);
  const { id } = await w.openai.responses.create({ model: "b", input: "x" });
  for (const model of ["m", "m", "m", "b"]) {
    const answer = await post(w, "/responses", { model, input: "y", previous_response_id: id });
    assert.deepEqual([answer.status, answer.endpoint], [200, "beta"]);
  }
  const nameless = await post(w, "/responses", { input: "y", previous_response_id: id });
  assert.deepEqual([nameless.status, nameless.endpoint], [200, "beta"]);
  const counted = await post(w, "/responses/input_tokens", { input: "y", previous_response_id: id });
  assert.equal(counted.status, 404);
  assert.deepEqual(askedOf(w).alpha, []);
});

test("so does one of a conversation, by its id or as an object, of which the gateway never heard", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/conversations");
  for (const conversation of [id, { id }, id, { id }]) {
    const answer = await post(w, "/responses", { model: "m", input: "y", conversation });
    assert.deepEqual([answer.status, answer.endpoint], [200, "beta"]);
  }
  assert.deepEqual(askedOf(w).alpha, [`GET /conversations/${id}`]);
});

test("where the home does not serve the model that is a clear error, and nobody is asked", async (t) => {
  const w = await objectsWorld(t);
  const { id } = await w.openai.responses.create({ model: "b", input: "x" });
  askedOf(w);
  const answer = await post(w, "/responses", { model: "a", input: "y", previous_response_id: id });
  assert.deepEqual([answer.status, answer.code], [400, "object_elsewhere"]);
  assert.match(
    answer.message,
    /response `resp_beta1` is kept by the endpoint "beta", which does not serve the model `a`/,
  );
  assert.deepEqual(askedOf(w), { alpha: [], beta: [] });
});

test("what nobody has goes the usual way: the endpoint says what it thinks of it", async (t) => {
  const w = await objectsWorld(t);
  for (const previous of ["resp_none", "", "no id at all", "../../x", "x".repeat(3_000)]) {
    const answer = await post(w, "/responses", { model: "m", input: "y", previous_response_id: previous });
    assert.equal(answer.status, 200, previous);
  }
  const { alpha, beta } = askedOf(w);
  assert.deepEqual(
    alpha.filter((line) => line.startsWith("GET")),
    ["GET /responses/resp_none"],
  );
  assert.deepEqual(
    beta.filter((line) => line.startsWith("GET")),
    ["GET /responses/resp_none"],
  );
});

test("a file deep in a chat, an answer, or a new vector store takes it to the file's home", async (t) => {
  const w = await objectsWorld(t, { routing: { default_endpoint: "beta" } });
  const { id } = await w.openai.vectorStores.create({ name: "x" });
  const file = w.beta.put("/files");
  await w.openai.files.retrieve(file);
  const part = { type: "file", file: { file_id: file } };
  const input = [{ role: "user", content: [{ type: "input_file", file_id: file }] }];
  const tools = [{ type: "file_search", vector_store_ids: [id] }];
  for (let index = 0; index < 2; index++) {
    const bodies: readonly (readonly [string, object])[] = [
      ["/chat/completions", { model: "m", messages: [{ role: "user", content: [part] }] }],
      ["/responses", { model: "m", input }],
      ["/responses", { model: "m", input: "x", tools }],
      ["/vector_stores", { file_ids: [file] }],
    ];
    for (const [path, body] of bodies) assert.equal((await post(w, path, body)).endpoint, "beta", path);
  }
  // Words in a prompt are no ids.
  const said = { model: "m", messages: [{ role: "user", content: `{"file_id": "${file}"}` }] };
  const served = [await post(w, "/chat/completions", said), await post(w, "/chat/completions", said)];
  assert.deepEqual(served.map(({ endpoint }) => endpoint).sort(), ["alpha", "beta"]);
});

test("objects of two endpoints cannot be used together", async (t) => {
  const w = await objectsWorld(t);
  const one = await w.openai.responses.create({ model: "a", input: "x" });
  const file = w.beta.put("/files");
  await w.openai.files.retrieve(file);
  const input = [{ role: "user", content: [{ type: "input_file", file_id: file }] }];
  const answer = await post(w, "/responses", { model: "m", input, previous_response_id: one.id });
  assert.deepEqual([answer.status, answer.code], [400, "objects_apart"]);
  const store = await w.openai.vectorStores.create(
    { name: "x" },
    { headers: { "x-oai-gateway-endpoint": "alpha" } },
  );
  const added = await post(w, `/vector_stores/${store.id}/files`, { file_id: file });
  assert.deepEqual([added.status, added.code], [400, "objects_apart"]);
});

test("a new object goes to the endpoint of the header, else of the key, else of the configuration", async (t) => {
  const keys = [
    { name: "k", key: "sk-key", default_endpoint: "alpha" },
    { name: "l", key: "sk-other" },
  ];
  const w = await objectsWorld(t, { routing: { default_endpoint: "beta" }, server: { api_keys: keys } });
  const headers = { "x-oai-gateway-endpoint": "beta" };
  const byKey = clientOf(w.gateway, "sk-key");
  const other = clientOf(w.gateway, "sk-other");
  for (let index = 0; index < 2; index++) {
    assert.match((await byKey.vectorStores.create({}, { headers })).id, /^vs_beta/);
    assert.match((await byKey.vectorStores.create({})).id, /^vs_alpha/);
    assert.match((await other.vectorStores.create({})).id, /^vs_beta/);
  }
  // The header is for the gateway alone.
  const sent = [...w.alpha.requests, ...w.beta.requests];
  assert.ok(sent.every((request) => request.headers["x-oai-gateway-endpoint"] === undefined));
});

test("a default endpoint that is not in use refuses new objects and sends them nowhere else", async (t) => {
  const more = { beta: { enabled: false } };
  const w = await objectsWorld(t, { routing: { default_endpoint: "beta" }, more });
  const answer = await post(w, "/vector_stores", {});
  assert.deepEqual([answer.status, answer.code], [503, "no_available_target"]);
  assert.deepEqual(askedOf(w).alpha, []);
});

test("an endpoint without such objects passes a new one on to the next", async (t) => {
  const w = await objectsWorld(t);
  w.alpha.status = 404;
  for (let index = 0; index < 3; index++)
    assert.match((await w.openai.conversations.create()).id, /^conv_beta/);
});

test("of an endpoint with keys of several accounts, the key that made an object is used for it", async (t) => {
  const more = { alpha: { api_keys: ["sk-1", "sk-2", "sk-3"] }, beta: { enabled: false } };
  const w = await objectsWorld(t, { more });
  w.alpha.isKeyed = true;
  const ids: string[] = [];
  for (let index = 0; index < 3; index++) ids.push((await w.openai.conversations.create()).id);
  for (let index = 0; index < 4; index++)
    for (const id of ids) assert.equal((await w.openai.conversations.retrieve(id)).id, id);
  const late = {
    ...(w.alpha.objects.get("/conversations") ?? [])[0],
    id: "conv_late",
    account: "Bearer sk-3",
  };
  w.alpha.objects.get("/conversations")?.push(late);
  assert.equal((await w.openai.conversations.retrieve("conv_late")).id, "conv_late");
});

test("agents and vaults go to the one endpoint that is named, whatever is below them, and nowhere where none is", async (t) => {
  const w = await objectsWorld(t, { routing: { default_endpoint: "beta" } });
  for (const line of ["GET /agents", "POST /agents/agent_1/sessions", "DELETE /vaults/v_1/items/x"]) {
    const [method = "", path = ""] = line.split(" ");
    await (await fetch(`${w.gateway.url}${path}`, { method })).body?.cancel();
    assert.deepEqual(askedOf(w), { alpha: [], beta: [line] });
  }
  const none = await objectsWorld(t);
  const refused = await post(none, "/agents", {});
  assert.deepEqual([refused.status, refused.code], [404, "unknown_path"]);
  assert.match(refused.message, /has to be named: by routing\.default_endpoint/);
  const keyed = await objectsWorld(t, {
    server: { api_keys: ["sk-key"] },
    routing: { default_endpoint: "beta" },
  });
  const closed = await post(keyed, "/agents", {}, { authorization: "Bearer sk-key" });
  assert.match(closed.message, /server\.pass_unknown_paths: true/);
});
