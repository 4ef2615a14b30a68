// The object of a response around what the model wrote: what was asked for, repeated as Responses does, and how it ended.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { AnswerContext } from "../translation.ts";
import type { AskedResponse } from "./asked/asked.ts";

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
