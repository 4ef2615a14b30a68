// What a chat model made, and the items of a response that tell it.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, objectOf } from "../json-values.ts";
import type { ReasoningShape } from "./asked/asked.ts";
import { sealed } from "./asked/sealed.ts";
import type { CalledTool } from "./asked/tool-names.ts";

/** How far an item has come. */
export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** Reasoning. `fields`: as the endpoint gave it, under its own names. */
export type MadeReasoning = { readonly text: string; readonly fields: JsonObject };

/** What the model said. A refusal is undefined where there is none. */
export type MadeMessage = {
  readonly text: string;
  readonly refusal: string | undefined;
  readonly annotations: readonly JsonObject[];
  readonly logprobs: readonly unknown[];
};

/** A tool that it called. `input`: the arguments of a function, or the text for a tool that takes text. */
export type MadeCall = {
  readonly tool: CalledTool;
  readonly callId: string;
  readonly input: string;
  readonly extra: unknown;
};

/** The item of reasoning; sealed, it holds what has to come back with the next request. */
export function reasoningItem(
  id: string,
  made: MadeReasoning,
  status: ItemStatus,
  { isSummary, isSealed }: ReasoningShape,
): JsonObject {
  const parts = made.text === "" || status === "in_progress" ? [] : [reasoningPart(made.text, isSummary)];
  return {
    id,
    type: "reasoning",
    summary: isSummary ? parts : [],
    content: isSummary ? [] : parts,
    ...(isSealed && status !== "in_progress" ? { encrypted_content: sealed(made.fields) } : {}),
    status,
  };
}

/** Reasoning as a part of its item. */
export function reasoningPart(text: string, isSummary: boolean): JsonObject {
  return { type: isSummary ? "summary_text" : "reasoning_text", text };
}

/** The item of a message; one in progress has no parts yet. */
export function messageItem(id: string, made: MadeMessage, status: ItemStatus): JsonObject {
  const hasText = made.text !== "" || made.refusal === undefined;
  const parts = [
    ...(hasText ? [textPart(made)] : []),
    ...(made.refusal === undefined ? [] : [refusalPart(made.refusal)]),
  ];
  return { id, type: "message", status, role: "assistant", content: status === "in_progress" ? [] : parts };
}

/** Text as a part of a message. */
export function textPart(made: MadeMessage): JsonObject {
  return { type: "output_text", text: made.text, annotations: made.annotations, logprobs: made.logprobs };
}

/** A refusal as a part of a message. */
export function refusalPart(text: string): JsonObject {
  return { type: "refusal", refusal: text };
}

/** The item of a call. */
export function callItem(id: string, made: MadeCall, status: ItemStatus): JsonObject {
  const { name, namespace, kind } = made.tool;
  const called = {
    call_id: made.callId,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(made.extra === undefined ? {} : { extra_content: made.extra }),
    status,
  };
  if (kind === "custom") return { id, type: "custom_tool_call", input: made.input, ...called };
  return { id, type: "function_call", arguments: made.input, ...called };
}

/** Places in a text and where they are from; in a chat the place is in an object of its own. */
export function annotationsOf(list: unknown): readonly JsonObject[] {
  return listOf(list).map((entry) => {
    const annotation = objectOf(entry);
    const { url_citation: citation, ...rest } = annotation;
    return citation === undefined ? annotation : { ...rest, ...objectOf(citation) };
  });
}

/** Probabilities of tokens, as far as the endpoint told them. */
export function logprobsOf(logprobs: unknown): readonly unknown[] {
  return listOf(objectOf(logprobs)["content"]);
}
