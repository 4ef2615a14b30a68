// Requests in Gemini's words, and answers to them, as the tests of their translation use them.

import assert from "node:assert/strict";
import type { JsonObject } from "../../src/wires/errors/json-prefix.ts";
import { GEMINI_TO_CHAT } from "../../src/wires/translate/gemini-chat/gemini-chat.ts";
import { asObject, objectsOf } from "../../src/wires/translate/values.ts";

const CONTEXT = { model: "m", id: "r1", createdSeconds: 7 };
const HI = [{ role: "user", parts: [{ text: "hi" }] }];
/** The first bytes of a picture. */
export const PNG = "iVBORw0KGgo=";

/** The body that a chat is asked with. */
export function asked(body: JsonObject): JsonObject {
  return GEMINI_TO_CHAT.request({ contents: HI, ...body }).body;
}

/** What is said of what was left out. */
export function notesOf(body: JsonObject): readonly string[] {
  return GEMINI_TO_CHAT.request({ contents: HI, ...body }).notes;
}

/** The messages that these contents become. */
export function messagesOf(contents: unknown, more: JsonObject = {}): unknown {
  return asked({ contents, ...more })["messages"];
}

/** What is said back of a plain answer. */
export function plain(answer: JsonObject, body: JsonObject = {}): JsonObject {
  return GEMINI_TO_CHAT.request({ contents: HI, ...body }).answer.plain(answer, CONTEXT);
}

/** A plain answer of a chat. */
export function completion(message: JsonObject, finish = "stop", more: JsonObject = {}): JsonObject {
  return { id: "chatcmpl-1", choices: [{ index: 0, message, finish_reason: finish, ...more }] };
}

/** The first candidate. */
export function candidateOf(answer: JsonObject): JsonObject {
  const [candidate] = objectsOf(answer["candidates"]);
  assert.ok(candidate !== undefined);
  return candidate;
}

/** Its parts. */
export function partsOf(answer: JsonObject): unknown {
  return asObject(candidateOf(answer)["content"])?.["parts"];
}
