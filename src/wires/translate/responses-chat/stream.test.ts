import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asked,
  CONTEXT,
  chunkOf,
  lastResponse,
  streamed,
} from "../../../../test/support/responses-over-chat.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, objectOf } from "../json-values.ts";

test("a stream has its events in order, each item whole before the next", () => {
  const events = streamed({ input: "x", include: ["reasoning.encrypted_content"] }, [
    chunkOf({ role: "assistant", reasoning_content: "Hm" }),
    chunkOf({ reasoning_content: "m." }),
    chunkOf({ content: "Hel" }),
    chunkOf({ content: "lo" }),
    chunkOf({
      tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }],
    }),
    chunkOf({ tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }),
    chunkOf({ tool_calls: [{ index: 0, function: { arguments: "1}" } }] }),
    chunkOf({
      tool_calls: [{ index: 1, id: "b", type: "function", function: { name: "g", arguments: "{}" } }],
    }),
    chunkOf({}, "tool_calls"),
    { ...chunkOf({}), choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } },
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

test("a stream whose call is cut is incomplete, and one whose call is no JSON of a text tool has failed", () => {
  const tools = [{ type: "custom", name: "t" }];
  const call = (given: string) =>
    chunkOf({ tool_calls: [{ index: 0, id: "a", function: { name: "t", arguments: given } }] });
  const cut = streamed({ input: "x", tools }, [call('{"input":"ab\\'), chunkOf({}, "length")]);
  const response = cut.at(-1)?.["response"] as JsonObject;
  assert.deepEqual(
    [response["status"], response["incomplete_details"]],
    ["incomplete", { reason: "max_output_tokens" }],
  );
  assert.equal((response["output"] as JsonObject[])[0]?.["input"], "ab");
  assert.throws(() => streamed({ input: "x", tools }, [call('{"input":7}'), chunkOf({}, "tool_calls")]), {
    code: "upstream_bad_response",
  });
});

test("calls that an endpoint mixes come out one after the other; a call without a name is no call", () => {
  const piece = (index: number, given: string, more: JsonObject = {}) =>
    chunkOf({
      tool_calls: [{ index, ...more, function: { arguments: given, ...(more["id"] ? { name: "f" } : {}) } }],
    });
  const events = streamed({ input: "x" }, [
    piece(0, '{"a"', { id: "a" }),
    piece(1, '{"b"', { id: "b" }),
    piece(0, ":1}"),
    piece(1, ":2}"),
    chunkOf({}, "tool_calls"),
  ]);
  const indexes = events.map(({ output_index }) => output_index).filter((index) => index !== undefined);
  assert.deepEqual(indexes, [...indexes].sort());
  const output = listOf(lastResponse(events)["output"]).map(objectOf);
  assert.deepEqual(
    output.map((item) => item["arguments"]),
    ['{"a":1}', '{"b":2}'],
  );
  assert.throws(
    () => streamed({ input: "x" }, [chunkOf({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] })]),
    {
      code: "upstream_bad_response",
    },
  );
});

test("an event says what was so when it was told, whatever comes before it is written", () => {
  const stream = asked({ input: "x" }).answer.stream(CONTEXT);
  const out: JsonObject[] = [];
  const before: string[] = [];
  const likely = { content: [{ token: "a", logprob: -1 }] };
  const cited = [{ type: "url_citation", url_citation: { url: "https://a.example", title: "a" } }];
  for (const piece of [
    chunkOf({ content: "a", annotations: cited }),
    chunkOf({ refusal: "no" }),
    {
      ...chunkOf({}),
      choices: [{ index: 0, delta: { content: "b", annotations: cited }, logprobs: likely }],
    },
  ]) {
    stream.push(piece, out);
    for (const event of out.slice(before.length)) before.push(JSON.stringify(event));
  }
  assert.ok(before.length > 6);
  assert.deepEqual(
    out.map((event) => JSON.stringify(event)),
    before,
  );
});
