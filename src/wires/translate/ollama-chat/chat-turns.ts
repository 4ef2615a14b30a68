// The messages of Ollama's chats as those of OpenAI's. Arguments of calls are objects there, and calls need no ids: each
// result is of the call that it names, else of the first of its tool that has none yet.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed, objectsOf } from "../values.ts";
import { pictureParts } from "./pictures.ts";

/** Models that go on with calls of tools only where what they thought before these comes back. */
const NEEDS_THOUGHTS = /deepseek|kimi|glm|minimax|mimo/i;

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(
  "role content images thinking tool_calls tool_name name tool_call_id".split(" "),
);

/** A call whose result has not come. */
type UnansweredCall = { readonly id: string; readonly name: string };

/** What is known of the conversation while its turns are read. */
type OllamaTurnContext = {
  readonly notes: Notes;
  /** The endpoint's name of the model. */
  readonly model: string;
  readonly calls: UnansweredCall[];
};

/**
 * The whole conversation.
 * @throws GatewayError untranslatable for what is none
 */
export function chatTurns(body: JsonObject, notes: Notes): readonly JsonObject[] {
  const { messages, model } = body;
  if (!Array.isArray(messages)) throw malformed("messages", "must be a list");
  const around = { notes, model: asText(model), calls: [] };
  const openFrom = messages.findLastIndex((message) => asObject(message)?.["role"] === "user") + 1;
  return messages.flatMap((message, index) => turnOf(message, { index, isOpen: index >= openFrom }, around));
}

/** `isOpen`: it belongs to a loop of calls and results that is not over. */
type TurnPlace = { readonly index: number; readonly isOpen: boolean };

function turnOf(value: unknown, place: TurnPlace, around: OllamaTurnContext): readonly JsonObject[] {
  const path = `messages.${place.index}`;
  const message = asObject(value);
  if (message === undefined) throw malformed(path, "must be an object");
  around.notes.addOthers(message, MESSAGE_FIELDS, "messages.");
  const content = textOf(message["content"], `${path}.content`);
  const pictures = pictureParts(message["images"], `${path}.images`);
  switch (message["role"]) {
    case "user":
      return [{ role: "user", content: withPictures(content, pictures) }];
    case "system":
    case "developer":
      if (pictures.length > 0) around.notes.add("images of the system");
      return [{ role: "system", content }];
    case "assistant":
      if (pictures.length > 0) around.notes.add("images of the assistant");
      return [assistantTurn(message, content, place, around)];
    case "tool":
      return toolTurn(message, { content, pictures }, around);
    default:
      throw malformed(`${path}.role`, "must be user, assistant, system or tool");
  }
}

function textOf(content: unknown, path: string): string {
  if (content === undefined || content === null) return "";
  if (typeof content !== "string") throw malformed(path, "must be a text");
  return content;
}

/** Content of a user's message. */
export function withPictures(text: string, pictures: readonly JsonObject[]): unknown {
  if (pictures.length === 0) return text;
  return text === "" ? pictures : [{ type: "text", text }, ...pictures];
}

function assistantTurn(
  message: JsonObject,
  content: string,
  { index, isOpen }: TurnPlace,
  around: OllamaTurnContext,
): JsonObject {
  const calls = objectsOf(message["tool_calls"]).map((call, place) => {
    const path = `messages.${index}.tool_calls.${place}`;
    return callOf(call, path, `call_${index}_${place}`);
  });
  for (const { id, function: said } of calls) around.calls.push({ id, name: said.name });
  const made: MadeObject = {
    role: "assistant",
    content: content === "" && calls.length > 0 ? null : content,
  };
  const thinking = asText(message["thinking"]);
  if (thinking !== "" && isOpen && NEEDS_THOUGHTS.test(around.model)) made["reasoning_content"] = thinking;
  else if (thinking !== "" && isOpen && calls.length > 0) around.notes.add("messages.thinking");
  if (calls.length > 0) made["tool_calls"] = calls;
  return made;
}

type WrittenChatCall = {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
};

function callOf(call: JsonObject, path: string, usualId: string): WrittenChatCall {
  const { name, arguments: given } = asObject(call["function"]) ?? {};
  if (typeof name !== "string" || name === "") throw malformed(`${path}.function.name`, "must be a text");
  const written = typeof given === "string" ? given : JSON.stringify(given ?? {});
  const id = asText(call["id"]);
  return { id: id === "" ? usualId : id, type: "function", function: { name, arguments: written } };
}

/** A tool's message holds text alone; pictures follow it in the user's words. */
function toolTurn(
  message: JsonObject,
  { content, pictures }: { readonly content: string; readonly pictures: readonly JsonObject[] },
  { calls }: OllamaTurnContext,
): readonly JsonObject[] {
  const id = asText(message["tool_call_id"]);
  const name = asText(message["tool_name"] ?? message["name"]);
  const byId = calls.findIndex((call) => call.id === id);
  const byName = calls.findIndex((call) => call.name === name);
  const place = byId >= 0 ? byId : Math.max(byName, 0);
  const [answered] = calls.splice(place, 1);
  // A result of no call: what the endpoint says of it is the best that can be said.
  const told = answered?.id ?? (id === "" ? "call_0" : id);
  const result = { role: "tool", tool_call_id: told, content };
  if (pictures.length === 0) return [result];
  const words = { type: "text", text: `Of the result of the tool call ${told}:` };
  return [result, { role: "user", content: [words, ...pictures] }];
}
