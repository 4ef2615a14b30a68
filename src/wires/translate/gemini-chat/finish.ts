// Why a model stopped, of a chat's choice in Gemini's words.

import type { JsonObject } from "../../errors/json-prefix.ts";

type GeminiEnd = {
  /** The finish reason as the endpoint has given it; empty where it gave none. */
  readonly reason: string;
  readonly refusal: string;
  /** The function that was called with no JSON object. */
  readonly broken: string | undefined;
};

/** Behind calls, too, Gemini says that the model stopped. */
const REASONS: Readonly<Record<string, string>> = {
  "": "STOP",
  stop: "STOP",
  tool_calls: "STOP",
  function_call: "STOP",
  length: "MAX_TOKENS",
  content_filter: "SAFETY",
};

/** `finishReason`, and `finishMessage` where there is more to say. */
export function finishFields({ reason, refusal, broken }: GeminiEnd): JsonObject {
  if (broken !== undefined) {
    const finishMessage = `The arguments of the call of ${broken} are no JSON object.`;
    return { finishReason: "MALFORMED_FUNCTION_CALL", finishMessage };
  }
  if (refusal !== "") return { finishReason: "SAFETY", finishMessage: refusal };
  return { finishReason: Object.hasOwn(REASONS, reason) ? REASONS[reason] : "OTHER" };
}
