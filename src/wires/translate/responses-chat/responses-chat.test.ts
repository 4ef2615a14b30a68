import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, objectOf } from "../json-values.ts";
import type { TranslatedRequest } from "../translation.ts";
import { COMPACTION_OVER_CHAT, RESPONSES_OVER_CHAT } from "./responses-chat.ts";

const CONTEXT = { model: undefined, id: "u1", createdSeconds: 1_700_000_000 };

function asked(request: JsonObject): TranslatedRequest {
  return RESPONSES_OVER_CHAT.request({ model: "m", ...request });
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

function streamed(request: JsonObject, chunks: readonly JsonObject[]): readonly JsonObject[] {
  const stream = asked(request).answer.stream(CONTEXT);
  const out: JsonObject[] = [];
  for (const chunk of chunks) stream.push(chunk, out);
  stream.finish(out);
  return out;
}

function lastResponse(events: readonly JsonObject[]): JsonObject {
  return objectOf(events.at(-1)?.["response"]);
}

const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1_700_000_001,
  model: "real",
  choices: [{ index: 0, delta, finish_reason: finish }],
});

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
  assert.deepEqual(notes, []);
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
      { type: "input_image", image_url: "data:x", detail: "low" },
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
        { type: "image_url", image_url: { url: "data:x", detail: "low" } },
      ],
    },
    { role: "user", content: "meanwhile" },
    { role: "assistant", content: null, tool_calls: [chatCall("3")] },
    { role: "tool", tool_call_id: "3", content: '{"odd":true}' },
  ]);
});

test("tools with free text and tools in namespaces become functions, and their calls come back as they were meant", () => {
  const request = {
    input: "x",
    tools: [
      {
        type: "function",
        name: "plain",
        description: "d",
        parameters: { type: "object" },
        strict: false,
        defer_loading: true,
      },
      {
        type: "custom",
        name: "apply_patch",
        description: "Patches.",
        format: { type: "grammar", syntax: "lark", definition: "start: x" },
      },
      {
        type: "namespace",
        name: "mcp__files",
        description: "Files.",
        tools: [
          { type: "function", name: "read", parameters: { type: "object" } },
          { type: "custom", name: "note" },
        ],
      },
    ],
    tool_choice: { type: "custom", name: "apply_patch" },
  };
  const { body } = asked(request);
  const tools = body["tools"] as { function: { name: string; description: string } }[];
  assert.deepEqual(
    tools.map((tool) => tool.function.name),
    ["plain", "apply_patch", "mcp__files__read", "mcp__files__note"],
  );
  assert.match(
    tools[1]?.function.description ?? "",
    /Patches\.[\s\S]*plain text[\s\S]*lark grammar:\nstart: x/,
  );
  assert.deepEqual(body["tool_choice"], { type: "function", function: { name: "apply_patch" } });
  const answer = asked(request).answer.plain(
    {
      model: "real",
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            content: null,
            tool_calls: [
              {
                id: "a",
                type: "function",
                function: { name: "apply_patch", arguments: '{"input":"*** Begin\\n"}' },
              },
              { id: "b", type: "function", function: { name: "mcp__files__read", arguments: '{"p":1}' } },
              { id: "c", type: "function", function: { name: "mcp__files__note", arguments: "just text" } },
              { id: "d", type: "function", function: { name: "plain", arguments: "" } },
            ],
          },
        },
      ],
    },
    CONTEXT,
  );
  assert.deepEqual(answer["output"], [
    {
      id: "ctc_u10",
      type: "custom_tool_call",
      input: "*** Begin\n",
      call_id: "a",
      name: "apply_patch",
      status: "completed",
    },
    {
      id: "fc_u11",
      type: "function_call",
      arguments: '{"p":1}',
      call_id: "b",
      name: "read",
      namespace: "mcp__files",
      status: "completed",
    },
    {
      id: "ctc_u12",
      type: "custom_tool_call",
      input: "just text",
      call_id: "c",
      name: "note",
      namespace: "mcp__files",
      status: "completed",
    },
    {
      id: "fc_u13",
      type: "function_call",
      arguments: "{}",
      call_id: "d",
      name: "plain",
      status: "completed",
    },
  ]);
  const back = messagesOf(
    [
      { type: "custom_tool_call", call_id: "a", name: "apply_patch", input: "*** Begin\n" },
      { type: "custom_tool_call_output", call_id: "a", output: "done" },
      { type: "function_call", call_id: "b", name: "read", namespace: "mcp__files", arguments: '{"p":1}' },
      { type: "function_call_output", call_id: "b", output: "text" },
    ],
    request,
  ) as { tool_calls?: { function: unknown }[] }[];
  assert.deepEqual(back[0]?.tool_calls?.[0]?.function, {
    name: "apply_patch",
    arguments: '{"input":"*** Begin\\n"}',
  });
  assert.deepEqual(back[2]?.tool_calls?.[0]?.function, { name: "mcp__files__read", arguments: '{"p":1}' });
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
    [item({ role: "user", content: 7 }), "invalid_field input[0].content"],
    [item({ type: "compaction", encrypted_content: "foreign" }), "untranslatable input[0].encrypted_content"],
    [item({ type: "function_call", call_id: "1", name: "f", arguments: "{}" }), "invalid_field input[0]"],
    [item({ type: "function_call_output", call_id: "1", output: "x" }), "invalid_field input[0]"],
    [{ input: 7 }, "invalid_field input"],
    [{ input: [7] }, "invalid_field input[0]"],
    [{ input: "x", tools: [7] }, "invalid_field tools[0]"],
    [{ input: "x", tools: [{ type: "function" }] }, "invalid_field tools[0].name"],
    [{ input: "x", text: { format: { type: "xml" } } }, "untranslatable text.format"],
  ];
  for (const [request, code] of rows) assert.equal(refused(request), code);
});

test("a stream has its events in order, each item whole before the next", () => {
  const events = streamed({ input: "x", include: ["reasoning.encrypted_content"] }, [
    chunk({ role: "assistant", reasoning_content: "Hm" }),
    chunk({ reasoning_content: "m." }),
    chunk({ content: "Hel" }),
    chunk({ content: "lo" }),
    chunk({ tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: "1}" } }] }),
    chunk({
      tool_calls: [{ index: 1, id: "b", type: "function", function: { name: "g", arguments: "{}" } }],
    }),
    chunk({}, "tool_calls"),
    { ...chunk({}), choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } },
  ]);
  assert.deepEqual(
    events.map(({ sequence_number }) => sequence_number),
    events.map((_, at) => at),
  );
  assert.deepEqual(
    events.map(({ type, output_index }) =>
      `${String(type).slice("response.".length)} ${output_index ?? ""}`.trim(),
    ),
    [
      "created",
      "in_progress",
      "output_item.added 0",
      "content_part.added 0",
      "reasoning_text.delta 0",
      "reasoning_text.delta 0",
      "reasoning_text.done 0",
      "content_part.done 0",
      "output_item.done 0",
      "output_item.added 1",
      "content_part.added 1",
      "output_text.delta 1",
      "output_text.delta 1",
      "output_text.done 1",
      "content_part.done 1",
      "output_item.done 1",
      "output_item.added 2",
      "function_call_arguments.delta 2",
      "function_call_arguments.delta 2",
      "function_call_arguments.done 2",
      "output_item.done 2",
      "output_item.added 3",
      "function_call_arguments.delta 3",
      "function_call_arguments.done 3",
      "output_item.done 3",
      "completed",
    ],
  );
  const last = events.at(-1)?.["response"] as JsonObject;
  assert.deepEqual([last["status"], last["model"], last["created_at"]], ["completed", "real", 1_700_000_001]);
  assert.deepEqual(last["usage"], {
    input_tokens: 7,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 3,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 10,
  });
});

test("reasoning comes back under the endpoint's own name, sealed where the client keeps it", () => {
  const request = { input: "x", include: ["reasoning.encrypted_content"] };
  const details = [{ type: "reasoning.text", text: "Hm.", signature: "s", index: 0 }];
  const answer = asked(request).answer.plain(
    {
      choices: [
        { message: { content: "a", reasoning: "Hm.", reasoning_details: details }, finish_reason: "stop" },
      ],
    },
    CONTEXT,
  );
  const output = answer["output"] as JsonObject[];
  assert.deepEqual(messagesOf([...output, { role: "user", content: "b" }]), [
    { role: "assistant", content: "a", reasoning: "Hm.", reasoning_details: details },
    { role: "user", content: "b" },
  ]);
  const { notes, body } = asked({
    input: [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" }],
  });
  assert.deepEqual([notes, body["messages"]], [["reasoning of another endpoint"], []]);
});

test("a stream whose call is cut is incomplete, and one whose call is no JSON of a text tool has failed", () => {
  const tools = [{ type: "custom", name: "t" }];
  const call = (given: string) =>
    chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "t", arguments: given } }] });
  const cut = streamed({ input: "x", tools }, [call('{"input":"ab\\'), chunk({}, "length")]);
  const response = cut.at(-1)?.["response"] as JsonObject;
  assert.deepEqual(
    [response["status"], response["incomplete_details"]],
    ["incomplete", { reason: "max_output_tokens" }],
  );
  assert.equal((response["output"] as JsonObject[])[0]?.["input"], "ab");
  assert.throws(() => streamed({ input: "x", tools }, [call('{"input":7}'), chunk({}, "tool_calls")]), {
    code: "upstream_bad_response",
  });
});

test("calls that an endpoint mixes come out one after the other; a call without a name is no call", () => {
  const piece = (index: number, given: string, more: JsonObject = {}) =>
    chunk({
      tool_calls: [{ index, ...more, function: { arguments: given, ...(more["id"] ? { name: "f" } : {}) } }],
    });
  const events = streamed({ input: "x" }, [
    piece(0, '{"a"', { id: "a" }),
    piece(1, '{"b"', { id: "b" }),
    piece(0, ":1}"),
    piece(1, ":2}"),
    chunk({}, "tool_calls"),
  ]);
  const indexes = events.map(({ output_index }) => output_index).filter((index) => index !== undefined);
  assert.deepEqual(indexes, [...indexes].sort());
  const output = listOf(lastResponse(events)["output"]).map(objectOf);
  assert.deepEqual(
    output.map((item) => item["arguments"]),
    ['{"a":1}', '{"b":2}'],
  );
  assert.throws(
    () => streamed({ input: "x" }, [chunk({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] })]),
    {
      code: "upstream_bad_response",
    },
  );
});

test("compaction: a summary becomes an item, and the item a message", () => {
  const input = [{ role: "user", content: "long talk" }, { type: "compaction_trigger" }];
  const tools = [{ type: "function", name: "f" }];
  const { body, answer } = asked({ input, tools });
  assert.equal(body["tool_choice"], "none");
  const plain = answer.plain(
    { choices: [{ message: { content: "the gist" }, finish_reason: "stop" }] },
    CONTEXT,
  );
  const [item] = plain["output"] as JsonObject[];
  assert.equal(item?.["type"], "compaction");
  const events = streamed({ input }, [
    chunk({ content: "the " }),
    chunk({ content: "gist" }),
    chunk({}, "stop"),
  ]);
  assert.deepEqual(
    events.map(({ type }) => type),
    [
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.compaction.compacting",
      "response.output_item.done",
      "response.completed",
    ],
  );
  assert.deepEqual(lastResponse(events)["output"], [item]);
  const [message] = messagesOf([item]) as JsonObject[];
  assert.match(String(message?.["content"]), /the gist$/);
  const path = COMPACTION_OVER_CHAT.request({ model: "m", input: "long talk" });
  const compacted = path.answer.plain(
    { choices: [{ message: { content: "g" }, finish_reason: "stop" }] },
    CONTEXT,
  );
  assert.equal(compacted["object"], "response.compaction");
  assert.throws(
    () => path.answer.plain({ choices: [{ message: { content: "g" }, finish_reason: "length" }] }, CONTEXT),
    { code: "upstream_bad_response" },
  );
});
