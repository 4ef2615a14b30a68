// What a model may have said, and the same as answers of two APIs, plain and in the events of a stream.

import fc from "fast-check";
import type { WireUsage } from "../../src/core/usage.ts";
import type { JsonObject } from "../../src/wires/errors/json-prefix.ts";
import { chatUsage, messagesUsage } from "../../src/wires/translate/usage.ts";
import { asText, objectsOf } from "../../src/wires/translate/values.ts";

const TEXT = fc.string({
  unit: fc.constantFrom("a", "é", "漢", "\n", '"', "\\", "{", "😀"),
  minLength: 1,
  maxLength: 12,
});
const NAME = fc.constantFrom("f", "g", "Bash");
const INPUT = fc.dictionary(
  fc.constantFrom("a", "b", "path"),
  fc.oneof(fc.integer(), TEXT, fc.constant(null)),
  { maxKeys: 3 },
);
/** Counts of tokens. */
export const TOKENS: fc.Arbitrary<WireUsage> = fc
  .record(
    {
      input: fc.nat(1e6),
      output: fc.nat(1e6),
      cached: fc.nat(1e6),
      cacheWrite: fc.nat(1e6),
      reasoning: fc.option(fc.nat(1e5), { nil: undefined }),
    },
    { noNullPrototype: true },
  )
  // What came from a cache, or went into one, is a part of the input.
  .map((usage) => ({ ...usage, input: usage.input + usage.cached + usage.cacheWrite }));

/** What a model has said, in no API's words. */
export type Said = {
  readonly thinking: string | undefined;
  readonly text: string | undefined;
  readonly calls: readonly { readonly name: string; readonly input: JsonObject }[];
  readonly isCut: boolean;
  readonly tokens: WireUsage;
  readonly cuts: readonly number[];
  readonly byteCuts: readonly number[];
};

/** Whatever it may have said. */
export const SAID: fc.Arbitrary<Said> = fc.record({
  thinking: fc.option(TEXT, { nil: undefined }),
  text: fc.option(TEXT, { nil: undefined }),
  calls: fc.array(fc.record({ name: NAME, input: INPUT }), { maxLength: 3 }),
  isCut: fc.boolean(),
  tokens: TOKENS,
  cuts: fc.array(fc.nat(), { maxLength: 4 }),
  byteCuts: fc.array(fc.nat(), { maxLength: 12 }),
});

/** A text in pieces, between its characters. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const characters = [...text];
  const places = [...new Set([0, ...cuts.map((cut) => cut % characters.length), characters.length])].sort(
    (one, two) => one - two,
  );
  return places.slice(1).map((end, index) => characters.slice(places[index], end).join(""));
}

function finishOf({ isCut, calls }: Said): string {
  if (isCut) return "length";
  return calls.length > 0 ? "tool_calls" : "stop";
}

/** As a chat's plain answer. */
export function completion(said: Said): JsonObject {
  const calls = said.calls.map(({ name, input }, at) => ({
    id: `c${at}`,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  }));
  const message = {
    content: said.text ?? null,
    reasoning_content: said.thinking,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return {
    id: "chatcmpl-1",
    choices: [{ index: 0, message, finish_reason: finishOf(said) }],
    usage: chatUsage(said.tokens),
  };
}

/** As the chunks of its stream. */
export function completionEvents(said: Said): JsonObject[] {
  const { cuts } = said;
  const deltas: JsonObject[] = [{ role: "assistant", content: "" }];
  for (const piece of pieces(said.thinking ?? "", cuts)) deltas.push({ reasoning_content: piece });
  for (const piece of pieces(said.text ?? "", cuts)) deltas.push({ content: piece });
  for (const [index, { name, input }] of said.calls.entries()) {
    deltas.push({
      tool_calls: [{ index, id: `c${index}`, type: "function", function: { name, arguments: "" } }],
    });
    for (const piece of pieces(JSON.stringify(input), cuts))
      deltas.push({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  const chunks = deltas.map((delta) => ({
    id: "chatcmpl-1",
    choices: [{ index: 0, delta, finish_reason: null }],
  }));
  const end = { id: "chatcmpl-1", choices: [{ index: 0, delta: {}, finish_reason: finishOf(said) }] };
  return [...chunks, end, { id: "chatcmpl-1", choices: [], usage: chatUsage(said.tokens) }];
}

/** As Anthropic's plain message. */
export function message(said: Said): JsonObject {
  const content: JsonObject[] = [];
  if (said.thinking !== undefined)
    content.push({ type: "thinking", thinking: said.thinking, signature: "sig" });
  if (said.text !== undefined) content.push({ type: "text", text: said.text });
  for (const [at, { name, input }] of said.calls.entries())
    content.push({ type: "tool_use", id: `c${at}`, name, input });
  const reason = said.isCut ? "max_tokens" : said.calls.length > 0 ? "tool_use" : "end_turn";
  return { id: "msg_1", content, stop_reason: reason, usage: messagesUsage(said.tokens) };
}

/** As the events of its stream. */
export function messageEvents(said: Said): JsonObject[] {
  const { content, stop_reason: reason, ...head } = message(said);
  const blocks = objectsOf(content).flatMap((block, index) => blockEvents(block, index, said.cuts));
  const start = { ...head, content: [], usage: { ...messagesUsage(said.tokens), output_tokens: 1 } };
  return [
    { type: "message_start", message: start },
    { type: "ping" },
    ...blocks,
    { type: "message_delta", delta: { stop_reason: reason }, usage: messagesUsage(said.tokens) },
    { type: "message_stop" },
  ];
}

function blockEvents(block: JsonObject, index: number, cuts: readonly number[]): JsonObject[] {
  const delta = (value: JsonObject): JsonObject => ({ type: "content_block_delta", index, delta: value });
  const cut = (text: unknown): string[] => pieces(asText(text), cuts);
  const { type, text, thinking, signature, input } = block;
  const empty = {
    ...block,
    ...(type === "text" && { text: "" }),
    ...(type === "thinking" && { thinking: "", signature: "" }),
    ...(type === "tool_use" && { input: {} }),
  };
  const deltas =
    type === "text"
      ? cut(text).map((piece) => delta({ type: "text_delta", text: piece }))
      : type === "thinking"
        ? [
            ...cut(thinking).map((piece) => delta({ type: "thinking_delta", thinking: piece })),
            delta({ type: "signature_delta", signature }),
          ]
        : cut(JSON.stringify(input)).map((piece) => delta({ type: "input_json_delta", partial_json: piece }));
  return [
    { type: "content_block_start", index, content_block: empty },
    ...deltas,
    { type: "content_block_stop", index },
  ];
}
