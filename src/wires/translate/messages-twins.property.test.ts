// A stream and its plain answer say the same in other words, however the stream is cut; and tokens are the same,
// whichever API reports them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  completion,
  completionEvents,
  message,
  messageEvents,
  SAID,
  TOKENS,
} from "../../../test/support/said.ts";
import { cutAt } from "../../../test/support/sse-text.ts";
import { readErrorText } from "../errors/error-body.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { CHAT_TO_MESSAGES } from "./chat-messages/chat-messages.ts";
import { endText, eventText } from "./event-text.ts";
import { MESSAGES_TO_CHAT } from "./messages-chat/messages-chat.ts";
import { TranslatedStream } from "./translated-stream.ts";
import type { Translation } from "./translation.ts";
import { chatUsage, messagesUsage, tokensOfChat, tokensOfMessages } from "./usage.ts";
import { asText, objectsOf } from "./values.ts";

const CONTEXT = { model: "m", id: "r1", createdSeconds: 7 };
const NOTHING = Buffer.alloc(0);

/** The values of a stream's events behind a translation, its bytes cut anywhere. */
function streamed(
  translation: Translation,
  events: readonly JsonObject[],
  byteCuts: readonly number[],
): JsonObject[] {
  const request = { messages: [], stream: true, stream_options: { include_usage: true } };
  const told = {
    api: translation.from,
    endpointError: () => NOTHING,
    endpointWords: readErrorText,
    ownError: () => Buffer.from("FAULT"),
  };
  const stream = new TranslatedStream(translation.request(request).answer.stream(CONTEXT), told);
  const bytes = Buffer.from(eventText(translation.to, events) + endText(translation.to));
  const out = [...cutAt(bytes, byteCuts).map((chunk) => stream.push(chunk)), stream.finish(true)];
  const text = Buffer.concat(out).toString();
  const data = text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice(6));
  if (translation.from === "chat") assert.equal(data.pop(), "[DONE]");
  return data.map((line) => JSON.parse(line) as JsonObject);
}

/** What a reader of Anthropic's events has at their end. */
function readMessage(events: readonly JsonObject[]): JsonObject {
  let read: JsonObject = {};
  const content: Record<string, unknown>[] = [];
  const inputs = new Map<unknown, string>();
  for (const event of events) {
    const {
      type,
      index,
      delta,
      content_block: block,
    } = event as { readonly [key: string]: JsonObject | undefined };
    if (type === ("message_start" as unknown)) read = event["message"] as JsonObject;
    if (type === ("content_block_start" as unknown)) content.push({ ...block });
    const last = content.at(-1) ?? {};
    if (type === ("content_block_delta" as unknown))
      for (const name of ["text", "thinking", "signature"])
        if (delta?.[name] !== undefined) last[name] = asText(last[name]) + asText(delta[name]);
    if (delta?.["partial_json"] !== undefined)
      inputs.set(index, (inputs.get(index) ?? "") + asText(delta["partial_json"]));
    if (type === ("content_block_stop" as unknown) && inputs.has(index))
      last["input"] = JSON.parse(inputs.get(index) ?? "");
    if (type === ("message_delta" as unknown)) read = { ...read, ...delta, usage: event["usage"] };
  }
  assert.equal(events.at(-1)?.["type"], "message_stop");
  return { ...read, content };
}

/** What a reader of a chat's chunks has at their end. */
function readCompletion(chunks: readonly JsonObject[]): JsonObject {
  const read: Record<string, unknown> = { role: "assistant", content: null, refusal: null };
  const calls: Record<string, unknown>[] = [];
  let finish: unknown = null;
  for (const { choices } of chunks) {
    const [choice] = choices as { readonly delta: JsonObject; readonly finish_reason: unknown }[];
    if (choice === undefined) continue;
    finish ??= choice.finish_reason;
    const {
      content,
      reasoning_content: thinking,
      reasoning_details: details,
      tool_calls: called,
    } = choice.delta;
    if (asText(content) !== "") read["content"] = asText(read["content"]) + asText(content);
    if (thinking !== undefined)
      read["reasoning_content"] = asText(read["reasoning_content"]) + asText(thinking);
    if (details !== undefined) read["reasoning_details"] = details;
    for (const { index, ...call } of objectsOf(called)) addCall(calls, Number(index), call);
  }
  if (calls.length > 0) read["tool_calls"] = calls;
  const { choices: _, usage, object: __, ...head } = chunks.at(-1) ?? {};
  return {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message: read, logprobs: null, finish_reason: finish }],
    usage,
  };
}

function addCall(calls: Record<string, unknown>[], index: number, call: JsonObject): void {
  const said = call["function"] as { readonly name?: string; readonly arguments: string };
  const known = calls[index] as
    | { readonly function: { readonly name: string; readonly arguments: string } }
    | undefined;
  if (known === undefined) calls[index] = { ...call };
  else
    calls[index] = {
      ...known,
      function: { ...known.function, arguments: known.function.arguments + said.arguments },
    };
}

test("a chat's stream and its plain answer are the same message", () => {
  fc.assert(
    fc.property(SAID, (said) => {
      const { answer } = MESSAGES_TO_CHAT.request({ messages: [] });
      const plain = answer.plain(completion(said), CONTEXT);
      const events = streamed(MESSAGES_TO_CHAT, completionEvents(said), said.byteCuts);
      assert.deepEqual(readMessage(events), plain);
    }),
  );
});

test("a message's stream and the plain message are the same chat", () => {
  fc.assert(
    fc.property(SAID, (said) => {
      const { answer } = CHAT_TO_MESSAGES.request({ messages: [] });
      const plain = answer.plain(message(said), CONTEXT);
      const chunks = streamed(CHAT_TO_MESSAGES, messageEvents(said), said.byteCuts);
      assert.deepEqual(readCompletion(chunks), plain);
    }),
  );
});

test("tokens are the same in both arithmetics, there and back", () => {
  fc.assert(
    fc.property(TOKENS, (tokens) => {
      assert.deepEqual(tokensOfChat(chatUsage(tokens)), tokens);
      assert.deepEqual(tokensOfMessages(messagesUsage(tokens)), tokens);
      const chat = chatUsage(tokensOfMessages(messagesUsage(tokens)));
      assert.equal(chat["prompt_tokens"], tokens.input);
      assert.equal(chat["total_tokens"], Number(chat["prompt_tokens"]) + tokens.output);
    }),
  );
});

test("what one translation makes of a conversation the other makes back", () => {
  fc.assert(
    fc.property(SAID, ({ text, calls }) => {
      const said = calls.map(({ name, input }, at) => ({
        id: `c${at}`,
        type: "function",
        function: { name, arguments: JSON.stringify(input) },
      }));
      const results = calls.map((_, at) => ({ role: "tool", tool_call_id: `c${at}`, content: "r" }));
      const turn = {
        role: "assistant",
        content: text ?? (said.length > 0 ? null : "x"),
        ...(said.length > 0 && { tool_calls: said }),
      };
      const chat = [
        { role: "system", content: "s" },
        { role: "user", content: "u" },
        turn,
        ...results,
        { role: "user", content: "end" },
      ];
      const there = CHAT_TO_MESSAGES.request({ model: "m", messages: chat }).body;
      const back = MESSAGES_TO_CHAT.request({ model: "m", ...there }).body;
      assert.deepEqual(back["messages"], chat);
    }),
  );
});
