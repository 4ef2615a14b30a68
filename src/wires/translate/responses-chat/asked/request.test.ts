import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../../../core/errors.ts";
import type { JsonObject } from "../../../errors/json-prefix.ts";
import { type AskedOfChat, chatRequest } from "./request.ts";

function asked(request: JsonObject): AskedOfChat {
  return chatRequest({ model: "m", ...request }, false);
}

function messagesOf(input: unknown, more: JsonObject = {}): unknown {
  return asked({ ...more, input }).body["messages"];
}

function refused(request: JsonObject): string {
  try {
    asked(request);
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code} ${error.param}`;
    throw error;
  }
  return "taken";
}

test("a text and instructions become messages, and limits and shapes their fields of a chat", () => {
  const { body, notes } = asked({
    instructions: "Be brief.",
    input: "hi",
    max_output_tokens: 9,
    temperature: 0.5,
    top_k: 3,
    store: false,
    metadata: { a: "b" },
    reasoning: { effort: "low", summary: "auto" },
    text: {
      verbosity: "low",
      format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true },
    },
    client_metadata: { session: "s" },
    include: ["reasoning.encrypted_content"],
    truncation: "disabled",
    stream: true,
    tool_choice: "auto",
    parallel_tool_calls: false,
  });
  assert.deepEqual(body, {
    temperature: 0.5,
    top_k: 3,
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "hi" },
    ],
    response_format: {
      type: "json_schema",
      json_schema: { name: "n", schema: { type: "object" }, strict: true },
    },
    verbosity: "low",
    reasoning_effort: "low",
    max_tokens: 9,
    stream: true,
    stream_options: { include_usage: true },
  });
  assert.deepEqual(notes, ["client_metadata"]);
  assert.equal(asked({ model: "gpt-5.1", input: "", max_output_tokens: 9 }).body["max_completion_tokens"], 9);
});

test("what is left out is told", () => {
  const { notes } = asked({
    input: [
      { type: "web_search_call", id: "ws" },
      { role: "user", content: "x" },
    ],
    tools: [{ type: "tool_search" }, { type: "web_search" }, { type: "mystery, tool" }],
    truncation: "auto",
    max_tool_calls: 3,
    include: ["file_search_call.results"],
    store: true,
  });
  assert.deepEqual(notes, [
    "tool tool_search",
    "tool web_search",
    "tool mystery??tool",
    "item web_search_call",
    "truncation",
    "max_tool_calls",
    "store",
    "include file_search_call.results",
  ]);
});

test("calls stand in one message with what was said, and their outputs right behind it", () => {
  const call = (id: string) => ({
    type: "function_call",
    call_id: id,
    name: "f",
    arguments: `{"i":"${id}"}`,
  });
  const output = (id: string, text: unknown) => ({ type: "function_call_output", call_id: id, output: text });
  const chatCall = (id: string) => ({
    id,
    type: "function",
    function: { name: "f", arguments: `{"i":"${id}"}` },
  });
  const messages = messagesOf([
    { type: "message", role: "developer", content: [{ type: "input_text", text: "rules" }] },
    {
      type: "message",
      role: "user",
      content: [
        { type: "input_text", text: "a" },
        { type: "input_text", text: "b" },
      ],
    },
    {
      type: "message",
      role: "assistant",
      id: "msg_1",
      content: [{ type: "output_text", text: "Let me see.", annotations: [] }],
    },
    call("1"),
    call("2"),
    { role: "user", content: "meanwhile" },
    output("2", "two"),
    output("1", [
      { type: "input_text", text: "one" },
      { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" },
    ]),
    call("3"),
    output("3", { odd: true }),
  ]);
  assert.deepEqual(messages, [
    { role: "system", content: "rules" },
    { role: "user", content: "a\nb" },
    { role: "assistant", content: "Let me see.", tool_calls: [chatCall("1"), chatCall("2")] },
    { role: "tool", tool_call_id: "1", content: "one" },
    { role: "tool", tool_call_id: "2", content: "two" },
    {
      role: "user",
      content: [
        { type: "text", text: "Output of the tool call 1:" },
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
      ],
    },
    { role: "user", content: "meanwhile" },
    { role: "assistant", content: null, tool_calls: [chatCall("3")] },
    { role: "tool", tool_call_id: "3", content: '{"odd":true}' },
  ]);
});

test("what the endpoint could not do without becoming another request is refused, with its place", () => {
  const item = (fields: JsonObject) => ({ input: [fields] });
  const rows: readonly (readonly [JsonObject, string])[] = [
    [{ input: "x", previous_response_id: "resp_1" }, "untranslatable previous_response_id"],
    [{ input: "x", conversation: "conv_1" }, "untranslatable conversation"],
    [{ input: "x", background: true }, "untranslatable background"],
    [item({ type: "item_reference", id: "msg_1" }), "untranslatable input[0]"],
    [item({ type: "hologram" }), "untranslatable input[0].type"],
    [item({ role: "wizard", content: "x" }), "untranslatable input[0].role"],
    [item({ role: "user", content: [{ type: "smell" }] }), "untranslatable input[0].content[0].type"],
    [
      item({ role: "user", content: [{ type: "input_image", file_id: "f" }] }),
      "untranslatable input[0].content[0].file_id",
    ],
    [item({ role: "user", content: 7 }), "untranslatable input[0].content"],
    [item({ type: "compaction", encrypted_content: "foreign" }), "untranslatable input[0].encrypted_content"],
    [item({ type: "function_call", call_id: "1", name: "f", arguments: "{}" }), "untranslatable input[0]"],
    [item({ type: "function_call_output", call_id: "1", output: "x" }), "untranslatable input[0]"],
    [{ input: 7 }, "untranslatable input"],
    [{ input: [7] }, "untranslatable input[0]"],
    [{ input: "x", tools: [7] }, "untranslatable tools[0]"],
    [{ input: "x", tools: [{ type: "function" }] }, "untranslatable tools[0].name"],
    [{ input: "x", text: { format: { type: "xml" } } }, "untranslatable text.format"],
  ];
  for (const [request, code] of rows) assert.equal(refused(request), code);
});
