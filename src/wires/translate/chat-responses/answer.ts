// A response, as the chat completion that the client has asked for.

import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { isObject, listOf, nameOf, objectOf, textOf, without } from "../json-values.ts";
import { chatUsage } from "../openai-usage.ts";
import type { AnswerContext } from "../translation.ts";
import { PART_BORDER, reasoningDetails, reasoningText } from "./reasoning.ts";
import type { AskedCompletion } from "./request.ts";

/** Fields of a response that a chat completion says elsewhere, or repeats nothing of. */
const RESPONSE_FIELDS: ReadonlySet<string> = new Set(
  (
    "id object created_at status background billing completed_at error incomplete_details instructions " +
    "max_output_tokens max_tool_calls metadata model output output_text parallel_tool_calls previous_response_id " +
    "prompt prompt_cache_key prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier " +
    "store temperature text tool_choice tools top_logprobs top_p truncation usage user conversation content_filters"
  ).split(" "),
);

/** What begins each answer, or each chunk of one. */
export function chatHead(response: JsonObject, context: AnswerContext, object: string): JsonObject {
  const { created_at: created, service_tier: tier } = response;
  return {
    id: `chatcmpl-${context.id}`,
    object,
    created: typeof created === "number" && created > 0 ? Math.trunc(created) : context.createdSeconds,
    model: context.model ?? textOf(response["model"]),
    ...(nameOf(tier) === undefined ? {} : { service_tier: tier }),
  };
}

/** Why the model stopped. `hasCalls`: it called a tool. */
export function finishReason(
  response: JsonObject,
  hasCalls: boolean,
  { isOlderForm }: AskedCompletion,
): string {
  if (response["status"] === "incomplete") {
    const { reason } = objectOf(response["incomplete_details"]);
    return reason === "content_filter" ? "content_filter" : "length";
  }
  if (!hasCalls) return "stop";
  return isOlderForm ? "function_call" : "tool_calls";
}

/**
 * Translates an answer.
 * @throws GatewayError upstream_bad_response where it is no response, upstream_server_error for one that has failed
 */
export function chatAnswer(response: JsonObject, asked: AskedCompletion, context: AnswerContext): JsonObject {
  if (!Array.isArray(response["output"]))
    throw new GatewayError("upstream_bad_response", { message: "The endpoint's answer has no output." });
  throwIfFailed(response);
  const output = response["output"].map(objectOf);
  const calls = output.map(chatCall).filter((call) => call !== undefined);
  const usage = chatUsage(response["usage"]);
  const message = { ...messageOf(output), ...callFields(calls, asked) };
  return {
    ...without(response, RESPONSE_FIELDS),
    ...chatHead(response, context, "chat.completion"),
    choices: [
      {
        index: 0,
        message,
        logprobs: logprobsOf(output),
        finish_reason: finishReason(response, calls.length > 0, asked),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
  };
}

/** @throws GatewayError upstream_server_error with the endpoint's words */
export function throwIfFailed(response: JsonObject): void {
  const { status, error } = response;
  if (status !== "failed" && status !== "cancelled") return;
  const message = nameOf(objectOf(error)["message"]) ?? `The endpoint's response has ${status}.`;
  throw new GatewayError("upstream_server_error", { message });
}

/** A call of a tool as chat has it; undefined for any other item. */
export function chatCall(item: JsonObject): JsonObject | undefined {
  const { type, call_id: id, name } = item;
  if (type === "function_call")
    return { id, type: "function", function: { name, arguments: textOf(item["arguments"]) } };
  if (type === "custom_tool_call")
    return { id, type: "custom", custom: { name, input: textOf(item["input"]) } };
  return undefined;
}

/** An annotation as chat has it: what it points to in an object of its own. */
export function chatAnnotation(annotation: JsonObject): JsonObject {
  const { type, ...rest } = annotation;
  return type === "url_citation" ? { type, url_citation: rest } : annotation;
}

function messageOf(output: readonly JsonObject[]): JsonObject {
  const parts = output
    .filter(({ type }) => type === "message")
    .flatMap(({ content }) => listOf(content).map(objectOf));
  const texts = parts.filter(({ type }) => type === "output_text");
  const refusals = parts.filter(({ type }) => type === "refusal");
  const thoughts = output.filter(({ type }) => type === "reasoning");
  const reasoning = thoughts
    .map(reasoningText)
    .filter((text) => text !== "")
    .join(PART_BORDER);
  const details = thoughts.flatMap(reasoningDetails);
  const annotations = texts.flatMap((part) => listOf(part["annotations"]).map(objectOf)).map(chatAnnotation);
  return {
    role: "assistant",
    content: texts.length === 0 ? null : texts.map((part) => textOf(part["text"])).join(""),
    refusal: refusals.length === 0 ? null : refusals.map((part) => textOf(part["refusal"])).join(""),
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(annotations.length === 0 ? {} : { annotations }),
  };
}

function callFields(calls: readonly JsonObject[], { isOlderForm }: AskedCompletion): JsonObject {
  if (calls.length === 0) return {};
  return isOlderForm ? { function_call: calls[0]?.["function"] } : { tool_calls: calls };
}

function logprobsOf(output: readonly JsonObject[]): JsonObject | null {
  const parts = output.flatMap(({ content }) => listOf(content).map(objectOf));
  const content = parts.flatMap((part) => (isObject(part) ? listOf(part["logprobs"]) : []));
  return content.length === 0 ? null : { content, refusal: null };
}
