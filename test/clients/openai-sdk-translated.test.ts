// OpenAI's own package over endpoints that know only the API which it does not ask for: Responses over chats, chats over
// Responses, and each over its own for comparison. Conversations of two turns with a tool, plain and streamed.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import OpenAI from "openai";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { makeChatOnly, makeResponsesOnly, TURN_USAGE } from "../support/fakes/one-wire-endpoint.ts";
import { gatewayFor } from "../support/start-gateway.ts";

type Make = (endpoint: FakeEndpoint) => FakeEndpoint;
type World = { readonly endpoint: FakeEndpoint; readonly openai: OpenAI };

/** One endpoint with model `m`, and an alias `nick` for it. */
async function world(t: TestContext, make: Make): Promise<World> {
  const endpoint = make(await fakeFor(t));
  const gateway = await gatewayFor(t, {
    endpoints: [{ name: "one", base_url: endpoint.url, api_key: "sk-endpoint" }],
    routing: { model_overrides: { nick: ["one/m"] } },
  });
  return { endpoint, openai: new OpenAI({ baseURL: gateway.url, apiKey: "sk-caller", maxRetries: 0 }) };
}

const WAYS: readonly (readonly [string, Make])[] = [
  ["chats only", makeChatOnly],
  ["Responses only", makeResponsesOnly],
];
const PARAMETERS = { type: "object", properties: { city: { type: "string" } } };
const WEATHER = { name: "weather", description: "Tells the weather.", parameters: PARAMETERS };

for (const [name, make] of WAYS) {
  test(`Responses over an endpoint of ${name}: a conversation with a tool, plain`, async (t) => {
    const { endpoint, openai } = await world(t, make);
    const tools: OpenAI.Responses.Tool[] = [{ type: "function", strict: false, ...WEATHER }];
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: "user", content: "What is the weather?" }];
    const first = await openai.responses.create({ model: "nick", input, tools, store: false });
    assert.deepEqual([first.status, first.model], ["completed", "nick"]);
    const call = first.output.find((item) => item.type === "function_call");
    assert.equal(call?.arguments, '{"city":"Taipei"}');
    input.push(...(first.output as OpenAI.Responses.ResponseInput), {
      type: "function_call_output",
      call_id: call.call_id,
      output: "rain",
    });
    const second = await openai.responses.create({ model: "nick", input, tools, store: false });
    assert.equal(second.output_text, "It says: rain");
    assert.deepEqual(second.usage?.input_tokens_details, TURN_USAGE.prompt_tokens_details);
    assert.equal(endpoint.requests.at(-1)?.json()["model"], "m");
  });

  test(`Responses over an endpoint of ${name}: the same streamed`, async (t) => {
    const { openai } = await world(t, make);
    const tools: OpenAI.Responses.Tool[] = [{ type: "function", strict: false, ...WEATHER }];
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: "user", content: "What is the weather?" }];
    const first = await openai.responses.stream({ model: "m", input, tools }).finalResponse();
    const call = first.output.find((item) => item.type === "function_call");
    assert.deepEqual([call?.name, call?.arguments], ["weather", '{"city":"Taipei"}']);
    input.push(...(first.output as OpenAI.Responses.ResponseInput), {
      type: "function_call_output",
      call_id: call?.call_id ?? "",
      output: "rain",
    });
    const types: string[] = [];
    let text = "";
    for await (const event of await openai.responses.create({ model: "nick", input, tools, stream: true })) {
      assert.equal(event.sequence_number, types.length);
      types.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type !== "response.completed") continue;
      assert.equal(event.response.model, "nick");
      assert.equal(event.response.usage?.total_tokens, TURN_USAGE.total_tokens);
    }
    assert.equal(text, "It says: rain");
    assert.deepEqual([types[0], types.at(-1)], ["response.created", "response.completed"]);
  });

  test(`chats over an endpoint of ${name}: a conversation with a tool, plain and streamed`, async (t) => {
    const { openai } = await world(t, make);
    const tools: OpenAI.ChatCompletionTool[] = [{ type: "function", function: WEATHER }];
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "What is the weather?" }];
    const first = await openai.chat.completions.create({ model: "nick", messages, tools });
    assert.deepEqual([first.model, first.choices[0]?.finish_reason], ["nick", "tool_calls"]);
    assert.deepEqual(first.usage, TURN_USAGE);
    const runner = openai.chat.completions.stream({ model: "m", messages, tools });
    const message = (await runner.finalChatCompletion()).choices[0]?.message;
    const call = message?.tool_calls?.[0];
    assert.equal(call?.type === "function" && call.function.arguments, '{"city":"Taipei"}');
    assert.deepEqual(first.choices[0]?.message.tool_calls?.[0]?.id, call?.id);
    if (message === undefined || call === undefined) return;
    messages.push(message, { role: "tool", tool_call_id: call.id, content: "rain" });
    const options = { model: "nick", messages, tools, stream_options: { include_usage: true } };
    let text = "";
    let total: number | undefined;
    for await (const chunk of await openai.chat.completions.create({ ...options, stream: true })) {
      assert.equal(chunk.model, "nick");
      text += chunk.choices[0]?.delta.content ?? "";
      total = chunk.usage?.total_tokens ?? total;
    }
    assert.deepEqual([text, total], ["It says: rain", TURN_USAGE.total_tokens]);
  });

  test(`structured output, from either API, over an endpoint of ${name}`, async (t) => {
    const { endpoint, openai } = await world(t, make);
    const schema = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
    const json_schema = { name: "shape", schema, strict: true };
    const messages = [{ role: "user" as const, content: "x" }];
    await openai.chat.completions.create({
      model: "m",
      messages,
      response_format: { type: "json_schema", json_schema },
    });
    const format = { type: "json_schema" as const, ...json_schema };
    await openai.responses.create({ model: "m", input: "x", text: { format } });
    const served = endpoint.requests.filter(
      ({ path }) => path === (make === makeChatOnly ? "/v1/chat/completions" : "/v1/responses"),
    );
    assert.equal(served.length, 2);
    for (const request of served) {
      const body = request.json();
      if (make === makeChatOnly)
        assert.deepEqual(body["response_format"], { type: "json_schema", json_schema });
      else assert.deepEqual(body["text"], { format });
    }
  });
}
