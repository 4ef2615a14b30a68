import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { type AskedOfResponses, responsesRequest } from "./request.ts";

function asked(request: JsonObject): AskedOfResponses {
  return responsesRequest({ model: "m", messages: [{ role: "user", content: "hi" }], ...request });
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

test("a chat becomes a request of Responses that keeps nothing", () => {
  const { body, notes } = asked({
    messages: [
      { role: "system", content: "rules" },
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
        ],
      },
      {
        role: "assistant",
        content: "Let me see.",
        tool_calls: [
          { id: "1", type: "function", function: { name: "f", arguments: "{}" } },
          { id: "2", type: "custom", custom: { name: "t", input: "text" } },
        ],
      },
      { role: "tool", tool_call_id: "1", content: "one" },
      { role: "tool", tool_call_id: "2", content: [{ type: "text", text: "two" }] },
    ],
    tools: [
      { type: "function", function: { name: "f", description: "d", parameters: { type: "object" } } },
      {
        type: "custom",
        custom: { name: "t", format: { type: "grammar", grammar: { syntax: "lark", definition: "s" } } },
      },
    ],
    tool_choice: { type: "function", function: { name: "f" } },
    response_format: { type: "json_schema", json_schema: { name: "n", schema: {}, strict: true } },
    verbosity: "low",
    reasoning_effort: "high",
    max_tokens: 3,
    logprobs: true,
    top_logprobs: 2,
    stop: ["x"],
    presence_penalty: 0,
    stream: true,
    stream_options: { include_usage: true },
    user: "u",
    some_field: 1,
  });
  assert.deepEqual(body, {
    stream: true,
    user: "u",
    some_field: 1,
    input: [
      { type: "message", role: "system", content: "rules" },
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "a" },
          { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" },
        ],
      },
      {
        type: "message",
        role: "assistant",
        content: [{ type: "output_text", text: "Let me see.", annotations: [] }],
      },
      { type: "function_call", call_id: "1", name: "f", arguments: "{}" },
      { type: "custom_tool_call", call_id: "2", name: "t", input: "text" },
      { type: "function_call_output", call_id: "1", output: "one" },
      { type: "custom_tool_call_output", call_id: "2", output: [{ type: "input_text", text: "two" }] },
    ],
    store: false,
    tools: [
      { type: "function", name: "f", description: "d", parameters: { type: "object" }, strict: false },
      { type: "custom", name: "t", format: { type: "grammar", syntax: "lark", definition: "s" } },
    ],
    tool_choice: { type: "function", name: "f" },
    text: { format: { type: "json_schema", name: "n", schema: {}, strict: true }, verbosity: "low" },
    reasoning: { effort: "high" },
    top_logprobs: 2,
    include: ["reasoning.encrypted_content", "message.output_text.logprobs"],
    max_output_tokens: 16,
  });
  assert.deepEqual(notes, ["stop", "max_tokens below 16"]);
});

test("what one response cannot be is refused, with its place", () => {
  const rows: readonly (readonly [JsonObject, string])[] = [
    [{ n: 2 }, "untranslatable n"],
    [{ modalities: ["text", "audio"] }, "untranslatable modalities"],
    [{ messages: "x" }, "untranslatable messages"],
    [{ messages: [7] }, "untranslatable messages[0]"],
    [{ messages: [{ role: "wizard" }] }, "untranslatable messages[0].role"],
    [
      { messages: [{ role: "user", content: [{ type: "smell" }] }] },
      "untranslatable messages[0].content[0].type",
    ],
    [{ messages: [{ role: "tool", content: "x" }] }, "untranslatable messages[0].tool_call_id"],
    [{ messages: [{ role: "assistant", tool_calls: [{}] }] }, "untranslatable messages[0].tool_calls[0].id"],
  ];
  for (const [request, code] of rows) assert.equal(refused(request), code);
});
