// What counts as content where an answer without any is a failure, in every dialect.

import assert from "node:assert/strict";
import { test } from "node:test";
import { USUAL_WIRE } from "../../wires/registry/wires.ts";
import { FirstBytes } from "./first-bytes.ts";

function isWithoutContent(answer: unknown, isEventStream = false): boolean {
  const first = new FirstBytes({
    status: 200,
    contentType: isEventStream ? "text/event-stream" : "application/json",
    contentEncoding: "",
    isEventStream,
    wantsContent: true,
    mayBeStream: false,
    model: "m",
    keepsErrors: false,
    wire: USUAL_WIRE,
    isUnseen: false,
  });
  first.push(Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer)));
  first.end(true);
  return first.isWithoutContent;
}

const chat = (message: object) => ({ choices: [{ message: { role: "assistant", ...message } }] });
const responses = (...output: readonly object[]) => ({
  text: { format: { type: "text" } },
  reasoning: { effort: null },
  tools: [{ type: "function", name: "f", parameters: { properties: { content: { type: "string" } } } }],
  output,
});

const EMPTY: Readonly<Record<string, unknown>> = {
  "chat, an empty text": chat({ content: "" }),
  "chat, null and what else is usually there": chat({
    content: null,
    refusal: null,
    tool_calls: [],
    function_call: null,
    audio: null,
  }),
  "chat, no choice": { choices: [] },
  "responses, no output": responses(),
  "responses, an empty part": responses({
    type: "message",
    content: [{ type: "output_text", text: "", annotations: [] }],
  }),
  "messages, no content": { type: "message", content: [] },
  "messages, an empty part": { type: "message", content: [{ type: "text", text: "" }] },
};

const FULL: Readonly<Record<string, unknown>> = {
  "chat, a text": chat({ content: "x" }),
  "chat, a space": chat({ content: " " }),
  "chat, a call": chat({ content: null, tool_calls: [{ id: "t" }] }),
  "chat, a call of the old kind": chat({ content: null, function_call: { name: "f", arguments: "" } }),
  "chat, sound": chat({ content: null, audio: { id: "a", data: "" } }),
  "chat, reasoning alone": chat({ content: "", reasoning_content: "hm" }),
  "responses, a text": responses({ type: "message", content: [{ type: "output_text", text: "x" }] }),
  "responses, a call": responses({ type: "function_call", name: "f", arguments: "" }),
  "messages, a text": { type: "message", content: [{ type: "text", text: "x" }] },
  "messages, a call": { type: "message", content: [{ type: "tool_use", name: "f", input: {} }] },
};

for (const [what, answer] of Object.entries(EMPTY)) {
  test(`without content: ${what}`, () => assert.equal(isWithoutContent(answer), true));
}

for (const [what, answer] of Object.entries(FULL)) {
  test(`with content: ${what}`, () => assert.equal(isWithoutContent(answer), false));
}

test("with content: a delta of each dialect in a stream", () => {
  const start = 'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n';
  assert.equal(isWithoutContent(start, true), true);
  for (const event of [
    '{"choices":[{"delta":{"content":"x"}}]}',
    '{"type":"response.output_text.delta","delta":"x"}',
    '{"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}',
    '{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{"}}',
  ])
    assert.equal(isWithoutContent(`${start}data: ${event}\n\n`, true), false, event);
});
