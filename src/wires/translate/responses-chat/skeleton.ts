// The object of a response around what the model wrote: what was asked for, repeated as Responses does, and how it ended.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { objectOf } from "../json-values.ts";
import type { AnswerContext } from "../translation.ts";
import type { AskedResponse } from "./request.ts";

/** How a response stands, or how it ended. */
export type ResponseEnd = {
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  /** Why it is not whole. */
  readonly reason?: "max_output_tokens" | "content_filter" | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
};

/** What an answer said of itself besides what the model wrote. */
export type AnswerFacts = {
  readonly id: string;
  readonly model: string;
  readonly createdSeconds: number;
  readonly nowSeconds: number;
  readonly serviceTier: unknown;
  /** Fields that only the endpoint knows. */
  readonly extras: JsonObject;
};

/** What the model made, and what it took. */
export type ResponseParts = { readonly output: readonly JsonObject[]; readonly usage: JsonObject | null };

/** The id of a response. */
export function responseId(context: AnswerContext): string {
  return `resp_${context.id}`;
}

/** A response; `output` and `usage` are as far as it has come. */
export function responseOf(
  asked: AskedResponse,
  facts: AnswerFacts,
  end: ResponseEnd,
  made: ResponseParts,
): JsonObject {
  const isOver = end.status === "completed" || end.status === "incomplete";
  return {
    ...facts.extras,
    id: facts.id,
    object: "response",
    created_at: facts.createdSeconds,
    status: end.status,
    background: false,
    completed_at: isOver ? facts.nowSeconds : null,
    error: end.error ?? null,
    incomplete_details: end.reason === undefined ? null : { reason: end.reason },
    ...asked.repeated,
    model: facts.model,
    output: made.output,
    // Nothing is kept, whatever was asked for.
    store: false,
    previous_response_id: null,
    service_tier: facts.serviceTier ?? asked.repeated["service_tier"],
    usage: made.usage,
  };
}

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
