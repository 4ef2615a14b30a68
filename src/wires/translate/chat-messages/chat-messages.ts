// Clients with chats over endpoints of Anthropic's API: the request, and the way back of its answer.

import { MESSAGES } from "../../anthropic/operations.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { Notes } from "../notes.ts";
import type { Translation } from "../translation.ts";
import { asObject } from "../values.ts";
import { completionOf } from "./message-answer.ts";
import { messageFields } from "./message-fields.ts";
import { MessageStream } from "./message-stream.ts";
import { toolsOf } from "./message-tools.ts";
import { type Conversation, conversationOf } from "./message-turns.ts";

/** The translation. */
export const CHAT_TO_MESSAGES: Translation = {
  from: "chat",
  to: "messages",
  operation: MESSAGES,
  request(body) {
    const notes = new Notes();
    const { system, messages } = conversationOf(body["messages"], notes);
    const { fields: tools, custom, isOlder, isForced } = toolsOf(body, notes);
    const isThoughtless = hasCallsWithoutThoughts({ system, messages });
    const fields = messageFields(body, { notes, isForced, isThoughtless });
    const isCounted = asObject(body["stream_options"])?.["include_usage"] === true;
    const asked = { custom, isOlder, isCounted };
    return {
      body: { ...fields, ...(system.length > 0 ? { system: shortSystem(system) } : {}), messages, ...tools },
      notes: notes.texts,
      answer: {
        plain: (answer, context) => completionOf(answer, context, asked),
        stream: (context) => new MessageStream(context, asked),
      },
    };
  },
};

/** One text alone is a string. */
function shortSystem(system: readonly JsonObject[]): unknown {
  const [first, ...more] = system;
  return first !== undefined && more.length === 0 && first["cache_control"] === undefined
    ? first["text"]
    : system;
}

function hasCallsWithoutThoughts({ messages }: Conversation): boolean {
  const last = messages.findLast(({ role }) => role === "assistant");
  const content = last?.["content"];
  if (!Array.isArray(content)) return false;
  const types = new Set(content.map((block: JsonObject) => block["type"]));
  return types.has("tool_use") && !types.has("thinking") && !types.has("redacted_thinking");
}
