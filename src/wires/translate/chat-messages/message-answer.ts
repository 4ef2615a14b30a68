// Anthropic's plain message as a chat's answer.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { AnswerContext } from "../translation.ts";
import { chatUsage, tokensOfMessages } from "../usage.ts";
import { asObject, asText, badAnswer, type MadeObject, objectsOf } from "../values.ts";
import { detailOf } from "./thoughts.ts";

/** What of the request its answer is read with. */
export type ChatAsked = {
  /** Names of tools whose input is a text. */
  readonly custom: ReadonlySet<string>;
  /** The answer is to be in OpenAI's older words, `function_call`. */
  readonly isOlder: boolean;
  /** Usage is wanted at the end of a stream. */
  readonly isCounted: boolean;
};

const REASONS: Readonly<Record<string, string>> = {
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** `finish_reason` for `stop_reason`. */
export function finishReason(reason: unknown, { isOlder }: ChatAsked): string {
  if (reason === "tool_use" && isOlder) return "function_call";
  return REASONS[asText(reason)] ?? "stop";
}

/** What is the same in an answer and in each chunk of a stream. */
export function headOf(message: JsonObject, context: AnswerContext, object: string): JsonObject {
  const said = asText(message["id"]).replace(/^msg_/, "");
  return {
    id: `chatcmpl-${said === "" ? context.id : said}`,
    object,
    created: context.createdSeconds,
    model: context.model ?? asText(message["model"]),
  };
}

/**
 * The answer.
 * @throws GatewayError upstream_bad_response
 */
export function completionOf(answer: JsonObject, context: AnswerContext, asked: ChatAsked): JsonObject {
  if (!Array.isArray(answer["content"])) throw badAnswer("it has no content");
  const finish = finishReason(answer["stop_reason"], asked);
  const message = chatMessage(objectsOf(answer["content"]), asked);
  return {
    ...headOf(answer, context, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    usage: chatUsage(tokensOfMessages(answer["usage"])),
  };
}

function chatMessage(blocks: readonly JsonObject[], asked: ChatAsked): JsonObject {
  const text = joined(blocks, "text", "text");
  const thinking = joined(blocks, "thinking", "thinking");
  const details = blocks.map(detailOf).filter((detail) => detail !== undefined);
  const calls = blocks.filter(({ type }) => type === "tool_use").map((block) => callOf(block, asked));
  const message: MadeObject = { role: "assistant", content: text === "" ? null : text, refusal: null };
  if (thinking !== "") message["reasoning_content"] = thinking;
  if (details.length > 0) message["reasoning_details"] = details;
  if (calls.length > 0 && asked.isOlder) message["function_call"] = calls[0]?.["function"];
  else if (calls.length > 0) message["tool_calls"] = calls;
  return message;
}

function joined(blocks: readonly JsonObject[], type: string, field: string): string {
  return blocks.map((block) => (block["type"] === type ? asText(block[field]) : "")).join("");
}

function callOf({ id, name, input }: JsonObject, { custom }: ChatAsked): JsonObject {
  const told = asText(name);
  if (custom.has(told)) return { id, type: "custom", custom: { name: told, input: customInput(input) } };
  return { id, type: "function", function: { name: told, arguments: JSON.stringify(input ?? {}) } };
}

/** The text that a custom tool is called with. */
export function customInput(value: unknown): string {
  const { input } = asObject(value) ?? {};
  return typeof input === "string" ? input : JSON.stringify(value ?? {});
}
