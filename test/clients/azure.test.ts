// Clients and endpoints of Azure's: OpenAI's own client for Azure and plain requests, in all forms of its paths, over an
// endpoint that is as strict as Azure's about its version, its key and its deployments.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { AzureOpenAI, toFile } from "openai";
import { ANSWER_TEXT, defaultAnswer } from "../support/fakes/answers.ts";
import { behaviour, json } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { handshake, realtimeWorld } from "../support/fakes/realtime-world.ts";
import { gatewayFor, type TestGateway } from "../support/start-gateway.ts";
import { ask } from "../support/wire.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const BASE = "/openai/v1";
const DEPLOYMENTS = "/openai/deployments";
const LISTED = [
  { id: "dep", object: "deployment", model: "gpt-4o", status: "succeeded" },
  { id: "speech", object: "deployment", model: "tts-1", status: "succeeded" },
  { id: "gone", object: "deployment", model: "gpt-4", status: "failed" },
];

function refusal(status: number, code: string, message: string): ReturnType<typeof json> {
  return json(status, { error: { code, message } });
}

/** What Azure answers: the key in its own header, no dated version below /v1, and the name of a deployment as the model. */
const AZURE_ANSWER = behaviour(async (exchange) => {
  const { request } = exchange;
  const isForm = request.header("content-type")?.startsWith("multipart") === true;
  const model = isForm
    ? /name="model"\r\n\r\n([^\r]+)/.exec(request.body.toString("latin1"))?.[1]
    : request.json()["model"];
  const isKnown = LISTED.some(({ id }) => id === model);
  const answer =
    request.header("api-key") !== KEY
      ? refusal(401, "401", "Access denied due to invalid subscription key or wrong API endpoint.")
      : /api-version=\d{4}/.test(request.path)
        ? refusal(400, "BadRequest", "api-version query parameter is not allowed when using /v1 path")
        : isKnown
          ? defaultAnswer(request.path)
          : refusal(404, "DeploymentNotFound", "The API deployment for this resource does not exist.");
  await answer.run(exchange);
});

type AzureWorld = { readonly endpoint: FakeEndpoint; readonly gateway: TestGateway };

async function azureFor(t: TestContext, config: object = {}, key: string = KEY): Promise<AzureWorld> {
  const endpoint = await fakeFor(t, { basePath: BASE, models: ["gpt-4o", "gpt-4", "tts-1"] });
  endpoint.always(AZURE_ANSWER).on(`GET ${DEPLOYMENTS}`, json(200, { object: "list", data: LISTED }));
  const gateway = await gatewayFor(t, {
    endpoints: [{ name: "azure", base_url: endpoint.url, api: "azure", api_key: key, ...config }],
    server: { api_keys: ["sk-caller"] },
    routing: { model_overrides: { nick: ["azure/dep"] } },
  });
  return { endpoint, gateway };
}

type Made = ConstructorParameters<typeof AzureOpenAI>[0];
const VERSION = "2024-10-21";

function clientOf(gateway: TestGateway, where: Made): AzureOpenAI {
  const text = JSON.stringify({ maxRetries: 0, apiKey: "sk-caller", apiVersion: VERSION, ...where });
  return new AzureOpenAI(JSON.parse(text.replaceAll("GATEWAY", `http://127.0.0.1:${gateway.port}`)) as Made);
}

const WAYS: Readonly<Record<string, Made>> = {
  "the address alone": { endpoint: "GATEWAY" },
  "a deployment": { endpoint: "GATEWAY/", deployment: "nick" },
  "the prefix": { baseURL: "GATEWAY/openai" },
  "the present path": { baseURL: "GATEWAY/openai/v1", apiVersion: "preview" },
  "a deployment's path": { baseURL: "GATEWAY/openai/deployments/nick" },
};

for (const [name, where] of Object.entries(WAYS)) {
  test(`the client for Azure, given ${name}: chats, responses, vectors, sound, pictures, models`, async (t) => {
    const { endpoint, gateway } = await azureFor(t);
    const azure = clientOf(gateway, where);
    const messages = [{ role: "user" as const, content: "hi" }];
    const chat = await azure.chat.completions.create({ model: "nick", messages });
    assert.deepEqual([chat.model, chat.choices[0]?.message.content], ["nick", ANSWER_TEXT]);
    let text = "";
    for await (const part of await azure.chat.completions.create({ model: "nick", messages, stream: true }))
      text += part.choices[0]?.delta.content ?? "";
    assert.equal(text, ANSWER_TEXT);
    assert.equal((await azure.responses.create({ model: "nick", input: "hi" })).output_text, ANSWER_TEXT);
    assert.equal((await azure.embeddings.create({ model: "nick", input: "hi" })).data.length, 1);
    const file = await toFile(Buffer.from("sound"), "a.wav");
    await azure.audio.transcriptions.create({ model: "nick", file });
    await azure.audio.translations.create({ model: "nick", file });
    await azure.audio.speech.create({ model: "nick", input: "hi", voice: "alloy" });
    await azure.images.generate({ model: "nick", prompt: "a cat" });
    await azure.images.edit({
      model: "nick",
      prompt: "a hat",
      image: await toFile(Buffer.from("x"), "a.png"),
    });
    await azure.completions.create({ model: "nick", prompt: "hi" });
    const paths = endpoint.requests.filter(({ method }) => method === "POST").map(({ path }) => path);
    const version = where?.apiVersion === undefined ? "" : "?api-version=preview";
    const asked =
      "chat/completions chat/completions responses embeddings audio/transcriptions audio/translations audio/speech images/generations images/edits completions";
    assert.deepEqual(
      paths,
      asked.split(" ").map((one) => `${BASE}/${one}${version}`),
    );
    for (const request of endpoint.requests) {
      assert.equal(request.header("authorization"), undefined);
      assert.ok(!String(request.rawHead).includes("sk-caller"));
    }
    if (where?.baseURL?.includes("deployments") === true) return;
    const ids: string[] = [];
    for await (const model of azure.models.list()) ids.push(model.id);
    assert.deepEqual(ids, ["dep", "speech", "nick"]);
    assert.equal((await azure.models.retrieve("nick")).id, "nick");
  });
}

test("errors, as the client for Azure reads them: of the endpoint, of the gateway, of a key", async (t) => {
  const { gateway } = await azureFor(t, { models: ["dep", "base"] });
  const messages = [{ role: "user" as const, content: "hi" }];
  const azure = clientOf(gateway, { endpoint: "GATEWAY" });
  await assert.rejects(azure.chat.completions.create({ model: "base", messages }), { status: 404 });
  await assert.rejects(azure.chat.completions.create({ model: "none", messages }), {
    status: 404,
    code: "model_not_found",
  });
  const stranger = clientOf(gateway, { endpoint: "GATEWAY", apiKey: "sk-wrong" });
  await assert.rejects(stranger.chat.completions.create({ model: "dep", messages }), {
    status: 401,
    code: "invalid_api_key",
  });
  const unknown = await ask(gateway.port, {
    path: "/openai/deployments/dep/extensions?api-version=1",
    headers: { "api-key": "sk-caller" },
    body: {},
  });
  assert.equal(unknown.status, 404);
  assert.deepEqual(Object.keys(Object(unknown.json()["error"])).sort(), ["code", "message", "param", "type"]);
});

test("deployments are what an Azure endpoint lists; where they cannot be had, its models", async (t) => {
  const { endpoint, gateway } = await azureFor(t);
  const listed = endpoint.requests.filter(({ path }) => path.startsWith(DEPLOYMENTS));
  assert.match(listed[0]?.path ?? "", /^\/openai\/deployments\?api-version=\d{4}-\d\d-\d\d-preview$/);
  assert.equal(listed[0]?.header("api-key"), KEY);
  assert.equal(endpoint.discoveries.length, 0);
  assert.ok(gateway.gateway.table().resolve("gpt-4o") === undefined);
  for (const answer of [
    refusal(404, "404", "Resource not found"),
    json(200, { object: "list", data: [{ id: "x" }] }),
  ]) {
    const other = await fakeFor(t, { basePath: BASE, models: ["gpt-4o"] });
    other.on(`GET ${DEPLOYMENTS}`, answer);
    const world = await gatewayFor(t, { endpoints: [{ name: "azure", base_url: other.url, api: "azure" }] });
    assert.ok(world.gateway.table().resolve("gpt-4o") !== undefined);
    assert.equal(other.discoveries.length, 1);
  }
});

test("a token of Entra stays a bearer token where deployments are listed", async (t) => {
  const token = "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln";
  const { endpoint } = await azureFor(t, {}, token);
  const [listed] = endpoint.requests;
  assert.deepEqual(
    [listed?.header("authorization"), listed?.header("api-key")],
    [`Bearer ${token}`, undefined],
  );
});

test("a deployment behind whatever base a client was given", async (t) => {
  const { endpoint, gateway } = await azureFor(t);
  for (const base of ["/openai", "/openai/v1", "/v1", ""]) {
    const path = `${base}/deployments/nick/chat/completions?api-version=${VERSION}`;
    const body = { messages: [{ role: "user", content: "hi" }] };
    const answer = await ask(gateway.port, { path, headers: { "api-key": "sk-caller" }, body });
    assert.deepEqual([answer.status, answer.json()["model"]], [200, "nick"], base);
    const sent = endpoint.requests.at(-1);
    assert.deepEqual([sent?.path, sent?.json()["model"]], [`${BASE}/chat/completions`, "dep"]);
  }
});

test("a session: with the model by either name of the parameter, without a dated version", async (t) => {
  const config = { api: "azure", models: ["m"] };
  const { port, first } = await realtimeWorld(
    t,
    { server: { api_keys: ["sk-caller"] }, routing: { model_overrides: { nick: ["a/m"] } } },
    config,
  );
  for (const query of ["model=nick", "deployment=nick", `api-version=${VERSION}&deployment=m`]) {
    const client = await handshake(t, port, { "api-key": "sk-caller" }, `/openai/realtime?${query}`);
    assert.equal((await client.head()).status, 101, query);
    const { request } = await first.session();
    assert.equal(request.url, "/v1/realtime?model=m", query);
    assert.deepEqual([request.headers["api-key"], request.headers["authorization"]], ["key-of-a", undefined]);
  }
  for (const [query, status] of [
    ["deployment=m&deployment=nick", 400],
    ["deployment=none", 404],
    ["api-version=1", 400],
  ] as const) {
    const client = await handshake(t, port, { "api-key": "sk-caller" }, `/openai/realtime?${query}`);
    assert.equal((await client.head()).status, status, query);
  }
});
