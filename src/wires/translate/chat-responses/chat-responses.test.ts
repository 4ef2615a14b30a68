import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, objectOf } from "../json-values.ts";
import type { TranslatedRequest } from "../translation.ts";
import { CHAT_OVER_RESPONSES } from "./chat-responses.ts";

const CONTEXT = { model: undefined, id: "u1", createdSeconds: 1_700_000_000 };
const HI = [{ role: "user", content: "hi" }];

function asked(request: JsonObject): TranslatedRequest {
  return CHAT_OVER_RESPONSES.request({ model: "m", messages: HI, ...request });
}

function streamed(request: JsonObject, events: readonly JsonObject[]): readonly JsonObject[] {
  const stream = asked(request).answer.stream(CONTEXT);
  const out: JsonObject[] = [];
  for (const event of events) stream.push(event, out);
  stream.finish(out);
  return out;
}

function deltas(chunks: readonly JsonObject[]): readonly unknown[] {
  return chunks.flatMap(({ choices }) => (choices as { delta: unknown }[]).map(({ delta }) => delta));
}

const RESPONSE = {
  id: "resp_1",
  object: "response",
  created_at: 1_700_000_001,
  model: "real",
  status: "completed",
};
const CREATED = { type: "response.created", response: { ...RESPONSE, status: "in_progress" } };

test("an answer is a chat completion, with what it took", () => {
  const output = [
    {
      type: "reasoning",
      id: "rs_1",
      summary: [
        { type: "summary_text", text: "A." },
        { type: "summary_text", text: "B." },
      ],
      encrypted_content: "gAAA",
    },
    { type: "web_search_call", id: "ws_1" },
    {
      type: "message",
      content: [
        {
          type: "output_text",
          text: "Hi",
          annotations: [{ type: "url_citation", url: "u", title: "t", start_index: 0, end_index: 1 }],
          logprobs: [{ token: "Hi" }],
        },
      ],
    },
    { type: "function_call", id: "fc_1", call_id: "1", name: "f", arguments: "{}" },
    { type: "custom_tool_call", id: "ctc_1", call_id: "2", name: "t", input: "x" },
  ];
  const usage = {
    input_tokens: 7,
    input_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
    output_tokens: 3,
    output_tokens_details: { reasoning_tokens: 1 },
    total_tokens: 10,
    cost: 0.1,
  };
  const answer = asked({}).answer.plain({ ...RESPONSE, output, usage, tools: [], odd: 1 }, CONTEXT);
  assert.deepEqual(answer, {
    odd: 1,
    id: "chatcmpl-u1",
    object: "chat.completion",
    created: 1_700_000_001,
    model: "real",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: "Hi",
          refusal: null,
          reasoning_content: "A.\n\nB.",
          reasoning_details: [
            { type: "reasoning.encrypted", format: "openai-responses-v1", id: "rs_1", data: "gAAA" },
          ],
          annotations: [
            { type: "url_citation", url_citation: { url: "u", title: "t", start_index: 0, end_index: 1 } },
          ],
          tool_calls: [
            { id: "1", type: "function", function: { name: "f", arguments: "{}" } },
            { id: "2", type: "custom", custom: { name: "t", input: "x" } },
          ],
        },
        logprobs: { content: [{ token: "Hi" }], refusal: null },
        finish_reason: "tool_calls",
      },
    ],
    usage: {
      cost: 0.1,
      prompt_tokens: 7,
      completion_tokens: 3,
      total_tokens: 10,
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
  });
  const message = (answer["choices"] as JsonObject[])[0]?.["message"];
  const input = asked({ messages: [message] }).body["input"] as JsonObject[];
  assert.deepEqual(input[0], { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" });
});

test("answers that failed or are none are errors", () => {
  const { plain } = asked({}).answer;
  assert.throws(() => plain({ status: "completed" }, CONTEXT), { code: "upstream_bad_response" });
  assert.throws(
    () =>
      plain(
        { ...RESPONSE, status: "failed", error: { code: "server_error", message: "Boom." }, output: [] },
        CONTEXT,
      ),
    { code: "upstream_server_error", message: "Boom." },
  );
  const failed = { type: "response.failed", response: { status: "failed", error: { message: "Boom." } } };
  assert.throws(() => streamed({}, [CREATED, failed]), { code: "upstream_server_error", message: "Boom." });
  const stray = { type: "response.function_call_arguments.delta", output_index: 4, delta: "{}" };
  assert.throws(() => streamed({}, [CREATED, stray]), { code: "upstream_bad_response" });
  assert.throws(() => streamed({}, [CREATED]), { code: "upstream_bad_response" });
});

test("a stream: role first, text and calls as they come, why it stopped, and what it took where that was asked for", () => {
  const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
  const call = { type: "function_call", id: "fc_1", call_id: "1", name: "f", arguments: "" };
  const chunks = streamed({ stream_options: { include_usage: true } }, [
    CREATED,
    { type: "response.in_progress", response: CREATED.response },
    { type: "response.output_item.added", output_index: 0, item: { type: "message", id: "msg_1" } },
    { type: "response.output_text.delta", output_index: 0, delta: "Hel", logprobs: [] },
    { type: "response.output_text.delta", output_index: 0, delta: "lo", logprobs: [{ token: "lo" }] },
    {
      type: "response.output_item.done",
      output_index: 0,
      item: { type: "message", content: [{ type: "output_text", text: "Hello" }] },
    },
    { type: "response.output_item.added", output_index: 1, item: call },
    { type: "response.function_call_arguments.delta", output_index: 1, delta: '{"a":' },
    { type: "response.output_item.done", output_index: 1, item: { ...call, arguments: '{"a":1}' } },
    {
      type: "response.output_item.done",
      output_index: 2,
      item: { type: "custom_tool_call", call_id: "2", name: "t", input: "x" },
    },
    { type: "response.sparkles", sparkle: true },
    { type: "response.completed", response: { ...RESPONSE, usage } },
  ]);
  assert.deepEqual(deltas(chunks), [
    { role: "assistant", content: "" },
    { content: "Hel" },
    { content: "lo" },
    { tool_calls: [{ index: 0, id: "1", type: "function", function: { name: "f", arguments: "" } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] },
    { tool_calls: [{ index: 0, function: { arguments: "1}" } }] },
    { tool_calls: [{ index: 1, id: "2", type: "custom", custom: { name: "t", input: "" } }] },
    { tool_calls: [{ index: 1, custom: { input: "x" } }] },
    {},
  ]);
  const last = chunks.at(-1);
  assert.deepEqual(last?.["choices"], []);
  assert.equal(objectOf(last?.["usage"])["prompt_tokens"], 7);
  assert.ok(chunks.slice(0, -1).every(({ usage: one }) => one === null));
  const finish = objectOf(listOf(chunks.at(-2)?.["choices"])[0])["finish_reason"];
  assert.equal(finish, "tool_calls");
  for (const chunk of chunks) assert.deepEqual([chunk["id"], chunk["model"]], ["chatcmpl-u1", "real"]);
});

test("the older form of calls, both ways", () => {
  const request = {
    messages: [
      { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
      { role: "function", name: "f", content: "done" },
    ],
    functions: [{ name: "f", parameters: { type: "object" } }],
    function_call: { name: "f" },
  };
  const { body, answer } = asked(request);
  assert.deepEqual(body["input"], [
    { type: "function_call", call_id: "call_0", name: "f", arguments: "{}" },
    { type: "function_call_output", call_id: "call_0", output: "done" },
  ]);
  assert.deepEqual(body["tool_choice"], { type: "function", name: "f" });
  const call = { type: "function_call", call_id: "9", name: "f", arguments: "{}" };
  const plain = answer.plain({ ...RESPONSE, output: [call] }, CONTEXT);
  const choice = (plain["choices"] as JsonObject[])[0];
  assert.deepEqual(choice?.["message"], {
    role: "assistant",
    content: null,
    refusal: null,
    function_call: { name: "f", arguments: "{}" },
  });
  assert.equal(choice?.["finish_reason"], "function_call");
});
