// Messages of a chat, as the items of a Responses request.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { isLeftOut, isObject, listOf, nameOf, objectOf, shownWord, textOf, without } from "../json-values.ts";
import type { Notes } from "../notes.ts";
import { malformed, untranslatable } from "../values.ts";
import { inputContent, spokenParts } from "./parts.ts";
import { reasoningItems } from "./reasoning.ts";

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(["role", "content", "name"]);
const ASSISTANT_FIELDS: ReadonlySet<string> = new Set([
  ..."role name content refusal tool_calls function_call".split(" "),
]);
/** The same thoughts in words and packed. */
const WITH_THOUGHTS: ReadonlySet<string> = new Set([
  ...ASSISTANT_FIELDS,
  ..."reasoning reasoning_content reasoning_details".split(" "),
]);
const OUTPUT_FIELDS: ReadonlySet<string> = new Set(["role", "name", "content", "tool_call_id"]);

/** Where one message goes. */
type InputItems = {
  readonly items: JsonObject[];
  readonly notes: Notes;
  /** The ids of calls whose tool takes text. */
  readonly textCalls: Set<string>;
  /** The id given to a call of the older form, which has none; the next output is for it. */
  olderCall: string | undefined;
};

/**
 * The items of a conversation.
 * @throws GatewayError untranslatable, with the message's place, for one that cannot be sent on
 */
export function inputItems(messages: unknown, notes: Notes): readonly JsonObject[] {
  if (!Array.isArray(messages)) throw malformed("messages", "it must be a list");
  const input: InputItems = { items: [], notes, textCalls: new Set(), olderCall: undefined };
  for (const [at, message] of messages.entries()) {
    const param = `messages[${at}]`;
    if (!isObject(message)) throw malformed(param, "it must be an object");
    addMessage(message, param, input);
  }
  return input.items;
}

function addMessage(message: JsonObject, param: string, input: InputItems): void {
  const { role, name } = message;
  // That of a function says whose the result is.
  if (!isLeftOut(name) && role !== "function" && role !== "tool") input.notes.add("messages.name");
  if (role === "assistant") addAssistant(message, param, input);
  else if (role === "tool" || role === "function") addOutput(message, param, input);
  else if (role === "system" || role === "developer" || role === "user") {
    const content = inputContent(message["content"], `${param}.content`);
    input.items.push({ ...without(message, MESSAGE_FIELDS), type: "message", role, content });
  } else
    throw untranslatable(`${param}.role`, `there is no word for messages of the role ${shownWord(role)}`);
}

/** Reasoning comes before what it led to, and calls come last, as the model made them. */
function addAssistant(message: JsonObject, param: string, input: InputItems): void {
  const thoughts = reasoningItems(message);
  input.notes.addOthers(message, thoughts.length > 0 ? WITH_THOUGHTS : ASSISTANT_FIELDS, "messages.");
  for (const item of thoughts) input.items.push(item);
  const content = spokenParts(message, param, input.notes);
  if (content.length > 0) input.items.push({ type: "message", role: "assistant", content });
  listOf(message["tool_calls"]).forEach((call, at) => {
    addCall(objectOf(call), `${param}.tool_calls[${at}]`, input);
  });
  const older = message["function_call"];
  if (isLeftOut(older)) return;
  const id = `call_${input.items.length}`;
  input.olderCall = id;
  addCall({ id, function: older }, `${param}.function_call`, input);
}

function addCall(call: JsonObject, param: string, { items, textCalls }: InputItems): void {
  const id = nameOf(call["id"]);
  if (id === undefined) throw malformed(`${param}.id`, "the tool call has no id");
  if (call["type"] === "custom" || call["custom"] !== undefined) {
    const { name, input } = objectOf(call["custom"]);
    textCalls.add(id);
    items.push({ type: "custom_tool_call", call_id: id, name: textOf(name), input: textOf(input) });
    return;
  }
  const { name, arguments: given } = objectOf(call["function"]);
  items.push({ type: "function_call", call_id: id, name: textOf(name), arguments: textOf(given) });
}

function addOutput(message: JsonObject, param: string, input: InputItems): void {
  const id = message["role"] === "function" ? input.olderCall : nameOf(message["tool_call_id"]);
  if (id === undefined) throw malformed(`${param}.tool_call_id`, "the message is for no tool call");
  input.notes.addOthers(message, OUTPUT_FIELDS, "messages.");
  const type = input.textCalls.has(id) ? "custom_tool_call_output" : "function_call_output";
  input.items.push({ type, call_id: id, output: inputContent(message["content"], `${param}.content`) });
}
