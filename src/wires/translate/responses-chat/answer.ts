// An answer of chat completions, as the response that the client has asked for.

import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { isObject, listOf, objectOf, textOf } from "../json-values.ts";
import { responsesUsage } from "../openai-usage.ts";
import type { AnswerContext } from "../translation.ts";
import type { AskedResponse } from "./asked/asked.ts";
import { compactionItem } from "./asked/compaction.ts";
import { endOf, factsOf, throwIfError } from "./chat-end.ts";
import { EventWriter } from "./event-writer.ts";
import { OutputItems } from "./output-items.ts";
import { type ResponseEnd, responseOf } from "./skeleton.ts";

/**
 * Translates an answer.
 * @throws GatewayError upstream_bad_response where it is none of chat completions, or says what no response can
 */
export function responseAnswer(answer: JsonObject, asked: AskedResponse, context: AnswerContext): JsonObject {
  const choice = objectOf(listOf(answer["choices"])[0]);
  const message = choice["message"];
  throwIfError(choice);
  if (!isObject(message)) throw badAnswer("The endpoint's answer has no message.");
  const end = endOf(textOf(choice["finish_reason"]));
  const items = new OutputItems(asked, context.id, new EventWriter(true));
  items.add(message, choice["logprobs"]);
  const written = items.finish(end.status === "completed" ? "completed" : "incomplete");
  const facts = factsOf(answer, context);
  const usage = responsesUsage(answer["usage"]);
  const output = asked.compaction === "none" ? written : [compactedItem(written, end, context)];
  if (asked.compaction !== "path") return responseOf(asked, facts, end, { output, usage });
  return { id: facts.id, object: "response.compaction", created_at: facts.createdSeconds, output, usage };
}

/** The id of the item that stands for a conversation. */
export function compactionId(context: AnswerContext): string {
  return `cmp_${context.id}0`;
}

/**
 * The item that stands for the conversation, made of the summary that the model wrote.
 * @throws GatewayError upstream_bad_response where there is no whole summary
 */
export function compactedItem(
  written: readonly JsonObject[],
  end: ResponseEnd,
  context: AnswerContext,
): JsonObject {
  const parts = written.filter(({ type }) => type === "message").flatMap(({ content }) => listOf(content));
  const summary = parts.map((part) => textOf(objectOf(part)["text"])).join("");
  if (summary === "" || end.status !== "completed") throw badAnswer("The model wrote no whole summary.");
  return compactionItem(compactionId(context), summary);
}

function badAnswer(message: string): GatewayError {
  return new GatewayError("upstream_bad_response", { message });
}
