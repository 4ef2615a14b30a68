// Counts of tokens as OpenAI's two APIs name them. Both count in the same way: what was read from a cache, or written to
// one, is a part of the input, so that the numbers stay and only their names change.

import type { JsonObject } from "../errors/json-prefix.ts";
import { isObject, objectOf, without } from "./json-values.ts";

const CHAT_NAMES: ReadonlySet<string> = new Set([
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "prompt_tokens_details",
  "completion_tokens_details",
]);
const RESPONSES_NAMES: ReadonlySet<string> = new Set([
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "input_tokens_details",
  "output_tokens_details",
]);

/** Counts of a chat completion in the words of Responses; null where there are none, since none may be made up. */
export function responsesUsage(usage: unknown): JsonObject | null {
  if (!isObject(usage)) return null;
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage;
  if (typeof input !== "number") return null;
  const written = typeof output === "number" ? output : 0;
  return {
    ...without(usage, CHAT_NAMES),
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: cachedOf(usage),
      cache_write_tokens: 0,
      ...withoutNulls(usage["prompt_tokens_details"]),
    },
    output_tokens: written,
    output_tokens_details: { reasoning_tokens: 0, ...withoutNulls(usage["completion_tokens_details"]) },
    total_tokens: typeof total === "number" ? total : input + written,
  };
}

/** Counts of a response in the words of chat completions; undefined where there are none. */
export function chatUsage(usage: unknown): JsonObject | undefined {
  if (!isObject(usage)) return undefined;
  const { input_tokens: input, output_tokens: output, total_tokens: total } = usage;
  if (typeof input !== "number") return undefined;
  const written = typeof output === "number" ? output : 0;
  return {
    ...without(usage, RESPONSES_NAMES),
    prompt_tokens: input,
    completion_tokens: written,
    total_tokens: typeof total === "number" ? total : input + written,
    prompt_tokens_details: { cached_tokens: 0, ...withoutNulls(usage["input_tokens_details"]) },
    completion_tokens_details: { reasoning_tokens: 0, ...withoutNulls(usage["output_tokens_details"]) },
  };
}

/** Some servers tell what came from the cache beside the counts and not among their details. */
function cachedOf(usage: JsonObject): number {
  const beside = usage["prompt_cache_hit_tokens"];
  return typeof beside === "number" ? beside : 0;
}

function withoutNulls(details: unknown): JsonObject {
  return Object.fromEntries(Object.entries(objectOf(details)).filter(([, count]) => count !== null));
}
