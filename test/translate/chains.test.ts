// Two translations in a row: clients of Responses over endpoints that have Anthropic's messages only, and its clients over
// endpoints that have Responses only.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { ANSWER_TEXT, defaultAnswer } from "../support/fakes/answers.ts";
import { makeResponsesOnly, NO_SUCH_PATH } from "../support/fakes/one-wire-endpoint.ts";
import { sse } from "../support/wire.ts";
import { worldFor } from "../support/world.ts";

test("Responses over messages, plain and streamed", async (t) => {
  const { fakes, url } = await worldFor(t, { endpoints: { one: { config: { api: "anthropic" } } } });
  fakes.one.always(NO_SUCH_PATH).on("/messages", defaultAnswer("/v1/messages"));
  const openai = new OpenAI({ baseURL: url, apiKey: "x", maxRetries: 0 });
  const plain = await openai.responses.create({ model: "m", input: "hi", instructions: "Be brief." });
  assert.deepEqual([plain.status, plain.output_text], ["completed", ANSWER_TEXT]);
  const streamed = await openai.responses.stream({ model: "m", input: "hi" }).finalResponse();
  assert.deepEqual([streamed.output_text, streamed.usage], [ANSWER_TEXT, plain.usage]);
  const sent = fakes.one.requests.at(-1);
  assert.equal(sent?.path, "/v1/messages");
  const compacted = await openai.responses.compact({ model: "m", input: "a long talk" });
  assert.equal(compacted.output[0]?.type, "compaction");
});

test("messages over Responses: a call of a tool, and what it gave", async (t) => {
  const { fakes, ask } = await worldFor(t, { endpoints: { one: {} } });
  makeResponsesOnly(fakes.one);
  const schema = { type: "object", properties: { city: { type: "string" } } };
  const tools = [{ name: "weather", description: "Tells the weather.", input_schema: schema }];
  const messages: object[] = [{ role: "user", content: "What is the weather?" }];
  const body = { model: "m", max_tokens: 100, tools };
  const path = "/v1/messages";
  const first = (await ask({ path, body: { ...body, messages } })).json();
  assert.equal(first["stop_reason"], "tool_use");
  const content = first["content"] as { type: string; id: string; input: object }[];
  const call = content.find(({ type }) => type === "tool_use");
  assert.deepEqual(call?.input, { city: "Taipei" });
  const result = { type: "tool_result", tool_use_id: call?.id, content: "rain" };
  messages.push({ role: "assistant", content }, { role: "user", content: [result] });
  const answer = await ask({ path, body: { ...body, messages, stream: true } });
  const events = sse(answer.text).map(({ data }) => JSON.parse(data));
  const text = events.map(({ delta }) => delta?.text ?? "").join("");
  assert.equal(text, "It says: rain");
  assert.equal(events.at(-1)?.type, "message_stop");
  const [started] = events;
  assert.equal(started?.type, "message_start");
});
