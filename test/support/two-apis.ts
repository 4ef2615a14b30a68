// Requests and answers of two APIs for chats, as the tests of translations use them.

import { events } from "./fakes/behaviours.ts";
import { eventsIn } from "./sse-text.ts";
import type { Answer, WireRequest } from "./wire.ts";

/** The paths of their chats. */
export const CHATS = "/v1/chat/completions";
export const MESSAGES = "/v1/messages";

/** A request in Anthropic's words with these fields besides the usual ones. */
export function messages(fields: Readonly<Record<string, unknown>> = {}): WireRequest {
  const usual = { model: "m", max_tokens: 64, messages: [{ role: "user", content: "hi" }] };
  return { path: MESSAGES, body: { ...usual, ...fields } };
}

const CHAT_USAGE = {
  prompt_tokens: 10,
  completion_tokens: 2,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 4 },
};
const MESSAGE_USAGE = {
  input_tokens: 6,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 4,
  output_tokens: 2,
};

/** "Hello", plain, of a chat. */
export const COMPLETION = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
  usage: CHAT_USAGE,
};

/** The same, of a message. */
export const MESSAGE = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: "Hello" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: MESSAGE_USAGE,
};

/** A chunk of a chat's stream. */
export function chunk(delta: unknown, finish: string | null = null): unknown {
  return { id: "chatcmpl-1", model: "m", choices: [{ index: 0, delta, finish_reason: finish }] };
}

/** "Hello" as a chat's stream. */
export const CHAT_EVENTS: readonly string[] = events([
  chunk({ role: "assistant", content: "" }),
  chunk({ content: "Hel" }),
  chunk({ content: "lo" }),
  chunk({}, "stop"),
  { id: "chatcmpl-1", model: "m", choices: [], usage: CHAT_USAGE },
  "[DONE]",
]);

/** Values as Anthropic's events. */
export function namedEvents(
  values: readonly { readonly type: string; readonly [key: string]: unknown }[],
): string[] {
  return values.map((value) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`);
}

/** "Hello" as a message's stream. */
export const MESSAGE_EVENTS: readonly string[] = namedEvents([
  { type: "message_start", message: { ...MESSAGE, content: [], stop_reason: null } },
  { type: "ping" },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hel" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "lo" } },
  { type: "content_block_stop", index: 0 },
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 2 },
  },
  { type: "message_stop" },
]);

type Values = Record<string, unknown>;

/** The object that is an answer's body. */
export function objectOf(answer: Answer): Values {
  return JSON.parse(answer.text) as Values;
}

/** The values of its events, in their order; `[DONE]` is one with this as its type. */
export function eventValues(answer: Answer): Values[] {
  return eventsIn(answer.text).map((data) =>
    data === "[DONE]" ? { type: data } : (JSON.parse(data) as Values),
  );
}

/** The types of Anthropic's events. */
export function typesOf(answer: Answer): unknown[] {
  return eventValues(answer).map(({ type }) => type);
}
