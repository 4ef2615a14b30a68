// Gemini's clients over endpoints that have chats: the request, and the way back of its answer.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { CHAT_COMPLETIONS } from "../../openai/operations.ts";
import { Notes } from "../notes.ts";
import type { Translation } from "../translation.ts";
import { asObject } from "../values.ts";
import { CallIds, CallNames } from "./call-names.ts";
import { chatFields, wantsThoughts } from "./fields.ts";
import { GeminiStream, geminiAnswer } from "./responses.ts";
import { toolFields } from "./tools.ts";
import { chatMessages } from "./turns.ts";

/** Servers refuse the wish for JSON where no message speaks of it. */
const SPEAKS_OF_JSON = /json/i;
const ANSWER_IN_JSON: JsonObject = { role: "system", content: "Answer in JSON." };

/** The translation. */
export const GEMINI_TO_CHAT: Translation = {
  from: "gemini",
  to: "chat",
  operation: CHAT_COMPLETIONS,
  request(body) {
    const notes = new Notes();
    const names = new CallNames();
    // Declared before they are called, so that they keep their names where two would have the same.
    const tools = toolFields(body, { names, notes });
    const messages = chatMessages(body, { names, ids: new CallIds(), notes });
    const fields = chatFields(body, notes);
    const asked = { names, showsThoughts: wantsThoughts(body) };
    return {
      body: { ...fields, messages: withWish(messages, fields), ...tools },
      notes: notes.texts,
      answer: {
        plain: (answer, context) => geminiAnswer(answer, asked, context),
        stream: (context) => new GeminiStream(asked, context),
      },
    };
  },
};

function withWish(messages: readonly JsonObject[], fields: JsonObject): readonly JsonObject[] {
  const isWished = asObject(fields["response_format"])?.["type"] === "json_object";
  return !isWished || SPEAKS_OF_JSON.test(JSON.stringify(messages))
    ? messages
    : [ANSWER_IN_JSON, ...messages];
}
