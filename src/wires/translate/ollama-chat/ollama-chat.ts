// Ollama's clients over endpoints that have chats: the request, and the way back of its answer.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { CHAT_COMPLETIONS } from "../../openai/operations.ts";
import { Notes } from "../notes.ts";
import type { Translation } from "../translation.ts";
import { asObject, malformed } from "../values.ts";
import { ollamaAnswer } from "./answer.ts";
import {
  formatFields,
  logprobFields,
  noteOfServer,
  optionFields,
  otherFields,
  streamFields,
  thinkFields,
} from "./chat-fields.ts";
import { chatTurns } from "./chat-turns.ts";
import { OllamaLines } from "./stream.ts";

/** The translation. */
export const OLLAMA_OVER_CHAT: Translation = {
  from: "ollama_chat",
  to: "chat",
  operation: CHAT_COMPLETIONS,
  request(body) {
    const notes = new Notes();
    noteOfServer(body, notes);
    const messages = chatTurns(body, notes);
    const fields = {
      ...otherFields(body),
      ...optionFields(body, notes),
      ...formatFields(body),
      ...thinkFields(body, notes),
      ...logprobFields(body),
      ...streamFields(body),
    };
    const asked = { form: "chat" as const, showsThinking: body["think"] !== false };
    return {
      body: { ...fields, messages, ...toolFields(body) },
      notes: notes.texts,
      answer: {
        plain: (answer, context) => ollamaAnswer(answer, context, asked),
        stream: (context) => new OllamaLines(context, asked),
      },
    };
  },
};

/** Tools are told in the same words. */
function toolFields({ tools }: JsonObject): JsonObject {
  if (tools === undefined || tools === null) return {};
  if (!Array.isArray(tools)) throw malformed("tools", "must be a list");
  for (const [index, tool] of tools.entries())
    if (asObject(tool) === undefined) throw malformed(`tools.${index}`, "must be an object");
  return tools.length === 0 ? {} : { tools };
}
