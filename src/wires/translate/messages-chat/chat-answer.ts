// A chat's plain answer as Anthropic's message.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { AnswerContext } from "../translation.ts";
import { messagesUsage, NOT_COUNTED, tokensOfChat } from "../usage.ts";
import { asObject, asText, badAnswer, objectIn, objectsOf } from "../values.ts";
import { markOf, reasoningIn } from "./reasoning-mark.ts";
import { stopFields } from "./stop-reasons.ts";
import type { ShortNames } from "./tool-names.ts";

/** What of the request its answer is read with. */
export type AskedMessage = { readonly names: ShortNames; readonly stops: readonly unknown[] };

/**
 * The message.
 * @throws GatewayError upstream_bad_response
 */
export function messageOf(answer: JsonObject, context: AnswerContext, asked: AskedMessage): JsonObject {
  const choice = objectsOf(answer["choices"])[0];
  const message = asObject(choice?.["message"]);
  if (choice === undefined || message === undefined) throw badAnswer("it has no choice with a message");
  const reason = asText(choice["finish_reason"]);
  const calls = callsOf(message, { asked, context, isCut: reason === "length" });
  const refusal = asText(message["refusal"]);
  const texts = [textOf(message["content"]), refusal]
    .filter((text) => text !== "")
    .map((text) => ({ type: "text", text }));
  const stop = stopFields({
    reason,
    stoppedAt: choice["stop_reason"],
    stops: asked.stops,
    hasCalls: calls.length > 0,
    hasRefusal: refusal !== "",
  });
  return {
    id: idOf(answer["id"], context),
    type: "message",
    role: "assistant",
    model: context.model ?? asText(answer["model"]),
    content: [...thoughtsOf(message), ...texts, ...calls],
    ...stop,
    usage: messagesUsage(tokensOfChat(answer["usage"]) ?? NOT_COUNTED),
  };
}

/** The id of a chat as one of a message. */
export function idOf(id: unknown, { id: own }: AnswerContext): string {
  const said = asText(id).replace(/^chatcmpl-/, "");
  return `msg_${said === "" ? own : said}`;
}

/** The id of a call that has none, by its place in the answer. */
export function callId({ id }: AnswerContext, place: number): string {
  return `toolu_${id}_${place}`;
}

/** Text, or the texts in a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return objectsOf(content)
    .map((part) => (part["type"] === "text" ? asText(part["text"]) : ""))
    .join("");
}

function thoughtsOf(message: JsonObject): readonly JsonObject[] {
  const reasoning = reasoningIn(message);
  if (reasoning === undefined) return [];
  return [{ type: "thinking", thinking: reasoning.text, signature: markOf(reasoning.field) }];
}

type CallSource = { readonly asked: AskedMessage; readonly context: AnswerContext; readonly isCut: boolean };

/** Where the answer was cut for its length, a call that is not whole is none. */
function callsOf(message: JsonObject, { asked, context, isCut }: CallSource): readonly JsonObject[] {
  return calledIn(message).flatMap(({ id, said }, place) => {
    const name = asText(said["name"]);
    const written = said["arguments"];
    const input = typeof written === "string" ? objectIn(written) : (asObject(written) ?? {});
    if (input === undefined && isCut) return [];
    if (input === undefined) throw badAnswer(`the arguments of the call of ${name} are no JSON object`);
    const known = asText(id);
    const told = known === "" ? callId(context, place) : known;
    return [{ type: "tool_use", id: told, name: asked.names.long(name), input }];
  });
}

function calledIn(message: JsonObject): readonly { readonly id: unknown; readonly said: JsonObject }[] {
  const calls = objectsOf(message["tool_calls"]).map((call) => ({
    id: call["id"],
    said: asObject(call["function"]) ?? {},
  }));
  const older = asObject(message["function_call"]);
  return older === undefined ? calls : [...calls, { id: undefined, said: older }];
}
