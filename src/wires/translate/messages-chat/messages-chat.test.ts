// What is asked of a chat for a request in Anthropic's words, and what is made of its answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExactly } from "../../../bytes/exact-json.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { MESSAGES_TO_CHAT } from "./messages-chat.ts";

const CONTEXT = { model: "claude", id: "r1", createdSeconds: 7 };
const PNG = "iVBORw0KGgo=";

function asked(fields: JsonObject): { readonly body: JsonObject; readonly notes: readonly string[] } {
  const body = { model: "qwen", max_tokens: 9, messages: [{ role: "user", content: "hi" }], ...fields };
  return MESSAGES_TO_CHAT.request(body);
}

function turns(...messages: readonly JsonObject[]): unknown {
  return asked({ messages }).body["messages"];
}

test("contents: texts, pictures, documents, results with pictures", () => {
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } };
  const url = { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } };
  assert.deepEqual(
    turns({
      role: "user",
      content: [
        image,
        { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
        { type: "document", title: "T", source: { type: "text", media_type: "text/plain", data: "D" } },
        { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERg==" } },
        { type: "search_result", source: "s", title: "t", content: [{ type: "text", text: "found" }] },
      ],
    }),
    [
      {
        role: "user",
        content: [
          url,
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
          { type: "text", text: "T\n\nD" },
          {
            type: "file",
            file: { filename: "document.pdf", file_data: "data:application/pdf;base64,JVBERg==" },
          },
          { type: "text", text: "t\ns\nfound" },
        ],
      },
    ],
  );
  assert.deepEqual(
    turns(
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: {} }] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "see" }, image] }],
      },
    ),
    [
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "t", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "t", content: "see" },
      { role: "user", content: [{ type: "text", text: "Of the result of the tool call t:" }, url] },
    ],
  );
});

test("whole numbers beyond 2^53 stay what they are, in calls and beside them", () => {
  const text =
    '{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"id":12345678901234567890}}]}],"seed":9007199254740993}';
  const { body } = MESSAGES_TO_CHAT.request(parseExactly(text) as JsonObject);
  assert.match(JSON.stringify(body), /\\"id\\":12345678901234567890/);
  assert.match(JSON.stringify(body), /"seed":9007199254740993/);
});

const FIELDS: readonly (readonly [JsonObject, JsonObject, readonly string[]])[] = [
  [{ stop_sequences: ["a", "b"] }, { max_tokens: 9, stop: ["a", "b"] }, []],
  [{ stop_sequences: [..."abcde"] }, { max_tokens: 9, stop: [..."abcd"] }, ["stop_sequences beyond 4"]],
  [{ temperature: 0, top_p: 0.5, top_k: 3 }, { max_tokens: 9, temperature: 0, top_p: 0.5, top_k: 3 }, []],
  [{ model: "gpt-4o", top_k: 3 }, { max_tokens: 9 }, ["top_k"]],
  [{ model: "gpt-5.5", temperature: 1 }, { max_completion_tokens: 9 }, ["temperature"]],
  [
    { model: "gpt-5.5", output_config: { effort: "max" } },
    { max_completion_tokens: 9, reasoning_effort: "high" },
    [],
  ],
  [{ thinking: { type: "enabled", budget_tokens: 2_000 } }, { max_tokens: 9 }, ["thinking"]],
  [
    { model: "gpt-oss:20b", thinking: { type: "enabled", budget_tokens: 2_000 } },
    { max_tokens: 9, reasoning_effort: "low" },
    [],
  ],
  [{ metadata: { user_id: "u" } }, { max_tokens: 9, user: "u" }, []],
  [
    { min_p: 0.1, chat_template_kwargs: { a: 1 } },
    { max_tokens: 9, min_p: 0.1, chat_template_kwargs: { a: 1 } },
    [],
  ],
  [{ container: "c", mcp_servers: [] }, { max_tokens: 9 }, ["container", "mcp_servers"]],
  [
    { output_config: { format: { type: "json_schema", schema: { type: "object" } } } },
    {
      max_tokens: 9,
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema: { type: "object" }, strict: true },
      },
    },
    [],
  ],
];

test("the other fields", () => {
  for (const [fields, expected, notes] of FIELDS) {
    const { body, notes: noted } = asked(fields);
    const { messages: _, ...rest } = body;
    assert.deepEqual([rest, noted], [expected, notes]);
  }
});

test("choices of tools", () => {
  const tools = [{ name: "f", input_schema: {} }];
  for (const [choice, expected] of [
    [{ type: "auto" }, { tool_choice: "auto" }],
    [
      { type: "any", disable_parallel_tool_use: true },
      { tool_choice: "required", parallel_tool_calls: false },
    ],
    [{ type: "none" }, { tool_choice: "none" }],
    [{ type: "tool", name: "f" }, { tool_choice: { type: "function", function: { name: "f" } } }],
  ] as const) {
    const { messages: _, max_tokens: __, tools: ___, ...rest } = asked({ tools, tool_choice: choice }).body;
    assert.deepEqual(rest, expected);
  }
});

test("a name that is too long for a chat goes out short, and comes back", () => {
  const name = `mcp__${"x".repeat(90)}`;
  const { body, answer } = MESSAGES_TO_CHAT.request({ messages: [], tools: [{ name, input_schema: {} }] });
  const [{ function: told } = { function: { name: "" } }] = body["tools"] as { function: { name: string } }[];
  assert.equal(told.name.length, 64);
  const call = { id: "c", type: "function", function: { name: told.name, arguments: "{}" } };
  const { content } = answer.plain({ choices: [{ message: { tool_calls: [call] } }] }, CONTEXT);
  assert.deepEqual(content, [{ type: "tool_use", id: "c", name, input: {} }]);
});

type Row = readonly [message: JsonObject, finish: string | null, content: unknown, stop: string];
const CALL = { id: "c", type: "function", function: { name: "f", arguments: '{"a":1}' } };
const USE = { type: "tool_use", id: "c", name: "f", input: { a: 1 } };

const ANSWERS: readonly Row[] = [
  [{ content: "x" }, "stop", [{ type: "text", text: "x" }], "end_turn"],
  [{ content: "x" }, "length", [{ type: "text", text: "x" }], "max_tokens"],
  [{ content: "x" }, "content_filter", [{ type: "text", text: "x" }], "refusal"],
  [{ content: null, refusal: "no" }, "stop", [{ type: "text", text: "no" }], "refusal"],
  [{ content: "", tool_calls: [CALL] }, "stop", [USE], "tool_use"],
  [
    { content: null, function_call: CALL.function },
    "function_call",
    [{ ...USE, id: "toolu_r1_0" }],
    "tool_use",
  ],
  [{ content: [{ type: "text", text: "x" }] }, null, [{ type: "text", text: "x" }], "end_turn"],
  [
    { reasoning: "hm", content: "x" },
    "stop",
    [
      { type: "thinking", thinking: "hm", signature: "oai-gateway:reasoning" },
      { type: "text", text: "x" },
    ],
    "end_turn",
  ],
];

test("plain answers", () => {
  const { answer } = MESSAGES_TO_CHAT.request({ messages: [] });
  for (const [message, finish, content, stop] of ANSWERS) {
    const made = answer.plain({ id: "chatcmpl-9", choices: [{ message, finish_reason: finish }] }, CONTEXT);
    assert.deepEqual([made["content"], made["stop_reason"], made["id"]], [content, stop, "msg_9"]);
  }
});

test("a stop sequence that the endpoint names", () => {
  const { answer } = MESSAGES_TO_CHAT.request({ messages: [], stop_sequences: ["END"] });
  const choices = [{ message: { content: "x" }, finish_reason: "stop", stop_reason: "END" }];
  const { stop_reason: reason, stop_sequence: sequence } = answer.plain({ choices }, CONTEXT);
  assert.deepEqual([reason, sequence], ["stop_sequence", "END"]);
});

test("reasoning goes back to where it came from, while calls are not answered, in the field that it came in", () => {
  const thinking = { type: "thinking", thinking: "hm", signature: "oai-gateway:reasoning_content" };
  const call = {
    role: "assistant",
    content: [thinking, { type: "tool_use", id: "t", name: "f", input: {} }],
  };
  const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "r" }] };
  const open = turns(call, result) as JsonObject[];
  assert.equal(open[0]?.["reasoning_content"], "hm");
  const over = turns(call, result, { role: "assistant", content: "done" }, { role: "user", content: "next" });
  assert.equal((over as JsonObject[])[0]?.["reasoning_content"], undefined);
});

test("calls that all have one index, and calls without any", () => {
  for (const index of [0, undefined]) {
    const stream = MESSAGES_TO_CHAT.request({ messages: [] }).answer.stream(CONTEXT);
    const out: JsonObject[] = [];
    const calls = ["a", "b"].map((id) => ({
      index,
      id,
      type: "function",
      function: { name: "f", arguments: "{}" },
    }));
    for (const call of calls) stream.push({ choices: [{ index: 0, delta: { tool_calls: [call] } }] }, out);
    stream.finish(out);
    const begun = out.filter(({ type }) => type === "content_block_start");
    assert.deepEqual(
      begun.map(({ index: at, content_block: block }) => [at, (block as JsonObject)["id"]]),
      [
        [0, "a"],
        [1, "b"],
      ],
    );
  }
});
