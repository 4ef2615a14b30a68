// Reasoning of a chat's model as a block of Anthropic's: where a real one has a signature, it has the name of the field in
// which the endpoint gave it. When the client sends the block back, the endpoint gets its own words in the same field;
// what has another signature is of another vendor's model, and is nothing to it.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { asText } from "../values.ts";

/** The fields in which servers give reasoning, the usual one first. */
const FIELDS = ["reasoning_content", "reasoning"] as const;
export type ReasoningField = (typeof FIELDS)[number];

const PREFIX = "oai-gateway:";

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
  return PREFIX + field;
}

/** The field that a signature names; undefined for a real one. */
export function fieldOf(signature: unknown): ReasoningField | undefined {
  const text = asText(signature);
  return FIELDS.find((field) => text === PREFIX + field);
}
