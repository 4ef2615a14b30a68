// Gemini's clients over endpoints that speak their words, their keys, their paths and their list of models.

import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultAnswer } from "../support/fakes/answers.ts";
import { json } from "../support/fakes/behaviours.ts";
import {
  GEMINI_EVENTS,
  GEMINI_LIST,
  generate,
  generateStream,
  googleErrorOf,
  methodOf,
  speakGemini,
} from "../support/gemini-world.ts";
import { chat, worldFor } from "../support/world.ts";

const NATIVE = { api: "gemini", api_key: "own-key" };

test("an endpoint that speaks Gemini gets every byte, and so does the client", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: NATIVE } } });
  speakGemini(fakes.one);
  const body =
    '{ "contents" : [ {"parts":[{"text":"hi"}]} ], "generationConfig":{"seed":12345678901234567890} }';
  const path = methodOf("generateContent", "m", "?key=client-key&x=1");
  const plain = await ask({ path, body, headers: { "content-type": "application/json" } });
  assert.equal(plain.status, 200);
  const [sent] = fakes.one.requests;
  assert.equal(sent?.body.toString(), body);
  assert.deepEqual(
    [sent?.path, sent?.header("x-goog-api-key"), sent?.header("authorization")],
    ["/v1/models/m:generateContent?x=1", "own-key", undefined],
  );
  assert.equal((await ask(generateStream())).text, GEMINI_EVENTS.join(""));
  assert.equal((await ask(generateStream(true))).text, GEMINI_LIST);
  assert.deepEqual((await ask(generate({}, methodOf("countTokens")))).json(), { totalTokens: 4 });
  const paths = fakes.one.requests.slice(1).map((request) => request.path);
  assert.deepEqual(paths, [
    "/v1/models/m:streamGenerateContent?alt=sse",
    "/v1/models/m:streamGenerateContent",
    "/v1/models/m:countTokens",
  ]);
  assert.equal(fakes.one.discoveries[0]?.path, "/v1/models?pageSize=1000");
  assert.equal(fakes.one.discoveries[0]?.header("x-goog-api-key"), "own-key");
});

test("chats in other words go beside it, and a model that is called otherwise there is so in path and body", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: NATIVE } },
    routing: { model_overrides: { alias: ["one/m"] } },
  });
  speakGemini(fakes.one);
  assert.equal((await ask(chat())).status, 200);
  const answer = await ask(generate({}, methodOf("generateContent", "alias")));
  assert.equal(answer.json()["modelVersion"], "alias");
  await ask({ path: methodOf("embedContent", "alias"), body: { model: "models/alias", content: {} } });
  assert.deepEqual(
    fakes.one.requests.map(({ path }) => path),
    ["/v1/openai/chat/completions", "/v1/models/m:generateContent", "/v1/models/m:embedContent"],
  );
  assert.deepEqual(fakes.one.requests[2]?.json(), { model: "models/m", content: {} });
});

test("Ollama's clients reach it by its chats, plain and in lines, and their embeddings by its vectors", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: NATIVE } } });
  speakGemini(fakes.one);
  for (const path of ["/chat/completions", "/embeddings"])
    fakes.one.on((request) => request.path.endsWith(`/openai${path}`), defaultAnswer(`/v1${path}`));
  const body = { model: "m", messages: [{ role: "user", content: "hi" }] };
  const plain = await ask({ path: "/api/chat", body: { ...body, stream: false } });
  assert.deepEqual([plain.status, plain.json()["done"]], [200, true]);
  const lines = await ask({ path: "//ollama/api/chat/", body });
  assert.equal(lines.header("content-type"), "application/x-ndjson");
  assert.match(lines.text, /"done":true[^\n]*\n$/);
  assert.equal((await ask({ path: "/api/embed", body: { model: "m", input: "hi" } })).status, 200);
  assert.deepEqual(
    fakes.one.requests.map(({ path }) => path),
    ["/v1/openai/chat/completions", "/v1/openai/chat/completions", "/v1/openai/embeddings"],
  );
});

test("the key of a client: in its header or in the query, and never in a log or at an endpoint", async (t) => {
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: { one: {} },
    server: { api_keys: ["client-key-1234"] },
  });
  const path = methodOf("generateContent");
  const asked = [
    await ask({ ...generate(), headers: { "x-goog-api-key": "client-key-1234" } }),
    await ask(generate({}, `${path}?key=client-key-1234`)),
    await ask(generate({}, `${path}?alt=json&key=client%2Dkey-1234`)),
    await ask({ path: "/v1beta/models?key=client-key-1234" }),
  ];
  assert.deepEqual(
    asked.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  const refused = await ask(generate({}, `${path}?key=wrong`));
  assert.deepEqual([refused.status, googleErrorOf(refused).status], [401, "UNAUTHENTICATED"]);
  // Elsewhere the query is no place for a key.
  assert.equal((await ask({ ...chat(), path: "/v1/chat/completions?key=client-key-1234" })).status, 401);
  const kept = JSON.stringify([
    log.lines,
    log.summaries,
    fakes.one.requests.map(({ path: sent, headers }) => [sent, headers]),
  ]);
  assert.doesNotMatch(kept, /client-key|client%2D/);
});

test("the list of models in Gemini's shape, by its path or by what its clients say", async (t) => {
  const { ask } = await worldFor(t, { endpoints: { one: { fake: { models: ["m", "a/b:c", "embedder"] } } } });
  const names = async (path: string, headers = {}): Promise<unknown> => {
    const list = (await ask({ path, headers })).json()["models"] as { readonly name: string }[] | undefined;
    return list?.map(({ name }) => name);
  };
  const expected = ["models/m", "models/a/b:c", "models/embedder"];
  assert.deepEqual(await names("/v1beta/models?pageSize=50"), expected);
  assert.deepEqual(await names("/v1/models", { "x-goog-api-client": "google-genai-sdk/2" }), expected);
  assert.equal(await names("/v1/models"), undefined);
  const one = (await ask({ path: "/v1beta/models/a/b:c" })).json();
  assert.deepEqual(
    [one["name"], one["supportedGenerationMethods"]],
    ["models/a/b:c", ["generateContent", "countTokens"]],
  );
});

test("paths as clients write them, and those of its API that are not served", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { fake: { models: ["m", "a/b:c"] } } } });
  const served = [
    "/v1/models/m:generateContent",
    "/v1alpha/models/m:generateContent",
    "//v1beta/models/m:generateContent/",
    "/gemini/v1beta/models/m:generateContent",
    "/v1/v1beta/models/m:generateContent",
    "/v1beta/models/a/b:c:generateContent",
    "/v1beta/models/a%2Fb%3Ac:generateContent",
    "/v1beta/models/m%3AgenerateContent",
    "/v1beta1/publishers/google/models/m:generateContent",
    "/v1beta1/projects/p/locations/l/publishers/google/models/m:generateContent",
  ];
  for (const path of served) assert.equal((await ask(generate({}, path))).status, 200, path);
  assert.equal(fakes.one.requests.length, served.length);
  const compatible = await ask({ ...chat(), path: "/v1beta/openai/chat/completions" });
  assert.deepEqual([compatible.status, compatible.json()["object"]], [200, "chat.completion"]);
  const others: readonly (readonly [string, number, RegExp])[] = [
    ["/v1beta/models/m:predict", 404, /these are served: generateContent/],
    ["/v1/models/m:predictLongRunning", 404, /these are served: generateContent/],
    ["/v1beta/cachedContents", 404, /ask that provider's API/],
    ["/upload/v1beta/files", 404, /ask that provider's API/],
    ["/v1beta/models/nope:generateContent", 404, /nope/],
    ["/v1beta/models/..%2f..%2fx:generateContent", 400, /segment/],
    ["/v1beta/models/m:generateContent?model=other", 400, /./],
    ["/v1beta/models/%E0%A4:generateContent", 404, /./],
    [`/v1beta/models/${"x".repeat(5_000)}:generateContent`, 400, /longer than/],
  ];
  for (const [path, status, message] of others) {
    const answer = await ask(generate({}, path));
    assert.equal(answer.status, status, path);
    assert.match(answer.text, message, path);
  }
  const got = await ask({ path: "/v1beta/models/m:generateContent" });
  assert.deepEqual([got.status, got.header("allow")], [405, "POST"]);
  assert.equal(fakes.one.requests.length, served.length + 1);
});

test("a list of models that a server of Gemini's tells in pages", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, { endpoints: { one: { config: NATIVE } } });
  fakes.one.on(
    ({ path }) => path.includes("pageToken=t%2F2"),
    json(200, { models: [{ name: "models/second" }] }),
  );
  const first = { models: [{ name: "models/first", inputTokenLimit: 9 }], nextPageToken: "t/2" };
  fakes.one.on(({ path }) => path === "/v1/models?pageSize=1000", json(200, first));
  assert.ok(gateway !== undefined);
  // A name that nobody lists has the endpoint asked again.
  assert.equal((await ask(generate({}, methodOf("countTokens", "second")))).status, 200);
  const list = (await ask({ path: "/v1/models" })).json()["data"] as { readonly id: string }[];
  assert.deepEqual(list.map(({ id }) => id).sort(), ["first", "second"]);
});
