// Tests of the requests that Ollama's become: turns, options, thinking; and of calls in answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { translationBetween } from "../../registry/translations.ts";
import { asObject, objectsOf } from "../values.ts";
import { OLLAMA_GENERATE_OVER_CHAT } from "./generate.ts";
import { OLLAMA_OVER_CHAT } from "./ollama-chat.ts";

const CONTEXT = { model: "m", id: "r1", createdSeconds: 7, elapsedMs: () => 3 };
const USER = { role: "user", content: "hi" };

function turns(model: string, ...messages: readonly JsonObject[]): unknown {
  return OLLAMA_OVER_CHAT.request({ model, messages }).body["messages"];
}

const call = (name: string, given: unknown, id?: string): JsonObject => ({
  ...(id !== undefined && { id }),
  function: { name, arguments: given },
});
const written = (id: string, name: string, text: string): JsonObject => ({
  id,
  type: "function",
  function: { name, arguments: text },
});

test("calls and results: by id, by the tool's name, by their order", () => {
  const calls = [call("f", { a: 1 }), call("g", '{"b":2}', "own"), call("f", {})];
  assert.deepEqual(
    turns(
      "m",
      USER,
      { role: "assistant", content: "", tool_calls: calls },
      { role: "tool", tool_call_id: "own", content: "1" },
      { role: "tool", tool_name: "f", content: "2" },
      { role: "tool", content: "3" },
    ),
    [
      USER,
      {
        role: "assistant",
        content: null,
        tool_calls: [
          written("call_1_0", "f", '{"a":1}'),
          written("own", "g", '{"b":2}'),
          written("call_1_2", "f", "{}"),
        ],
      },
      { role: "tool", tool_call_id: "own", content: "1" },
      { role: "tool", tool_call_id: "call_1_0", content: "2" },
      { role: "tool", tool_call_id: "call_1_2", content: "3" },
    ],
  );
});

test("pictures of a tool follow its result; thoughts go back where a model needs them, and only then", () => {
  const assistant = { role: "assistant", content: "", thinking: "Hm.", tool_calls: [call("f", {})] };
  const result = { role: "tool", tool_name: "f", content: "x", images: ["/9j/4AAQ"] };
  const asked = turns("deepseek-chat", USER, assistant, result) as JsonObject[];
  assert.equal(asked[1]?.["reasoning_content"], "Hm.");
  assert.deepEqual(asked.at(-1), {
    role: "user",
    content: [
      { type: "text", text: "Of the result of the tool call call_1_0:" },
      { type: "image_url", image_url: { url: "data:image/jpeg;base64,/9j/4AAQ" } },
    ],
  });
  const over = turns("deepseek-chat", USER, assistant, result, USER) as JsonObject[];
  assert.equal(over[1]?.["reasoning_content"], undefined);
  const { notes } = OLLAMA_OVER_CHAT.request({ model: "m", messages: [USER, assistant] });
  assert.deepEqual(notes, ["messages.thinking"]);
});

const STREAM = { stream: true, stream_options: { include_usage: true } };
const FIELDS: readonly (readonly [JsonObject, JsonObject, readonly string[]])[] = [
  [{}, STREAM, []],
  [{ stream: false }, { stream: false }, []],
  [
    { options: { num_predict: -1, stop: "x", num_ctx: 9, top_k: null } },
    { ...STREAM, stop: ["x"] },
    ["options.num_ctx"],
  ],
  [{ options: { stop: [..."abcde"] } }, { ...STREAM, stop: [..."abcd"] }, ["options.stop beyond 4"]],
  [
    { model: "gpt-5.5", options: { num_predict: 9, temperature: 1, top_k: 3 } },
    { ...STREAM, max_completion_tokens: 9 },
    ["options.temperature", "options.top_k"],
  ],
  [{ options: { presence_penalty: 1, min_p: 0.1 } }, { ...STREAM, presence_penalty: 1, min_p: 0.1 }, []],
  [{ format: "json" }, { ...STREAM, response_format: { type: "json_object" } }, []],
  [{ format: "", think: null, keep_alive: "5m", tools: [] }, STREAM, ["keep_alive"]],
  [{ think: "high" }, STREAM, ["think"]],
  [{ model: "gpt-oss:20b", think: "high" }, { ...STREAM, reasoning_effort: "high" }, []],
  [{ model: "gpt-oss:20b", think: true }, STREAM, []],
  [{ model: "gpt-5.4", think: false }, { ...STREAM, reasoning_effort: "none" }, []],
  [{ model: "qwen3", think: false }, STREAM, ["think"]],
  [{ logprobs: true, top_logprobs: 2 }, { ...STREAM, logprobs: true, top_logprobs: 2 }, []],
  [{ tool_choice: "none", truncate: true }, { ...STREAM, tool_choice: "none" }, ["truncate"]],
];

test("the other fields", () => {
  for (const [fields, expected, notes] of FIELDS) {
    const { body, notes: noted } = OLLAMA_OVER_CHAT.request({ messages: [USER], ...fields });
    const { messages: _, model: __, ...rest } = body;
    assert.deepEqual([rest, noted], [expected, notes]);
  }
});

test("generate: a system, pictures, and what has no place in a chat", () => {
  const request = (fields: JsonObject): ReturnType<typeof OLLAMA_GENERATE_OVER_CHAT.request> =>
    OLLAMA_GENERATE_OVER_CHAT.request({ model: "m", prompt: "p", stream: false, ...fields });
  const { body, notes, operation } = request({
    system: "s",
    images: ["/9j/4AAQ"],
    template: "t",
    context: [1],
  });
  assert.deepEqual(body["messages"], [
    { role: "system", content: "s" },
    {
      role: "user",
      content: [
        { type: "text", text: "p" },
        { type: "image_url", image_url: { url: "data:image/jpeg;base64,/9j/4AAQ" } },
      ],
    },
  ]);
  assert.deepEqual([notes, operation], [["context", "template"], undefined]);
  const raw = request({ raw: true, format: "json", system: "s", options: { num_predict: 4 } });
  assert.deepEqual(raw.body, { model: "m", max_tokens: 4, stream: false, prompt: "p" });
  assert.deepEqual([raw.notes, raw.operation?.path], [["system", "format"], "/completions"]);
  const chain = translationBetween("ollama_generate", "messages");
  assert.throws(() => chain?.request({ prompt: "p", raw: true }), { code: "untranslatable" });
});

test("calls in an answer: objects, ids, and those that are not whole", () => {
  const { answer } = OLLAMA_OVER_CHAT.request({ messages: [USER] });
  const plain = (calls: unknown, finish: string): JsonObject =>
    answer.plain(
      { choices: [{ message: { content: null, tool_calls: calls }, finish_reason: finish }] },
      CONTEXT,
    );
  const made = plain([{ function: { name: "f", arguments: { a: 1 } } }], "tool_calls");
  assert.deepEqual(made["message"], {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "call_r1_0", function: { index: 0, name: "f", arguments: { a: 1 } } }],
  });
  assert.deepEqual([made["done_reason"], made["total_duration"]], ["stop", 3_000_000]);
  const broken = [written("c", "f", "{a")];
  assert.throws(() => plain(broken, "tool_calls"), { code: "upstream_bad_response" });
  assert.deepEqual(plain(broken, "length")["message"], { role: "assistant", content: "" });
  assert.throws(() => answer.plain({ choices: [] }, CONTEXT), { code: "upstream_bad_response" });
});

test("times as the endpoint has measured them", () => {
  const { answer } = OLLAMA_OVER_CHAT.request({ messages: [USER] });
  const choices = [{ message: { content: "x" }, finish_reason: "stop" }];
  const timings = { prompt_ms: 2, predicted_ms: 5.5 };
  const local = answer.plain({ choices, timings }, CONTEXT);
  assert.deepEqual([local["prompt_eval_duration"], local["eval_duration"]], [2e6, 5.5e6]);
  const usage = { prompt_tokens: 1, completion_tokens: 2, prompt_time: 0.5, completion_time: 1 };
  const hosted = answer.plain({ choices, usage }, CONTEXT);
  assert.deepEqual([hosted["prompt_eval_duration"], hosted["eval_duration"]], [5e8, 1e9]);
  assert.equal("eval_duration" in answer.plain({ choices }, CONTEXT), false);
});

test("calls that all have one index, and calls without any", () => {
  for (const index of [0, undefined]) {
    const stream = OLLAMA_OVER_CHAT.request({ messages: [USER] }).answer.stream(CONTEXT);
    const out: JsonObject[] = [];
    for (const id of ["a", "b"])
      stream.push({ choices: [{ delta: { tool_calls: [{ index, ...written(id, "f", "{}") }] } }] }, out);
    stream.finish(out);
    const ids = objectsOf(asObject(out[0]?.["message"])?.["tool_calls"]).map(({ id }) => id);
    assert.deepEqual(ids, ["a", "b"]);
  }
});
