// The paths of Anthropic's API that name a model.

import { type Operation, post } from "../paths/operation.ts";
import { estimateOfMessages } from "../translate/estimate-tokens.ts";

/** A chat in Anthropic's words, and its probe. */
export const MESSAGES: Operation = post("messages", "/messages", {
  wire: "anthropic",
  dialect: "anthropic",
  chatApi: "messages",
  answerModelPaths: ["model", "message.model"],
  usagePaths: ["usage", "message.usage"],
});

/** The model-routed paths. */
export const ANTHROPIC_OPERATIONS: readonly Operation[] = [
  MESSAGES,
  post("messages_count_tokens", "/messages/count_tokens", {
    wire: "anthropic",
    countsFor: "messages",
    estimateOf: estimateOfMessages,
  }),
];
