// What a chat's message, or a piece of one, says: text, thoughts, calls of tools; and the lines of Ollama that say it.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { AnswerContext } from "../translation.ts";
import { asObject, asText, badAnswer, objectIn, objectsOf } from "../values.ts";

/** How an answer is told: in which of Ollama's two forms, and whether with what the model thought. */
export type AskedLines = { readonly form: "chat" | "generate"; readonly showsThinking: boolean };

/** A call of a tool, its arguments as they were written. */
export type WrittenCall = { readonly id: string; readonly name: string; readonly written: string };

/** The first choice of an answer or an event; undefined where it has none. */
export function firstChoice({ choices }: JsonObject): JsonObject | undefined {
  return Array.isArray(choices) ? asObject(choices[0]) : undefined;
}

/** What is for the reader, of a chat as of a text that goes on. A refusal is said as well. */
export function contentOf(choice: JsonObject, message: JsonObject): string {
  if (typeof choice["text"] === "string") return choice["text"];
  const { content, refusal } = message;
  const text =
    typeof content === "string"
      ? content
      : objectsOf(content)
          .map((part) => asText(part["text"]))
          .join("");
  return text + asText(refusal);
}

/** What the model thought, by the two names under which servers tell it. */
export function thoughtsOf(message: JsonObject, { showsThinking }: AskedLines): string {
  if (!showsThinking) return "";
  const named = asText(message["reasoning_content"]);
  return named === "" ? asText(message["reasoning"]) : named;
}

/** What begins each line. */
export function headOf(answer: JsonObject, context: AnswerContext): JsonObject {
  const { created, model } = answer;
  const seconds =
    typeof created === "number" && created > 0 && created < 1e11 ? created : context.createdSeconds;
  return {
    model: context.model ?? asText(model),
    created_at: new Date(Math.trunc(seconds) * 1_000).toISOString(),
  };
}

/** The parts of a line that hold what was said. */
export function saidFields(
  { form }: AskedLines,
  content: string,
  thinking: string,
  calls: readonly JsonObject[] = [],
): JsonObject {
  const thought = thinking === "" ? {} : { thinking };
  if (form === "generate") return { response: content, ...thought };
  const called = calls.length === 0 ? {} : { tool_calls: calls };
  return { message: { role: "assistant", content, ...thought, ...called } };
}

/** Why the model stopped; calls of tools are no reason there. */
export function doneReason(reason: string): string {
  return reason === "" || reason === "tool_calls" || reason === "function_call" ? "stop" : reason;
}

/**
 * Calls with their arguments as objects. Where the answer was cut for its length, a call that is not whole is none.
 * @throws GatewayError upstream_bad_response
 */
export function calledTools(calls: readonly WrittenCall[], isCut: boolean): readonly JsonObject[] {
  return calls.flatMap(({ id, name, written }, index) => {
    const said = objectIn(written);
    if (said === undefined && isCut) return [];
    if (said === undefined) throw badAnswer(`the arguments of the call of ${name} are no JSON object`);
    return [{ id, function: { index, name, arguments: said } }];
  });
}

/** The calls of a plain message; the id of one that has none is its place. */
export function callsIn(message: JsonObject, context: AnswerContext): readonly WrittenCall[] {
  const older = asObject(message["function_call"]);
  const all = objectsOf(message["tool_calls"]).map((call) => ({
    id: asText(call["id"]),
    said: asObject(call["function"]) ?? {},
  }));
  if (older !== undefined) all.push({ id: "", said: older });
  return all.map(({ id, said }, place) => ({
    id: id === "" ? callId(context, place) : id,
    name: asText(said["name"]),
    written: writtenOf(said["arguments"]),
  }));
}

/** The id of a call that has none, by its place in the answer. */
export function callId({ id }: AnswerContext, place: number): string {
  return `call_${id}_${place}`;
}

/** Some servers give arguments as the object that they are. */
export function writtenOf(given: unknown): string {
  if (typeof given === "string") return given;
  return given === undefined || given === null ? "" : JSON.stringify(given);
}

/** The weights of tokens; none where nobody has told them. */
export function logprobsOf(choice: JsonObject): JsonObject {
  const content = asObject(choice["logprobs"])?.["content"];
  return Array.isArray(content) && content.length > 0 ? { logprobs: content } : {};
}
