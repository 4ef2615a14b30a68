// Reasoning that only its endpoint can read, carried through a chat: in `reasoning_details`, which clients of several
// servers send back as they got it.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, nameOf, objectOf, textOf } from "../json-values.ts";

/** The dialect of these details. */
const FORMAT = "openai-responses-v1";

/** A reasoning item as details of a message; none where there is nothing in it to be sent back. */
export function reasoningDetails(item: JsonObject): readonly JsonObject[] {
  const data = nameOf(item["encrypted_content"]);
  if (data === undefined) return [];
  return [{ type: "reasoning.encrypted", format: FORMAT, id: item["id"] ?? null, data }];
}

/** The items that a message's details stand for. */
export function reasoningItems(message: JsonObject): readonly JsonObject[] {
  return listOf(message["reasoning_details"])
    .map(objectOf)
    .filter((one) => one["format"] === FORMAT && nameOf(one["data"]) !== undefined)
    .map(({ id, data }) => ({
      type: "reasoning",
      ...(nameOf(id) === undefined ? {} : { id }),
      summary: [],
      encrypted_content: data,
    }));
}

/** What an item tells of the model's thoughts, in words. */
export function reasoningText(item: JsonObject): string {
  const parts = [...listOf(item["summary"]), ...listOf(item["content"])];
  return parts.map((part) => textOf(objectOf(part)["text"])).join(PART_BORDER);
}

/** Between parts of a summary, as it is read in one text. */
export const PART_BORDER = "\n\n";
