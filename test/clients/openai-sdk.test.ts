// The gateway as the official `openai` package sees it: every answer that the package can read, through one gateway
// in front of scripted endpoints. Errors are in `openai-sdk-errors.test.ts`.

import assert from "node:assert/strict";
import OpenAI, { AzureOpenAI, toFile } from "openai";
import { Gate } from "../support/condition.ts";
import { ANSWER_TEXT, AUDIO_BYTES } from "../support/fakes/answers.ts";
import { events, stream } from "../support/fakes/behaviours.ts";
import type { FakeEndpoint } from "../support/fakes/fake-endpoint.ts";
import { neverAnswer } from "../support/faults.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { onBothEngines, type RecordedRig } from "./both-engines.ts";

const MESSAGES = [{ role: "user" as const, content: "hi" }];

type World = { readonly endpoint: FakeEndpoint; readonly gateway: TestGateway; readonly openai: OpenAI };

/** One endpoint `one` with models `m` and `org/model:tag`, and an alias `nick` for `m`. */
async function world(rig: RecordedRig): Promise<World> {
  const endpoint = await rig.endpoint({ models: ["m", "org/model:tag"] });
  const gateway = await rig.gateway({
    endpoints: [{ name: "one", base_url: endpoint.url, api_key: "sk-endpoint" }],
    routing: { model_overrides: { nick: ["one/m"] } },
  });
  const openai = new OpenAI({ baseURL: gateway.url, apiKey: "sk-caller", maxRetries: 0 });
  return { endpoint, gateway, openai };
}

onBothEngines("models: the list, and one by a name with a slash", async (rig) => {
  const { openai } = await world(rig);
  const ids: string[] = [];
  for await (const model of openai.models.list()) ids.push(model.id);
  assert.deepEqual(ids.sort(), ["m", "nick", "org/model:tag"]);
  const model = await openai.models.retrieve("org/model:tag");
  assert.deepEqual([model.id, model.object], ["org/model:tag", "model"]);
  assert.equal((await openai.models.retrieve("nick")).id, "nick");
});

onBothEngines(
  "chat: plain, with the gateway's headers, the caller's key kept from the endpoint",
  async (rig) => {
    const { endpoint, gateway, openai } = await world(rig);
    const call = openai.chat.completions.create({ model: "m", messages: MESSAGES, seed: 7 });
    const { data, response, request_id } = await call.withResponse();
    assert.equal(data.choices[0]?.message.content, ANSWER_TEXT);
    assert.equal(data.usage?.prompt_tokens, 7);
    assert.ok(request_id);
    assert.equal(response.headers.get("x-oai-gateway-endpoint"), "one");
    assert.equal(response.headers.get("x-oai-gateway-model"), "m");
    assert.match(response.headers.get("x-oai-gateway-attempts") ?? "", /^1/);
    const request = await endpoint.waitForRequest();
    assert.equal(request.header("authorization"), "Bearer sk-endpoint");
    assert.ok(!request.headers.some((text) => text.includes("sk-caller")));
    assert.deepEqual(request.json(), { model: "m", messages: MESSAGES, seed: 7 });
    const summary = await gateway.log.nextSummary();
    assert.deepEqual([summary.operation, summary.endpoint, summary.status], ["chat", "one", 200]);
  },
);

onBothEngines(
  "the package's client for Azure: with a deployment in the address, and with the model of each call",
  async (rig) => {
    const { endpoint, gateway } = await world(rig);
    const common = {
      endpoint: `http://127.0.0.1:${gateway.port}`,
      apiKey: "sk-caller",
      apiVersion: "2024-10-21",
    };
    const file = await toFile(Buffer.from("sound"), "a.wav");
    for (const deployment of [undefined, "nick"]) {
      const azure = new AzureOpenAI({
        ...common,
        maxRetries: 0,
        ...(deployment !== undefined && { deployment }),
      });
      // With a deployment the model of the call is only what the vendor calls it.
      const model = deployment === undefined ? "nick" : "gpt-x";
      assert.equal((await azure.chat.completions.create({ model, messages: MESSAGES })).model, "nick");
      let text = "";
      for await (const chunk of await azure.chat.completions.create({
        model,
        messages: MESSAGES,
        stream: true,
      }))
        text += chunk.choices[0]?.delta.content ?? "";
      assert.equal(text, ANSWER_TEXT);
      assert.ok((await azure.embeddings.create({ model, input: "hi" })).data.length > 0);
      await azure.audio.transcriptions.create({ model, file });
    }
    assert.equal(endpoint.requests.length, 8);
    for (const request of endpoint.requests) {
      assert.match(request.path, /^\/v1\/[a-z/]+$/);
      assert.equal(request.header("authorization"), "Bearer sk-endpoint");
      assert.ok(!String(request.rawHead).includes("sk-caller"));
      const isForm = /^multipart/.test(request.header("content-type") ?? "");
      if (isForm) assert.match(request.body.toString("latin1"), /name="model"\r\n\r\nm\r\n/);
      else assert.match(request.body.toString(), /"model":"m"/);
    }
  },
);

onBothEngines("chat: under an alias the answer and every chunk show the caller's name", async (rig) => {
  const { endpoint, openai } = await world(rig);
  const plain = await openai.chat.completions.create({ model: "nick", messages: MESSAGES });
  assert.equal(plain.model, "nick");
  const streamed = await openai.chat.completions.create({ model: "nick", messages: MESSAGES, stream: true });
  for await (const chunk of streamed) assert.equal(chunk.model, "nick");
  for (const request of endpoint.requests) assert.equal(request.json()["model"], "m");
});

onBothEngines("chat: each chunk of a stream is there as soon as the endpoint has sent it", async (rig) => {
  const { endpoint, openai } = await world(rig);
  const gate = new Gate();
  const chunk = (content: string) => ({
    id: "c",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content } }],
  });
  endpoint.script([stream(events([chunk("a"), chunk("b"), "[DONE]"]), { gate })]);
  const streamed = await openai.chat.completions.create({ model: "m", messages: MESSAGES, stream: true });
  const chunks = streamed[Symbol.asyncIterator]();
  for (const content of ["a", "b"]) {
    const next = chunks.next();
    await gate.reached();
    gate.open();
    const { value } = await next;
    assert.equal(value?.choices[0]?.delta.content, content);
  }
  gate.open(Number.POSITIVE_INFINITY);
  assert.equal((await chunks.next()).done, true);
});

onBothEngines("chat: tool calls in 500 deltas, and the usage chunk where it was asked for", async (rig) => {
  const { endpoint, openai } = await world(rig);
  const written = JSON.stringify({ text: 'ünï "x" 🎈 '.repeat(100) });
  const size = Math.ceil(written.length / 500);
  const delta = (fields: object, finish: string | null = null) => ({
    id: "c",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta: fields, finish_reason: finish }],
  });
  const start = { index: 0, id: "call_1", type: "function", function: { name: "draw", arguments: "" } };
  const pieces = Array.from({ length: 500 }, (_, i) => written.slice(i * size, (i + 1) * size));
  const usage = { prompt_tokens: 1, completion_tokens: 500, total_tokens: 501 };
  endpoint.script([
    stream(
      events([
        delta({ role: "assistant", tool_calls: [start] }),
        ...pieces.map((piece) => delta({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
        delta({}, "tool_calls"),
        { id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage },
        "[DONE]",
      ]),
    ),
  ]);
  const runner = openai.chat.completions.stream({
    model: "m",
    messages: MESSAGES,
    stream_options: { include_usage: true },
    tools: [{ type: "function", function: { name: "draw", parameters: { type: "object" } } }],
  });
  const completion = await runner.finalChatCompletion();
  const call = completion.choices[0]?.message.tool_calls?.[0];
  assert.equal(call?.type === "function" && call.function.arguments, written);
  assert.equal(completion.choices[0]?.finish_reason, "tool_calls");
  assert.equal(completion.usage?.total_tokens, 501);
});

onBothEngines("completions: plain and streamed", async (rig) => {
  const { openai } = await world(rig);
  const plain = await openai.completions.create({ model: "m", prompt: "x" });
  assert.equal(plain.choices[0]?.text, ANSWER_TEXT);
  let text = "";
  const streamed = await openai.completions.create({ model: "m", prompt: "x", stream: true });
  for await (const chunk of streamed) text += chunk.choices[0]?.text ?? "";
  assert.equal(text, ANSWER_TEXT);
});

onBothEngines("embeddings: base64 as the package asks by default, and floats", async (rig) => {
  const { endpoint, openai } = await world(rig);
  const byDefault = await openai.embeddings.create({ model: "m", input: ["a", "b"] });
  assert.deepEqual(
    byDefault.data.map(({ embedding }) => embedding),
    [
      [0.5, -0.25, 0],
      [0.5, -0.25, 1],
    ],
  );
  const floats = await openai.embeddings.create({ model: "m", input: [1, 2], encoding_format: "float" });
  assert.deepEqual(floats.data[0]?.embedding, [0.5, -0.25, 0]);
  assert.deepEqual(
    endpoint.requests.map((request) => request.json()["encoding_format"]),
    ["base64", "float"],
  );
});

onBothEngines(
  "responses: plain, and the events of a stream in their order, under an alias too",
  async (rig) => {
    const { openai } = await world(rig);
    const plain = await openai.responses.create({ model: "m", input: "hi" });
    assert.equal(plain.output_text, ANSWER_TEXT);
    const types: string[] = [];
    let text = "";
    const streamed = await openai.responses.create({ model: "nick", input: "hi", stream: true });
    for await (const event of streamed) {
      assert.equal(event.sequence_number, types.length);
      types.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
      if ("response" in event) assert.equal(event.response.model, "nick");
    }
    assert.equal(text, ANSWER_TEXT);
    assert.deepEqual([types[0], types.at(-1)], ["response.created", "response.completed"]);
    const runner = openai.responses.stream({ model: "m", input: "hi" });
    assert.equal((await runner.finalResponse()).status, "completed");
  },
);

onBothEngines(
  "audio: a file goes up as multipart byte for byte, speech comes down byte for byte",
  async (rig) => {
    const { endpoint, openai } = await world(rig);
    const file = (): Promise<File> => toFile(AUDIO_BYTES, "speech.mp3", { type: "audio/mpeg" });
    const words: ["word"] = ["word"];
    const heard = await openai.audio.transcriptions.create({
      model: "nick",
      file: await file(),
      timestamp_granularities: words,
      response_format: "json",
    });
    assert.equal(heard.text, ANSWER_TEXT);
    const request = await endpoint.waitForRequest();
    assert.ok(request.body.includes(AUDIO_BYTES));
    assert.match(request.body.toString("latin1"), /name="model"\r\n\r\nm\r\n/);
    const text = await openai.audio.transcriptions.create({
      model: "m",
      file: await file(),
      response_format: "text",
    });
    assert.equal(String(text).trim(), ANSWER_TEXT);
    assert.equal(
      (await openai.audio.translations.create({ model: "m", file: await file() })).text,
      ANSWER_TEXT,
    );
    const speech = await openai.audio.speech.create({ model: "m", voice: "alloy", input: "hi" });
    assert.equal(speech.headers.get("content-type"), "audio/mpeg");
    assert.ok(Buffer.from(await speech.arrayBuffer()).equals(AUDIO_BYTES));
  },
);

onBothEngines("images: generated, and edited from several parts of one name", async (rig) => {
  const { endpoint, openai } = await world(rig);
  const made = await openai.images.generate({ model: "m", prompt: "a cat" });
  assert.ok(made.data?.[0]?.b64_json);
  const image = await toFile(AUDIO_BYTES, "a.png", { type: "image/png" });
  const other = await toFile(AUDIO_BYTES, "b.png", { type: "image/png" });
  const edited = await openai.images.edit({ model: "m", image: [image, other], prompt: "a hat" });
  assert.ok(edited.data?.[0]?.b64_json);
  const form = endpoint.requests[1]?.body.toString("latin1") ?? "";
  assert.equal(form.match(/name="image\[\]"/g)?.length, 2);
});

onBothEngines("moderations", async (rig) => {
  const { openai } = await world(rig);
  const judged = await openai.moderations.create({ model: "m", input: "hi" });
  assert.equal(judged.results[0]?.flagged, false);
});

onBothEngines(
  "abort: in the middle of a stream and before its first byte, the endpoint is let go",
  async (rig) => {
    const { endpoint, gateway, openai } = await world(rig);
    endpoint.script([stream(events([{ id: "c", choices: [] }]), { end: "never" }), neverAnswer()]);
    const streamed = await openai.chat.completions.create({ model: "m", messages: MESSAGES, stream: true });
    for await (const _ of streamed) break;
    await (await endpoint.waitForRequest(1)).aborted;
    assert.deepEqual((await gateway.log.nextSummary()).error, "client_closed");
    const stop = new AbortController();
    const waiting = openai.chat.completions.create(
      { model: "m", messages: MESSAGES },
      { signal: stop.signal },
    );
    const rejected = assert.rejects(waiting, OpenAI.APIUserAbortError);
    const request = await endpoint.waitForRequest(2);
    stop.abort();
    await rejected;
    await request.aborted;
    const summary = await gateway.log.nextSummary();
    assert.deepEqual([summary.status, summary.error], [499, "client_closed"]);
    assert.equal(endpoint.requests.length, 2);
  },
);
