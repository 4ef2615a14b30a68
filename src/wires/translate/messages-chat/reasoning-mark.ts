// Reasoning of a chat's model as a block of Anthropic's: where a real one has a signature, it has the name of the field in
// which the endpoint gave it. When the client sends the block back, the endpoint gets its own words in the same field;
// what has another signature is of another vendor's model, and is nothing to it.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { asObject, asText, objectsOf } from "../values.ts";

/** The fields in which servers give reasoning, the usual one first. */
const FIELDS = ["reasoning_content", "reasoning"] as const;
export type ReasoningField = (typeof FIELDS)[number];

/** What every such signature begins with. */
export const MARK_START = "oai-gateway:";

/** The field of a message or a delta that has reasoning, with its text; undefined where there is none. */
export function reasoningIn(
  said: JsonObject,
): { readonly field: ReasoningField; readonly text: string } | undefined {
  for (const field of FIELDS) {
    const text = asText(said[field]);
    if (text !== "") return { field, text };
  }
  return undefined;
}

/** What stands as the signature. */
export function markOf(field: ReasoningField): string {
  return MARK_START + field;
}

/** The field that a signature names; undefined for a real one. */
export function fieldOf(signature: unknown): ReasoningField | undefined {
  const text = asText(signature);
  return FIELDS.find((field) => text === MARK_START + field);
}

/** A request in Anthropic's words without the blocks that only we have signed; a turn that held nothing else is gone. */
export function withoutMarks(body: JsonObject): JsonObject {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  const kept = messages.flatMap((message: unknown) => {
    const content = asObject(message)?.["content"];
    if (!Array.isArray(content) || !objectsOf(content).some(isMarked)) return [message];
    const rest = content.filter((block: unknown) => !isMarked(asObject(block) ?? {}));
    return rest.length === 0 ? [] : [{ ...asObject(message), content: rest }];
  });
  return { ...body, messages: kept };
}

function isMarked({ type, signature }: JsonObject): boolean {
  return type === "thinking" && fieldOf(signature) !== undefined;
}
