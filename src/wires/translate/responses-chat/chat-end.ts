// How a chat's answer ended, and what it said of itself.

import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { objectOf, textOf, without } from "../json-values.ts";
import type { AnswerContext } from "../translation.ts";
import { type AnswerFacts, type ResponseEnd, responseId } from "./skeleton.ts";

const CHAT_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "object",
  "created",
  "model",
  "choices",
  "usage",
  "service_tier",
  "obfuscation",
]);

/** How a response ends whose chat ended for this reason. */
export function endOf(finishReason: string): ResponseEnd {
  if (finishReason === "length") return { status: "incomplete", reason: "max_output_tokens" };
  if (finishReason === "content_filter") return { status: "incomplete", reason: "content_filter" };
  return { status: "completed" };
}

/**
 * @throws GatewayError upstream_server_error where an answer, a chunk or a choice tells of an error beside what the model
 * wrote, with the endpoint's words
 */
export function throwIfError(value: JsonObject): void {
  const { error, finish_reason: reason } = value;
  const message = typeof error === "string" ? error : textOf(objectOf(error)["message"]);
  if (message !== "") throw new GatewayError("upstream_server_error", { message });
  if (reason === "error") throw new GatewayError("upstream_server_error", { message: NO_WORDS });
}

const NO_WORDS = "The endpoint reported an error.";

/** What an answer, or the first chunk of one, says of itself. */
export function factsOf(answer: JsonObject, context: AnswerContext): AnswerFacts {
  const { created } = answer;
  return {
    id: responseId(context),
    model: context.model ?? textOf(answer["model"]),
    createdSeconds: typeof created === "number" && created > 0 ? created : context.createdSeconds,
    nowSeconds: context.createdSeconds,
    serviceTier: answer["service_tier"],
    extras: without(answer, CHAT_FIELDS),
  };
}
