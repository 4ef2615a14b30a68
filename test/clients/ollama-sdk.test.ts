// Ollama's own package for JavaScript over endpoints that know other APIs alone: chats, Responses, Anthropic's messages.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Message, Ollama, type Tool } from "ollama";
import { ANSWER_TEXT, defaultAnswer } from "../support/fakes/answers.ts";
import { json, stream } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import {
  makeChatOnly,
  makeResponsesOnly,
  NO_SUCH_PATH,
  TURN_USAGE,
} from "../support/fakes/one-wire-endpoint.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { chunk } from "../support/two-apis.ts";

type Ollamas = { readonly endpoint: FakeEndpoint; readonly ollama: Ollama };

/** One endpoint with model `m`, and an alias `nick` for it. */
async function ollamaFor(
  t: TestContext,
  make: (endpoint: FakeEndpoint) => FakeEndpoint,
  config: object = {},
): Promise<Ollamas> {
  const endpoint = make(await fakeFor(t));
  const gateway = await gatewayFor(t, {
    endpoints: [{ name: "one", base_url: endpoint.url, api_key: "sk-endpoint", ...config }],
    routing: { model_overrides: { nick: ["one/m"] } },
  });
  return { endpoint, ollama: new Ollama({ host: `http://127.0.0.1:${gateway.port}` }) };
}

const WEATHER: Tool = {
  type: "function",
  function: {
    name: "weather",
    description: "Tells the weather.",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};
const WAYS: readonly (readonly [string, (endpoint: FakeEndpoint) => FakeEndpoint, object])[] = [
  ["chats only", makeChatOnly, {}],
  ["Responses only", makeResponsesOnly, {}],
  ["Responses only, as configured", makeResponsesOnly, { speaks: ["responses"] }],
];

for (const [name, make, config] of WAYS) {
  test(`an endpoint of ${name}: a conversation with a tool, plain and streamed`, async (t) => {
    const { ollama, endpoint } = await ollamaFor(t, make, config);
    const messages: Message[] = [{ role: "user", content: "What is the weather?" }];
    const first = await ollama.chat({ model: "nick", messages, tools: [WEATHER] });
    assert.deepEqual([first.model, first.done, first.done_reason], ["nick", true, "stop"]);
    assert.deepEqual(first.message.tool_calls?.[0]?.function.arguments, { city: "Taipei" });
    assert.deepEqual(
      [first.prompt_eval_count, first.eval_count],
      [TURN_USAGE.prompt_tokens, TURN_USAGE.completion_tokens],
    );
    messages.push(first.message, { role: "tool", tool_name: "weather", content: "rain" });
    let text = "";
    let last: { done: boolean; done_reason: string; eval_count: number; eval_duration: number } | undefined;
    for await (const part of await ollama.chat({ model: "m", messages, tools: [WEATHER], stream: true })) {
      assert.equal(last, undefined);
      text += part.message.content;
      if (part.done) last = part;
    }
    assert.equal(text, "It says: rain");
    assert.deepEqual([last?.done_reason, last?.eval_count], ["stop", TURN_USAGE.completion_tokens]);
    assert.equal(typeof last?.eval_duration, "number");
    assert.equal(endpoint.requests.at(-1)?.header("authorization"), "Bearer sk-endpoint");
  });
}

test("an endpoint of Anthropic's messages: a chat and a text", async (t) => {
  const make = (endpoint: FakeEndpoint): FakeEndpoint =>
    endpoint.always(NO_SUCH_PATH).on("/messages", defaultAnswer("/v1/messages"));
  const { ollama } = await ollamaFor(t, make, { api: "anthropic" });
  const chat = await ollama.chat({ model: "m", messages: [{ role: "user", content: "hi" }] });
  assert.equal(chat.message.content, ANSWER_TEXT);
  let text = "";
  for await (const part of await ollama.generate({
    model: "m",
    prompt: "hi",
    system: "Be brief.",
    stream: true,
  }))
    text += part.response;
  assert.equal(text, ANSWER_TEXT);
});

test("what a chat asks for, as the endpoint is told, and what it could not be told", async (t) => {
  const { ollama, endpoint } = await ollamaFor(t, (one) => one);
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUg==", "base64");
  await ollama.chat({
    model: "m",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "What is it?", images: [png] },
    ],
    format: schema,
    think: "low",
    keep_alive: "5m",
    options: { num_predict: 9, temperature: 0, top_p: 0.5, top_k: 4, seed: 3, stop: ["END"], num_ctx: 4096 },
  });
  const sent = endpoint.requests.at(-1);
  assert.equal(sent?.path, "/v1/chat/completions");
  assert.deepEqual(sent?.json(), {
    model: "m",
    max_tokens: 9,
    temperature: 0,
    top_p: 0.5,
    top_k: 4,
    seed: 3,
    stop: ["END"],
    response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
    stream: false,
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "What is it?" },
          { type: "image_url", image_url: { url: `data:image/png;base64,${png.toString("base64")}` } },
        ],
      },
    ],
  });
});

test("a text between two others, and one without a template, go to the older path", async (t) => {
  const answer = {
    id: "cmpl-1",
    choices: [{ index: 0, text: " b", finish_reason: "length" }],
    usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
  };
  const { ollama, endpoint } = await ollamaFor(t, (one) => one.on("/completions", json(200, answer)));
  const filled = await ollama.generate({
    model: "nick",
    prompt: "a",
    suffix: "c",
    options: { num_predict: 1 },
  });
  assert.deepEqual([filled.response, filled.done_reason, filled.prompt_eval_count], [" b", "length", 3]);
  assert.deepEqual(endpoint.requests.at(-1)?.json(), {
    model: "m",
    max_tokens: 1,
    stream: false,
    prompt: "a",
    suffix: "c",
  });
  await ollama.generate({ model: "m", prompt: "[INST] a [/INST]", raw: true });
  const sent = endpoint.requests.at(-1);
  assert.deepEqual([sent?.path, sent?.json()["prompt"]], ["/v1/completions", "[INST] a [/INST]"]);
});

test("thoughts, and none where none were wanted", async (t) => {
  const pieces = [{ reasoning: "Hm" }, { reasoning: "m." }, { content: "Yes" }].map((delta) => chunk(delta));
  const events = [...pieces, chunk({}, "stop")].map((value) => `data: ${JSON.stringify(value)}\n\n`);
  const { ollama } = await ollamaFor(t, (one) => one.on("/chat/completions", stream(events)));
  const ask = async (think: boolean): Promise<readonly string[]> => {
    let [thinking, content] = ["", ""];
    const messages = [{ role: "user", content: "hi" }];
    for await (const part of await ollama.chat({ model: "m", messages, think, stream: true })) {
      thinking += part.message.thinking ?? "";
      content += part.message.content;
    }
    return [thinking, content];
  };
  assert.deepEqual(await ask(true), ["Hmm.", "Yes"]);
  assert.deepEqual(await ask(false), ["", "Yes"]);
});

test("vectors, by both paths", async (t) => {
  const data = [
    { index: 1, embedding: [2, 3] },
    { index: 0, embedding: [0.25, 1] },
  ];
  const answer = json(200, { data, model: "m", usage: { prompt_tokens: 5, total_tokens: 5 } });
  const { ollama, endpoint } = await ollamaFor(t, (one) => one.on("/embeddings", answer));
  const {
    embeddings,
    prompt_eval_count: count,
    model,
  } = await ollama.embed({ model: "nick", input: ["a", "b"] });
  assert.deepEqual(
    [embeddings, count, model],
    [
      [
        [0.25, 1],
        [2, 3],
      ],
      5,
      "nick",
    ],
  );
  assert.deepEqual(endpoint.requests.at(-1)?.json(), { model: "m", input: ["a", "b"] });
  assert.deepEqual(await ollama.embeddings({ model: "m", prompt: "a" }), { embedding: [0.25, 1] });
});

test("lists: what endpoints say of their models, and nothing else", async (t) => {
  const models = json(200, {
    data: [
      { id: "m", created: 1_700_000_000, max_model_len: 4096 },
      {
        id: "r",
        supported_parameters: ["tools"],
        architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
      },
    ],
  });
  const { ollama } = await ollamaFor(t, (one) => one.on("/models", models));
  const { models: listed } = await ollama.list();
  assert.deepEqual(
    listed.map(({ name, model, size, digest }) => [name, model, size, digest]),
    [
      ["m", "m", 0, ""],
      ["r", "r", 0, ""],
      ["nick", "nick", 0, ""],
    ],
  );
  assert.equal(String(listed[0]?.modified_at), "2023-11-14T22:13:20.000Z");
  const shown = await ollama.show({ model: "m" });
  assert.deepEqual(
    [shown.capabilities, shown.model_info],
    [[], { "general.architecture": "unknown", "unknown.context_length": 4096 }],
  );
  assert.deepEqual((await ollama.show({ model: "r" })).capabilities, ["completion", "tools", "vision"]);
  assert.deepEqual((await ollama.ps()).models, []);
  assert.match((await ollama.version()).version, /^\d+\.\d+\.\d+$/);
  await assert.rejects(ollama.show({ model: "none" }), { status_code: 404 });
});

test("what manages models is refused with the reason, in Ollama's shape", async (t) => {
  const { ollama, endpoint } = await ollamaFor(t, (one) => one);
  for (const refused of [
    () => ollama.pull({ model: "m" }),
    () => ollama.push({ model: "m" }),
    () => ollama.create({ model: "n", from: "m" }),
    () => ollama.copy({ source: "m", destination: "n" }),
    () => ollama.delete({ model: "m" }),
  ])
    await assert.rejects(refused(), (error: Error & { status_code?: number }) => {
      assert.equal(error.status_code, 404);
      assert.match(error.message, /is not served by this gateway\. Models are kept by the servers behind it/);
      return true;
    });
  assert.equal(endpoint.requests.length, 0);
});

test("a request that only has a model loaded asks nobody", async (t) => {
  const { ollama, endpoint } = await ollamaFor(t, (one) => one);
  const loaded = await ollama.generate({ model: "m", prompt: "" });
  assert.deepEqual([loaded.model, loaded.done, loaded.done_reason, loaded.response], ["m", true, "load", ""]);
  const left = await ollama.chat({ model: "m", messages: [], keep_alive: 0 });
  assert.deepEqual([left.done_reason, left.message.content], ["unload", ""]);
  assert.equal(endpoint.requests.length, 0);
  await assert.rejects(ollama.generate({ model: "none", prompt: "" }), { status_code: 404 });
});
