// What a model of Anthropic's has thought, in a chat: readable in `reasoning_content`, and with the signature that
// Anthropic wants back in `reasoning_details`, a field that agents which know OpenRouter's chats keep and send again.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { asText, objectsOf } from "../values.ts";

const TEXT = "reasoning.text";
const ENCRYPTED = "reasoning.encrypted";

/** A block of thinking as a detail; undefined for any other block. */
export function detailOf(block: JsonObject, index: number): JsonObject | undefined {
  if (block["type"] === "thinking")
    return { type: TEXT, text: asText(block["thinking"]), signature: asText(block["signature"]), index };
  if (block["type"] === "redacted_thinking") return { type: ENCRYPTED, data: asText(block["data"]), index };
  return undefined;
}

/** The blocks of thinking that a client has sent back with a message. */
export function thoughtsIn(message: JsonObject): readonly JsonObject[] {
  return objectsOf(message["reasoning_details"]).flatMap((detail): readonly JsonObject[] => {
    const { type, text, signature, data } = detail;
    if (type === TEXT && typeof signature === "string" && signature !== "")
      return [{ type: "thinking", thinking: asText(text), signature }];
    return type === ENCRYPTED && typeof data === "string" ? [{ type: "redacted_thinking", data }] : [];
  });
}
