// A chat's message, or a piece of one: what the model thought, said and called, whatever the dialect of the server.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, nameOf, objectOf, textOf } from "../json-values.ts";

/** Fields in which servers put what a model thought. */
const REASONING_FIELDS = ["reasoning_content", "reasoning"] as const;

/** Reasoning in a message, under the name that the server has for it. */
export function reasoningIn(message: JsonObject): readonly [field: string, text: string] | undefined {
  for (const field of REASONING_FIELDS) {
    const text = message[field];
    if (typeof text === "string" && text !== "") return [field, text];
  }
  const { content } = message;
  if (!Array.isArray(content)) return undefined;
  const thought = content.map(objectOf).filter(({ type }) => type === "thinking");
  const text = thought.map(thoughtIn).join("");
  return text === "" ? undefined : ["reasoning_content", text];
}

/** One vendor has thoughts among the parts of a message, each a list of texts. */
function thoughtIn(part: JsonObject): string {
  const { thinking } = part;
  return typeof thinking === "string"
    ? thinking
    : listOf(thinking)
        .map((one) => textOf(objectOf(one)["text"]))
        .join("");
}

/** Text in a message, which may come in parts. */
export function textIn(message: JsonObject): string {
  const { content } = message;
  if (!Array.isArray(content)) return textOf(content);
  return content.map((part) => textOf(objectOf(part)["text"])).join("");
}

/** A call of a tool, or a piece of one. */
export type ChatCall = {
  readonly index: number;
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** A piece of the arguments, or of the text for a tool that takes text. */
  readonly input: string;
  readonly isText: boolean;
  /** What only this endpoint knows of a call, and has to be told again. */
  readonly extra: unknown;
};

const NO_CALLS: readonly ChatCall[] = [];

/** Calls in a message, those in the older form among them. */
export function callsIn(message: JsonObject): readonly ChatCall[] {
  const older = message["function_call"];
  if (message["tool_calls"] === undefined && older === undefined) return NO_CALLS;
  const calls = listOf(message["tool_calls"]).map((entry, at) => callOf(objectOf(entry), at));
  return older === undefined || older === null
    ? calls
    : [...calls, callOf({ function: older }, calls.length)];
}

function callOf(call: JsonObject, at: number): ChatCall {
  const isText = call["custom"] !== undefined;
  const called = objectOf(isText ? call["custom"] : call["function"]);
  const index = call["index"];
  return {
    index: typeof index === "number" ? index : at,
    id: nameOf(call["id"]),
    name: nameOf(called["name"]),
    input: inputOf(isText ? called["input"] : called["arguments"]),
    isText,
    extra: call["extra_content"],
  };
}

/** Some servers give arguments as an object in place of its text. */
function inputOf(input: unknown): string {
  if (typeof input === "string") return input;
  return typeof input === "object" && input !== null ? JSON.stringify(input) : "";
}
