// What is asked in Anthropic's words for a chat, and what is made of the answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { objectsOf } from "../values.ts";
import { CHAT_TO_MESSAGES } from "./chat-messages.ts";

const CONTEXT = { model: "nick", id: "r1", createdSeconds: 7 };
const PNG = "iVBORw0KGgo=";

function asked(fields: JsonObject): { readonly body: JsonObject; readonly notes: readonly string[] } {
  return CHAT_TO_MESSAGES.request({
    model: "claude-sonnet-5-5",
    messages: [{ role: "user", content: "hi" }],
    ...fields,
  });
}

/** The fields without limit and conversation. */
function fieldsOf(fields: JsonObject): readonly [JsonObject, readonly string[]] {
  const { body, notes } = asked(fields);
  const { max_tokens: _, messages: __, ...rest } = body;
  return [rest, notes];
}

test("a conversation with calls, in parallel, and their results", () => {
  const { body, notes } = asked({
    messages: [
      { role: "developer", content: "Be short." },
      {
        role: "user",
        content: [
          { type: "text", text: "Look." },
          { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "a", type: "function", function: { name: "f", arguments: '{"n":12345678901234567890}' } },
          { id: "b", type: "custom", custom: { name: "patch", input: "*** Begin" } },
        ],
      },
      { role: "tool", tool_call_id: "a", content: "one" },
      { role: "tool", tool_call_id: "b", content: [{ type: "text", text: "two" }] },
      { role: "user", content: "And?" },
      { role: "system", content: "Now in verse." },
      { role: "assistant", content: "Well, " },
    ],
    tools: [
      {
        type: "function",
        function: { name: "f", description: "F", parameters: { type: "object" }, strict: true },
      },
      {
        type: "custom",
        custom: {
          name: "patch",
          description: "P",
          format: { type: "grammar", grammar: { syntax: "lark", definition: "start: x" } },
        },
      },
    ],
  });
  const told = JSON.parse(JSON.stringify(body)) as JsonObject;
  assert.match(JSON.stringify(body), /"input":\{"n":12345678901234567890\}/);
  assert.deepEqual(told["system"], [
    { type: "text", text: "Be short." },
    { type: "text", text: "Now in verse." },
  ]);
  const messages = told["messages"] as { readonly role: string; readonly content: unknown }[];
  assert.deepEqual(
    messages.map(({ role }) => role),
    ["user", "assistant", "user", "assistant"],
  );
  assert.deepEqual(messages[0]?.content, [
    { type: "text", text: "Look." },
    { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
  ]);
  assert.deepEqual(objectsOf(messages[1]?.content)[1], {
    type: "tool_use",
    id: "b",
    name: "patch",
    input: { input: "*** Begin" },
  });
  assert.deepEqual(messages[2]?.content, [
    { type: "tool_result", tool_use_id: "a", content: "one" },
    { type: "tool_result", tool_use_id: "b", content: "two" },
    { type: "text", text: "And?" },
  ]);
  assert.equal(messages[3]?.content, "Well,");
  const tools = told["tools"] as JsonObject[];
  assert.deepEqual(tools[0], { name: "f", description: "F", input_schema: { type: "object" } });
  assert.match(String(tools[1]?.["description"]), /lark grammar:\nstart: x$/);
  assert.deepEqual(notes, ["messages.system moved to the front", "tools.strict"]);
});

const FIELDS: readonly (readonly [JsonObject, JsonObject, readonly string[]])[] = [
  [{ stop: "a" }, { stop_sequences: ["a"] }, []],
  [{ stop: ["\n", "b"] }, { stop_sequences: ["b"] }, ["stop of white space"]],
  [{ temperature: 1.5 }, { temperature: 1 }, ["temperature above 1"]],
  [{ temperature: 0.5, top_p: 1, n: 1, presence_penalty: 0 }, { temperature: 0.5 }, []],
  [{ temperature: 0.5, top_p: 0.9 }, { temperature: 0.5 }, ["top_p"]],
  [{ user: "u", seed: 3, logit_bias: {} }, { metadata: { user_id: "u" } }, ["seed", "logit_bias"]],
  [
    { top_k: 5, cache_control: { type: "ephemeral" } },
    { top_k: 5, cache_control: { type: "ephemeral" } },
    [],
  ],
  [{ reasoning_effort: "high" }, { thinking: { type: "adaptive" }, output_config: { effort: "high" } }, []],
  [{ reasoning_effort: "none" }, {}, []],
  [
    { model: "claude-sonnet-4-5", reasoning_effort: "low", temperature: 0 },
    { thinking: { type: "enabled", budget_tokens: 2_048 } },
    ["temperature"],
  ],
  [{ response_format: { type: "json_object" } }, {}, ["response_format.json_object"]],
  [
    { response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" } } } },
    { output_config: { format: { type: "json_schema", schema: { type: "object" } } } },
    [],
  ],
];

test("the other fields", () => {
  for (const [fields, expected, notes] of FIELDS) assert.deepEqual(fieldsOf(fields), [expected, notes]);
});

test("the limit that Anthropic needs", () => {
  const limit = (fields: JsonObject): unknown => asked(fields).body["max_tokens"];
  assert.equal(limit({}), 32_000);
  assert.equal(limit({ model: "claude-3-haiku-20240307" }), 4_096);
  assert.equal(limit({ model: "claude-3-5-haiku-latest" }), 8_192);
  assert.equal(limit({ max_tokens: 5, max_completion_tokens: 6 }), 6);
});

test("choices of tools, and the older words for them", () => {
  const tools = ["f", "g"].map((name) => ({ type: "function", function: { name } }));
  const choice = (fields: JsonObject): unknown => asked({ tools, ...fields }).body["tool_choice"];
  assert.deepEqual(choice({ tool_choice: "required" }), { type: "any" });
  assert.deepEqual(choice({ tool_choice: "none", parallel_tool_calls: false }), { type: "none" });
  assert.deepEqual(choice({ parallel_tool_calls: false }), { type: "auto", disable_parallel_tool_use: true });
  assert.deepEqual(choice({ tool_choice: { type: "function", function: { name: "g" } } }), {
    type: "tool",
    name: "g",
  });
  const allowed = {
    type: "allowed_tools",
    allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "g" } }] },
  };
  const { tools: left } = asked({ tools, tool_choice: allowed }).body;
  assert.deepEqual(
    (left as JsonObject[]).map(({ name }) => name),
    ["g"],
  );
  const older = CHAT_TO_MESSAGES.request({
    messages: [],
    functions: [{ name: "f", parameters: {} }],
    function_call: { name: "f" },
  });
  assert.deepEqual(older.body["tool_choice"], { type: "tool", name: "f" });
  const said = older.answer.plain(
    { content: [{ type: "tool_use", id: "t", name: "f", input: { a: 1 } }], stop_reason: "tool_use" },
    CONTEXT,
  );
  const [{ message, finish_reason: finish } = {}] = said["choices"] as JsonObject[];
  assert.deepEqual((message as JsonObject)["function_call"], { name: "f", arguments: '{"a":1}' });
  assert.equal(finish, "function_call");
});

test("thoughts go to the client readable, with their signature, and come back as they were", () => {
  const { answer } = CHAT_TO_MESSAGES.request({ messages: [] });
  const thinking = { type: "thinking", thinking: "hm", signature: "sig" };
  const content = [thinking, { type: "tool_use", id: "t", name: "f", input: {} }];
  const said = answer.plain({ content, stop_reason: "tool_use" }, CONTEXT);
  const [{ message } = {}] = said["choices"] as { readonly message: JsonObject }[];
  assert.equal(message?.["reasoning_content"], "hm");
  const { body, notes } = asked({
    messages: [message, { role: "tool", tool_call_id: "t", content: "r" }],
    reasoning_effort: "high",
  });
  assert.deepEqual((body["messages"] as JsonObject[])[0]?.["content"], content);
  assert.deepEqual([body["thinking"], notes], [{ type: "adaptive" }, []]);
});

test("calls whose thoughts are lost: the model is not asked to think, which Anthropic would refuse", () => {
  const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
  const { body, notes } = asked({
    messages: [
      { role: "assistant", tool_calls: [call] },
      { role: "tool", tool_call_id: "a", content: "r" },
    ],
    reasoning_effort: "high",
  });
  assert.deepEqual([body["thinking"], notes], [undefined, ["reasoning_effort"]]);
});

test("what would be another request is refused", () => {
  for (const [fields, place] of [
    [{ n: 2 }, "n"],
    [{ modalities: ["text", "audio"] }, "modalities"],
    [{ messages: [{ role: "user", content: [{ type: "input_audio" }] }] }, "messages[0].content[0]"],
    [
      {
        messages: [
          {
            role: "user",
            content: [{ type: "image_url", image_url: { url: "data:text/plain;base64,aGk=" } }],
          },
        ],
      },
      "messages[0].content[0]",
    ],
    [
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "nothing" } }] }] },
      "messages[0].content[0]",
    ],
  ] as const)
    assert.throws(() => asked(fields), { code: "untranslatable", param: place });
});

const REASONS: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

test("why a model stopped", () => {
  const { answer } = CHAT_TO_MESSAGES.request({ messages: [] });
  for (const [reason, finish] of Object.entries(REASONS)) {
    const { choices } = answer.plain({ content: [], stop_reason: reason }, CONTEXT);
    assert.equal((choices as JsonObject[])[0]?.["finish_reason"], finish);
  }
});

test("a custom tool is called with its text, plain and streamed", () => {
  const tools = [{ type: "custom", custom: { name: "patch" } }];
  const { answer } = CHAT_TO_MESSAGES.request({ messages: [], tools });
  const block = { type: "tool_use", id: "t", name: "patch", input: { input: "*** Begin" } };
  const call = { id: "t", type: "custom", custom: { name: "patch", input: "*** Begin" } };
  const { choices } = answer.plain({ content: [block], stop_reason: "tool_use" }, CONTEXT);
  assert.deepEqual((choices as { readonly message: JsonObject }[])[0]?.message["tool_calls"], [call]);
  const stream = answer.stream(CONTEXT);
  const out: JsonObject[] = [];
  stream.push({ type: "message_start", message: {} }, out);
  stream.push({ type: "content_block_start", index: 0, content_block: { ...block, input: {} } }, out);
  const delta = { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
  stream.push({ type: "content_block_delta", index: 0, delta }, out);
  stream.push({ type: "content_block_stop", index: 0 }, out);
  const called = out.flatMap(
    ({ choices: all }) => (all as { readonly delta: JsonObject }[])[0]?.delta["tool_calls"] ?? [],
  );
  assert.deepEqual(called, [{ index: 0, ...call }]);
});
