// Gemini's clients over endpoints that have other APIs: what is asked of these, and what the clients are told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, events, json, stream } from "../support/fakes/behaviours.ts";
import { only } from "../support/fakes/one-api.ts";
import { makeResponsesOnly } from "../support/fakes/one-wire-endpoint.ts";
import { generate, generateStream, googleErrorOf, methodOf, textIn } from "../support/gemini-world.ts";
import { CHAT_EVENTS, CHATS, COMPLETION, MESSAGE, MESSAGE_EVENTS, MESSAGES } from "../support/two-apis.ts";
import { sse } from "../support/wire.ts";
import { worldFor } from "../support/world.ts";

const USAGE = {
  promptTokenCount: 10,
  candidatesTokenCount: 2,
  totalTokenCount: 12,
  cachedContentTokenCount: 4,
};
const HELLO = {
  candidates: [{ content: { parts: [{ text: "Hello" }], role: "model" }, finishReason: "STOP", index: 0 }],
  usageMetadata: USAGE,
  modelVersion: "m",
  responseId: "chatcmpl-1",
};

test("over chats: asked once and at once, with the endpoint's key and nothing of the client's", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { api_key: "sk-own" } } } });
  fakes.one.always(only(CHATS, json(200, COMPLETION)));
  const headers = {
    "x-goog-api-key": "client-key",
    "x-goog-api-client": "google-genai-sdk/2.32.0 gl-node/24",
  };
  const fields = { generationConfig: { topK: 40, temperature: 0.5 }, safetySettings: [] };
  const answer = await ask({ ...generate(fields), headers });
  assert.deepEqual([answer.status, answer.json()], [200, HELLO]);
  assert.equal(answer.header("x-oai-gateway-translation"), "gemini-chat");
  assert.equal(
    answer.header("x-oai-gateway-warning"),
    "not carried over: safetySettings, generationConfig.topK",
  );
  assert.equal(fakes.one.requests.length, 1);
  const [sent] = fakes.one.requests;
  assert.deepEqual([sent?.path, sent?.header("authorization")], [CHATS, "Bearer sk-own"]);
  assert.deepEqual(sent?.json(), {
    model: "m",
    temperature: 0.5,
    messages: [{ role: "user", content: "hi" }],
  });
  assert.ok(!JSON.stringify(sent?.headers).includes("client-key"));
});

test("a stream as events, and as one list where no events are asked for", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.always(only(CHATS, stream(CHAT_EVENTS)));
  const told = await ask(generateStream());
  assert.equal(told.header("content-type"), "text/event-stream");
  const values = sse(told.text).map(({ data }) => JSON.parse(data));
  assert.equal(textIn(values), "Hello");
  assert.deepEqual(
    values.map(({ candidates }) => candidates[0].finishReason),
    [undefined, undefined, "STOP"],
  );
  assert.deepEqual(values.at(-1)?.usageMetadata, USAGE);
  const listed = await ask(generateStream(true));
  assert.equal(listed.header("content-type"), "application/json");
  assert.deepEqual(JSON.parse(listed.text), values);
  for (const sent of fakes.one.requests) assert.equal(sent.json()["stream"], true);
});

test("over messages and over Responses, by way of chats", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { speaks: ["messages"] } }, two: { config: { speaks: ["responses"] } } },
  });
  fakes.one.always(only(MESSAGES, json(200, MESSAGE)));
  makeResponsesOnly(fakes.two);
  const answers = [await ask(generate()), await ask(generate())];
  assert.deepEqual(
    answers.map((answer) => answer.header("x-oai-gateway-translation")),
    ["gemini-messages", "gemini-responses"],
  );
  assert.deepEqual(answers[0]?.json()["usageMetadata"], USAGE);
  assert.equal(answers[1]?.status, 200);
  fakes.one.always(only(MESSAGES, stream(MESSAGE_EVENTS)));
  const streams = [await ask(generateStream()), await ask(generateStream(true))];
  for (const [at, { status, text }] of streams.entries()) {
    const values = at === 0 ? sse(text).map(({ data }) => JSON.parse(data)) : JSON.parse(text);
    assert.deepEqual([status, values.at(-1).candidates[0].finishReason], [200, "STOP"]);
  }
});

test("an error of an endpoint, and one of ours, in Google's envelope", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} }, retries: { attempts: 1 } });
  fakes.one.always(only(CHATS, apiError(400, "context_length_exceeded")));
  const long = await ask(generate());
  assert.deepEqual([long.status, googleErrorOf(long).status], [400, "INVALID_ARGUMENT"]);
  assert.match(googleErrorOf(long).message, /^The input token count exceeds the maximum number of tokens/);
  fakes.one.always(only(CHATS, apiError(429, "rate_limit_exceeded", { "retry-after": "7" })));
  const limited = googleErrorOf(await ask(generate()));
  assert.deepEqual([limited.code, limited.status], [429, "RESOURCE_EXHAUSTED"]);
  // The endpoint rests, so that the gateway says by itself when to come again.
  const resting = googleErrorOf(await ask(generate()));
  assert.deepEqual(
    resting.details?.map(({ "@type": type }) => type),
    ["type.googleapis.com/google.rpc.ErrorInfo", "type.googleapis.com/google.rpc.RetryInfo"],
  );
  const missing = await ask(generate({}, methodOf("generateContent", "nope")));
  const { code, status, details } = googleErrorOf(missing);
  assert.deepEqual(
    [missing.status, code, status, details?.[0]?.["reason"]],
    [404, 404, "NOT_FOUND", "MODEL_NOT_FOUND"],
  );
});

test("a stream that breaks off ends in an error, and a list is a whole one all the same", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const pieces of [
    CHAT_EVENTS.slice(0, 2),
    [CHAT_EVENTS[1] ?? "", ...events([{ error: { message: "boom", code: 503 } }])],
  ]) {
    fakes.one.always(only(CHATS, stream(pieces)));
    const told = sse((await ask(generateStream())).text).map(({ data }) => JSON.parse(data));
    const listed = JSON.parse((await ask(generateStream(true))).text);
    assert.deepEqual(listed, told);
    assert.equal(told.length, 2);
    assert.equal(textIn(told[0]), "Hel");
    assert.deepEqual(Object.keys(told[1]), ["error"]);
    assert.ok(told[1].error.code >= 500);
  }
});

test("tokens that nobody counts are estimated, and said to be", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const answer = await ask(generate({}, methodOf("countTokens")));
  assert.deepEqual([answer.status, answer.json()["estimated"]], [200, true]);
  assert.match(answer.header("x-oai-gateway-warning") ?? "", /^totalTokens is an estimate/);
  const data = "A".repeat(100_000);
  const contents = [{ parts: [{ inlineData: { mimeType: "image/png", data } }] }];
  const whole = { generateContentRequest: { model: "models/m", contents } };
  const pictured = await ask({ path: methodOf("countTokens"), body: whole });
  assert.ok(Number(pictured.json()["totalTokens"]) < 2_000);
  assert.deepEqual(fakes.one.requests, []);
});

test("vectors of one text and of several", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const packed = Buffer.from(new Float32Array([0.5, -2]).buffer).toString("base64");
  const data = [
    { index: 1, embedding: packed },
    { index: 0, embedding: [1, 2] },
  ];
  fakes.one.always(only("/v1/embeddings", json(200, { data, usage: { prompt_tokens: 3 } })));
  const content = { parts: [{ text: "a" }, { text: "b" }] };
  const one = { content, taskType: "RETRIEVAL_QUERY", outputDimensionality: 2 };
  const single = await ask({ path: methodOf("embedContent"), body: one });
  assert.deepEqual(single.json(), {
    embedding: { values: [1, 2] },
    usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
  });
  assert.equal(single.header("x-oai-gateway-warning"), "not carried over: taskType");
  const requests = [
    { model: "models/m", content },
    { model: "models/m", content: { parts: [{ text: "c" }] } },
  ];
  const several = await ask({ path: methodOf("batchEmbedContents"), body: { requests } });
  assert.deepEqual(several.json()["embeddings"], [{ values: [1, 2] }, { values: [0.5, -2] }]);
  assert.deepEqual(
    fakes.one.requests.map((sent) => sent.json()),
    [
      { model: "m", input: "a\nb", dimensions: 2 },
      { model: "m", input: ["a\nb", "c"] },
    ],
  );
  for (const body of [{}, { requests: [] }, { requests: [{ content: { parts: [{ inlineData: {} }] } }] }]) {
    const refused = await ask({ path: methodOf("batchEmbedContents"), body });
    assert.deepEqual([refused.status, googleErrorOf(refused).status], [400, "INVALID_ARGUMENT"]);
  }
});

test("bodies that are none are refused without a word to an endpoint", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const path = methodOf("generateContent");
  const deep = `{"contents":${"[".repeat(300)}${"]".repeat(300)}}`;
  for (const body of [
    "",
    "no json",
    "[]",
    "{",
    '{"contents":1}',
    deep,
    '{"contents":[{"parts":[{"text":{}}]}]}',
  ]) {
    const answer = await ask({ path, body, headers: { "content-type": "application/json" } });
    assert.deepEqual(
      [answer.status, googleErrorOf(answer).status],
      [400, "INVALID_ARGUMENT"],
      body.slice(0, 40),
    );
  }
  assert.deepEqual(fakes.one.requests, []);
});
