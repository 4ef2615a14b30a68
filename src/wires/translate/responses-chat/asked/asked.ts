// What the answer to a request needs to know of it. The request itself is not kept.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import { objectOf } from "../../json-values.ts";
import type { FlatNames } from "./tool-names.ts";

/** How reasoning is shown: as itself, or where the client asked for a summary, as that, since there is no other one. */
export type ReasoningShape = { readonly isSummary: boolean; readonly isSealed: boolean };

/** What the answer needs to know of the request. */
export type AskedResponse = {
  /** Fields of the request that the response repeats. */
  readonly repeated: JsonObject;
  readonly names: FlatNames;
  /** Whether a summary of the conversation was asked for, and nothing else: by an item, or by the path that only compacts. */
  readonly compaction: "none" | "item" | "path";
  /** Sealed where the client keeps reasoning for us, and sends it with its next request. */
  readonly reasoning: ReasoningShape;
};

/** What was asked for, with what stands for a field that was left out. */
export function repeatedFields(request: JsonObject): JsonObject {
  const field = (name: string, usual: unknown): unknown => request[name] ?? usual;
  return {
    instructions: field("instructions", null),
    max_output_tokens: field("max_output_tokens", null),
    max_tool_calls: null,
    metadata: field("metadata", {}),
    parallel_tool_calls: field("parallel_tool_calls", true),
    prompt_cache_key: field("prompt_cache_key", null),
    reasoning: { effort: null, summary: null, ...objectOf(request["reasoning"]) },
    service_tier: field("service_tier", null),
    safety_identifier: field("safety_identifier", null),
    temperature: field("temperature", null),
    text: { format: { type: "text" }, ...objectOf(request["text"]) },
    tool_choice: field("tool_choice", "auto"),
    tools: field("tools", []),
    top_logprobs: field("top_logprobs", 0),
    top_p: field("top_p", null),
    truncation: "disabled",
    user: field("user", null),
  };
}
