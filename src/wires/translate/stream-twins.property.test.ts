// A stream and its plain answer say the same, and what was used is the same in either API's words.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../errors/json-prefix.ts";
import { CHAT_OVER_RESPONSES } from "./chat-responses/chat-responses.ts";
import { listOf, objectOf } from "./json-values.ts";
import { chatUsage, responsesUsage } from "./openai-usage.ts";
import { RESPONSES_OVER_CHAT } from "./responses-chat/responses-chat.ts";

const CONTEXT = { model: undefined, id: "u1", createdSeconds: 1_700_000_000 };
const HEAD = { created: 1_700_000_001, model: "real" };

const TEXT = fc.string({ unit: "grapheme", maxLength: 12 });
const USAGE = fc.record({
  prompt_tokens: fc.nat(9_000),
  completion_tokens: fc.nat(9_000),
  total_tokens: fc.nat(18_000),
  prompt_tokens_details: fc.record({ cached_tokens: fc.nat(500), cache_write_tokens: fc.nat(500) }),
  completion_tokens_details: fc.record({ reasoning_tokens: fc.nat(500) }),
});
/** The functions `f` and `t`; the latter stands for a tool that takes text. */
const CALL = fc.oneof(
  fc.record({ name: fc.constant("f"), arguments: fc.json() }),
  fc.record({
    name: fc.constant("t"),
    arguments: fc.record({ input: TEXT }).map((value) => JSON.stringify(value)),
  }),
);
const MADE = fc.record({
  reasoning: TEXT,
  content: TEXT,
  refusal: fc.constantFrom("", "No."),
  calls: fc.array(CALL, { maxLength: 3 }),
  finish: fc.constantFrom("stop", "length", "tool_calls", "content_filter"),
  usage: USAGE,
  cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
});

const REQUEST = {
  model: "m",
  input: "x",
  include: ["reasoning.encrypted_content"],
  tools: [
    { type: "function", name: "f" },
    { type: "custom", name: "t" },
  ],
};

/** A text in pieces of the given sizes, over and over. */
function pieces(text: string, sizes: readonly number[]): readonly string[] {
  const list: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    list.push(text.slice(at, at + size));
    at += size;
  }
  return list;
}

function chatCalls(calls: readonly { name: string; arguments: string }[]): readonly JsonObject[] {
  return calls.map((called, at) => ({ id: `call_${at}`, type: "function", function: called }));
}

test("a chat's stream and its plain answer are the same response", () => {
  fc.assert(
    fc.property(MADE, ({ reasoning, content, refusal, calls, finish, usage, cuts }) => {
      const asked = RESPONSES_OVER_CHAT.request(REQUEST).answer;
      const message = { reasoning_content: reasoning, content, refusal, tool_calls: chatCalls(calls) };
      const plain = asked.plain({ ...HEAD, choices: [{ message, finish_reason: finish }], usage }, CONTEXT);
      const stream = asked.stream(CONTEXT);
      const events: JsonObject[] = [];
      const push = (delta: JsonObject, reason: string | null = null): void =>
        stream.push({ ...HEAD, choices: [{ index: 0, delta, finish_reason: reason }] }, events);
      for (const piece of pieces(reasoning, cuts)) push({ reasoning_content: piece });
      for (const piece of pieces(content, cuts)) push({ content: piece });
      if (refusal !== "") push({ refusal });
      for (const [index, call] of chatCalls(calls).entries()) {
        const { name, arguments: given } = objectOf(call["function"]);
        push({
          tool_calls: [{ index, id: call["id"], type: "function", function: { name, arguments: "" } }],
        });
        for (const piece of pieces(String(given), cuts))
          push({ tool_calls: [{ index, function: { arguments: piece } }] });
      }
      push({}, finish);
      stream.push({ ...HEAD, choices: [], usage }, events);
      stream.finish(events);
      assert.deepEqual(objectOf(events.at(-1)?.["response"]), plain);
      assert.deepEqual(
        events.map(({ sequence_number }) => sequence_number),
        events.map((_, at) => at),
      );
      assertOrdered(events, listOf(plain["output"]).map(objectOf));
    }),
  );
});

/** Each item is added, told in pieces that make the whole, and done, before the next one. */
function assertOrdered(events: readonly JsonObject[], output: readonly JsonObject[]): void {
  let at = 0;
  let told = "";
  let isOpen = false;
  for (const { type, output_index, delta, item } of events) {
    if (output_index === undefined) continue;
    assert.equal(output_index, at);
    if (type === "response.output_item.added") isOpen = true;
    assert.ok(isOpen);
    if (typeof delta === "string") told += delta;
    if (type !== "response.output_item.done") continue;
    assert.deepEqual(item, output[at]);
    assert.equal(told, textIn(objectOf(item)));
    [at, told, isOpen] = [at + 1, "", false];
  }
  assert.equal(at, output.length);
}

function textIn(item: JsonObject): string {
  const parts = listOf(item["content"]).map(objectOf);
  const text = parts.map((part) => part["text"] ?? part["refusal"] ?? "").join("");
  return String(item["arguments"] ?? item["input"] ?? text);
}

test("a response's stream and its plain answer are the same chat completion", () => {
  fc.assert(
    fc.property(MADE, ({ reasoning, content, calls, finish, usage, cuts }) => {
      const request = { model: "m", messages: [], stream_options: { include_usage: true } };
      const asked = CHAT_OVER_RESPONSES.request(request).answer;
      const chat = { reasoning_content: reasoning, content, tool_calls: chatCalls(calls) };
      const answer = { ...HEAD, choices: [{ message: chat, finish_reason: finish }], usage };
      // What the other direction makes is a good response, with all its events.
      const back = RESPONSES_OVER_CHAT.request(REQUEST).answer;
      const plain = asked.plain(back.plain(answer, CONTEXT), CONTEXT);
      const inner = back.stream(CONTEXT);
      const outer = asked.stream(CONTEXT);
      const events: JsonObject[] = [];
      const deltas = [
        ...pieces(reasoning, cuts).map((piece) => ({ reasoning_content: piece })),
        ...pieces(content, cuts).map((piece) => ({ content: piece })),
        ...chatCalls(calls).map((call, index) => ({ tool_calls: [{ index, ...call }] })),
      ];
      for (const delta of deltas) inner.push({ ...HEAD, choices: [{ index: 0, delta }] }, events);
      inner.push({ ...HEAD, choices: [{ index: 0, delta: {}, finish_reason: finish }], usage }, events);
      inner.finish(events);
      const chunks: JsonObject[] = [];
      for (const event of events) outer.push(event, chunks);
      outer.finish(chunks);
      assert.deepEqual(joined(chunks), {
        message: objectOf(objectOf(listOf(plain["choices"])[0])["message"]),
        finish: objectOf(listOf(plain["choices"])[0])["finish_reason"],
        usage: plain["usage"],
      });
    }),
  );
});

/** The completion that chunks make together, as clients join them. */
function joined(chunks: readonly JsonObject[]): JsonObject {
  const message: Record<string, unknown> = { content: null, refusal: null };
  const calls: JsonObject[] = [];
  let finish: unknown = null;
  for (const { choices } of chunks) {
    const choice = objectOf(listOf(choices)[0]);
    finish = choice["finish_reason"] ?? finish;
    for (const [name, value] of Object.entries(objectOf(choice["delta"]))) {
      if (name === "tool_calls") for (const piece of listOf(value).map(objectOf)) addPiece(calls, piece);
      else if (name === "role" || name === "reasoning_details") message[name] = value;
      else message[name] = `${message[name] ?? ""}${value}`;
    }
  }
  // A stream begins with an empty text, whatever comes.
  const hasText = message["content"] !== "";
  if (!hasText && calls.length > 0) message["content"] = null;
  if (calls.length > 0) message["tool_calls"] = calls;
  if (!hasText && calls.length === 0 && message["reasoning_content"] !== undefined) message["content"] = null;
  return { message, finish, usage: chunks.at(-1)?.["usage"] };
}

function addPiece(calls: JsonObject[], { index, ...piece }: JsonObject): void {
  const at = Number(index);
  const before = objectOf(calls[at]);
  const kind = piece["custom"] === undefined && before["custom"] === undefined ? "function" : "custom";
  const field = kind === "custom" ? "input" : "arguments";
  const [one, two] = [objectOf(before[kind]), objectOf(piece[kind])];
  calls[at] = {
    ...before,
    ...piece,
    [kind]: { ...one, ...two, [field]: `${one[field] ?? ""}${two[field] ?? ""}` },
  };
}

test("counts of tokens are the same in the words of either API", () => {
  fc.assert(
    fc.property(USAGE, (usage) => {
      assert.deepEqual(chatUsage(responsesUsage(usage)), JSON.parse(JSON.stringify(usage)));
    }),
  );
  assert.equal(responsesUsage({ total_tokens: 3 }), null);
  assert.equal(chatUsage(undefined), undefined);
  const cached = responsesUsage({ prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 });
  assert.equal(objectOf(cached?.["input_tokens_details"])["cached_tokens"], 4);
});
