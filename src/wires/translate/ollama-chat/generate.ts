// Ollama's `generate`: a prompt without roles, over a chat. What has no place in a chat, a prompt that is sent as it is or
// a text before and behind a gap, goes to the older path for texts that go on.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { CHAT_COMPLETIONS, COMPLETIONS } from "../../openai/operations.ts";
import { Notes } from "../notes.ts";
import type { AnswerTranslation, TranslatedRequest, Translation } from "../translation.ts";
import { asText, malformed } from "../values.ts";
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
import { withPictures } from "./chat-turns.ts";
import { pictureParts } from "./pictures.ts";
import { OllamaLines } from "./stream.ts";

/** The translation. */
export const OLLAMA_GENERATE_OVER_CHAT: Translation = {
  from: "ollama_generate",
  to: "chat",
  operation: CHAT_COMPLETIONS,
  request(body) {
    for (const name of ["prompt", "system", "suffix", "template"])
      if (!isText(body[name])) throw malformed(name, "must be a text");
    const notes = new Notes();
    noteOfServer(body, notes);
    if (body["context"] !== undefined && body["context"] !== null) notes.add("context");
    // The endpoint has the template of its model.
    if (asText(body["template"]) !== "") notes.add("template");
    return body["raw"] === true || asText(body["suffix"]) !== ""
      ? textRequest(body, notes)
      : chatRequest(body, notes);
  },
};

function chatRequest(body: JsonObject, notes: Notes): TranslatedRequest {
  const system = asText(body["system"]);
  const content = withPictures(asText(body["prompt"]), pictureParts(body["images"], "images"));
  const messages = [
    ...(system === "" ? [] : [{ role: "system", content: system }]),
    { role: "user", content },
  ];
  const fields = {
    ...otherFields(body),
    ...optionFields(body, notes),
    ...formatFields(body),
    ...thinkFields(body, notes),
    ...logprobFields(body),
    ...streamFields(body),
  };
  return { body: { ...fields, messages }, notes: notes.texts, answer: answerOf(body) };
}

function textRequest(body: JsonObject, notes: Notes): TranslatedRequest {
  for (const name of ["system", "images", "format", "think", "logprobs"]) {
    const value = body[name];
    if (value !== undefined && value !== null && value !== "" && value !== false) notes.add(name);
  }
  // This path has the limit's older name alone.
  const { max_completion_tokens: limit, ...options } = optionFields(body, notes);
  const fields = {
    ...otherFields(body),
    ...options,
    ...(limit === undefined ? {} : { max_tokens: limit }),
    ...streamFields(body),
  };
  const suffix = asText(body["suffix"]);
  const text = { prompt: asText(body["prompt"]), ...(suffix === "" ? {} : { suffix }) };
  return {
    body: { ...fields, ...text },
    notes: notes.texts,
    answer: answerOf(body),
    operation: COMPLETIONS,
  };
}

function answerOf({ think }: JsonObject): AnswerTranslation {
  const asked = { form: "generate" as const, showsThinking: think !== false };
  return {
    plain: (answer, context) => ollamaAnswer(answer, context, asked),
    stream: (context) => new OllamaLines(context, asked),
  };
}

function isText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}
