// Anthropic's clients over endpoints that have chats: the request, and the way back of its answer.

import { CHAT_COMPLETIONS } from "../../openai/operations.ts";
import { Notes } from "../notes.ts";
import type { Translation } from "../translation.ts";

import { messageOf } from "./chat-answer.ts";
import { chatFields } from "./chat-fields.ts";
import { ChatStream } from "./chat-stream.ts";
import { toolFields } from "./chat-tools.ts";
import { chatMessages } from "./chat-turns.ts";
import { ShortNames } from "./tool-names.ts";

/** The translation. */
export const MESSAGES_TO_CHAT: Translation = {
  from: "messages",
  to: "chat",
  operation: CHAT_COMPLETIONS,
  request(body) {
    const notes = new Notes();
    const names = new ShortNames();
    const messages = chatMessages(body, { names, notes });
    const tools = toolFields(body, names, notes);
    const fields = chatFields(body, notes);
    const stops = Array.isArray(body["stop_sequences"]) ? body["stop_sequences"] : [];
    const asked = { names, stops };
    return {
      body: { ...fields, messages, ...tools },
      notes: notes.texts,
      answer: {
        plain: (answer, context) => messageOf(answer, context, asked),
        stream: (context) => new ChatStream(context, asked),
      },
    };
  },
};
