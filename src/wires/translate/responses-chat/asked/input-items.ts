// Items of a Responses request, put into a conversation as chat has it. An item of a kind that nobody knows is refused:
// without it the model would answer another conversation.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import { isObject, listOf, nameOf, objectOf, shownWord, textOf, without } from "../../json-values.ts";
import type { Notes } from "../../notes.ts";
import { malformed, untranslatable } from "../../values.ts";
import { SUMMARY_FIELD, summaryMessage } from "./compaction.ts";
import { chatContent, isBareText } from "./parts.ts";
import { unsealed } from "./sealed.ts";
import type { FlatNames } from "./tool-names.ts";
import { INPUT_NAME } from "./tools.ts";
import type { Turns } from "./turns.ts";

/** Where the items of one request go. */
export type ItemSinks = {
  readonly turns: Turns;
  readonly names: FlatNames;
  readonly notes: Notes;
};

/** What an item is, and its place in the request. */
type PlacedItem = { readonly item: JsonObject; readonly param: string };

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(["type", "id", "status", "role", "content"]);
const CALL_FIELDS: ReadonlySet<string> = new Set(
  "type id call_id status name namespace arguments input extra_content caller".split(" "),
);
const OUTPUT_FIELDS: ReadonlySet<string> = new Set(
  "type id call_id status name namespace output caller".split(" "),
);
const INTERNAL = /^internal_/;

/** Calls of tools that the server ran: what came of them is in the answers that follow. */
const SERVER_RUN: ReadonlySet<string> = new Set([
  "web_search_call",
  "file_search_call",
  "computer_call",
  "computer_call_output",
  "code_interpreter_call",
  "image_generation_call",
  "mcp_call",
  "mcp_list_tools",
  "mcp_approval_request",
  "mcp_approval_response",
  "tool_search_call",
  "program",
  "program_output",
]);

/** Items that give the model tools, or change settings; the request is read for these before. */
const READ_BEFORE: ReadonlySet<string> = new Set([
  "additional_tools",
  "tool_search_output",
  "configuration_update",
  "compaction_trigger",
]);

type ItemHandler = (placed: PlacedItem, sinks: ItemSinks) => void;

const HANDLERS: ReadonlyMap<string, ItemHandler> = new Map<string, ItemHandler>([
  ["message", addMessage],
  ["reasoning", addReasoning],
  ["function_call", addCall],
  ["custom_tool_call", addCall],
  ["function_call_output", addOutput],
  ["custom_tool_call_output", addOutput],
  ["compaction", addCompaction],
  ["compaction_summary", addCompaction],
  ["local_shell_call", addOwnCall],
  ["shell_call", addOwnCall],
  ["apply_patch_call", addOwnCall],
  ["local_shell_call_output", addOwnOutput],
  ["shell_call_output", addOwnOutput],
  ["apply_patch_call_output", addOwnOutput],
]);

/** @throws GatewayError untranslatable, with the item's place, for one that cannot be sent to a chat */
export function addItem(placed: PlacedItem, sinks: ItemSinks): void {
  const { item, param } = placed;
  const type = typeOf(item);
  const handler = HANDLERS.get(type);
  if (handler !== undefined) handler(placed, sinks);
  else if (SERVER_RUN.has(type)) sinks.notes.add(`item ${type}`);
  else if (type === "item_reference")
    throw untranslatable(
      param,
      "the endpoint stores nothing, so that the item itself has to be sent in place of a reference",
    );
  else if (!READ_BEFORE.has(type))
    throw untranslatable(`${param}.type`, `there is no word for items of the type ${shownWord(type)}`);
}

/** What some client tells the servers of its vendor stands in each item, and is told once. */
function noteOthers(item: JsonObject, carried: ReadonlySet<string>, notes: Notes): void {
  const names = Object.keys(item).filter((name) => INTERNAL.test(name));
  for (const name of names) notes.add(name);
  notes.addOthers(item, new Set([...carried, ...names]), `${typeOf(item)}.`);
}

/** Messages may come without a type. */
export function typeOf(item: JsonObject): string {
  const type = item["type"];
  if (typeof type === "string") return type;
  return "role" in item ? "message" : "item_reference";
}

function addMessage({ item, param }: PlacedItem, { turns, notes }: ItemSinks): void {
  const { role } = item;
  const content = chatContent(item["content"], `${param}.content`, notes);
  const extras = role === "user" ? extrasOf(item) : {};
  noteOthers(item, new Set([...MESSAGE_FIELDS, ...Object.keys(extras)]), notes);
  // `developer` is known to few chat servers, and all that know it take `system` for the same.
  if (role === "system" || role === "developer") turns.addSystem(content);
  else if (role === "user") turns.addUser(content, extras);
  else if (role === "assistant") turns.addText(content);
  else throw untranslatable(`${param}.role`, `there is no word for messages of the role ${shownWord(role)}`);
}

function extrasOf(item: JsonObject): JsonObject {
  const rest = Object.entries(without(item, MESSAGE_FIELDS)).filter(
    ([name]) => name !== "phase" && !INTERNAL.test(name),
  );
  return Object.fromEntries(rest);
}

/** What the same kind of endpoint gave goes back under its own names; what another has encrypted nobody else can read. */
function addReasoning({ item }: PlacedItem, { turns, notes }: ItemSinks): void {
  const own = unsealed(item["encrypted_content"]);
  const { [SUMMARY_FIELD]: _summary, ...extras } = own ?? {};
  const text = listOf(item["content"])
    .map((part) => textOf(objectOf(part)["text"]))
    .join("");
  if (own !== undefined) turns.addExtras(extras);
  else if (text !== "") turns.addExtras({ reasoning_content: text });
  else notes.add("reasoning of another endpoint");
}

function addCall({ item, param }: PlacedItem, { turns, names, notes }: ItemSinks): void {
  noteOthers(item, CALL_FIELDS, notes);
  const isCustom = item["type"] === "custom_tool_call";
  const name = nameOf(item["name"]);
  if (name === undefined) throw malformed(`${param}.name`, "the tool call has no name");
  const namespace = nameOf(item["namespace"]);
  const flatName = names.flatNameOf({ kind: isCustom ? "custom" : "function", name, namespace });
  const input = isCustom
    ? JSON.stringify({ [INPUT_NAME]: textOf(item["input"]) })
    : textOf(item["arguments"]);
  const extra = item["extra_content"];
  const call = {
    type: "function",
    function: { name: flatName, arguments: input },
    ...(extra === undefined ? {} : { extra_content: extra }),
  };
  turns.addCall({ id: callIdOf(item, param), call, param });
}

function addOutput({ item, param }: PlacedItem, { turns, notes }: ItemSinks): void {
  const { output } = item;
  const id = callIdOf(item, param);
  noteOthers(item, OUTPUT_FIELDS, notes);
  const isText = typeof output === "string" || Array.isArray(output);
  const content = chatContent(isText ? output : JSON.stringify(output ?? ""), `${param}.output`, notes);
  if (typeof content === "string") {
    turns.addOutput(id, content, param);
    return;
  }
  const texts = content.filter(isBareText).map(({ text }) => textOf(text));
  const others = content.filter((part) => !isBareText(part));
  const text = texts.length === 0 ? "The output follows." : texts.join("\n");
  const about = { type: "text", text: `Output of the tool call ${id}:` };
  turns.addOutput(id, text, param, [about, ...others]);
}

function callIdOf(item: JsonObject, param: string): string {
  const id = nameOf(item["call_id"]) ?? nameOf(item["id"]);
  if (id === undefined) throw malformed(`${param}.call_id`, "the item has no call_id");
  return id;
}

/** Tools that a vendor has built in, and that the client ran: the model has called them, and sees what came of it. */
function addOwnCall({ item, param }: PlacedItem, { turns }: ItemSinks): void {
  const name = textOf(item["type"]).replace(/_call$/, "");
  const input = JSON.stringify(item["action"] ?? item["operation"] ?? {});
  const call = { type: "function", function: { name, arguments: input } };
  turns.addCall({ id: callIdOf(item, param), call, param });
}

function addOwnOutput({ item, param }: PlacedItem, { turns }: ItemSinks): void {
  const { output } = item;
  const text = typeof output === "string" ? output : JSON.stringify(output ?? item["status"] ?? "");
  turns.addOutput(callIdOf(item, param), text, param);
}

function addCompaction({ item, param }: PlacedItem, { turns }: ItemSinks): void {
  const summary = unsealed(item["encrypted_content"])?.[SUMMARY_FIELD];
  if (typeof summary !== "string")
    throw untranslatable(
      `${param}.encrypted_content`,
      "another endpoint has compacted this conversation, and only that one can read what it made of it",
    );
  turns.addUser(summaryMessage(summary));
}

/** The items of a request; a text is one message of the user. */
export function itemsOf(input: unknown): readonly JsonObject[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (!Array.isArray(input)) throw malformed("input", "it must be a string or a list of items");
  return input.map((item, at) => {
    if (isObject(item)) return item;
    throw malformed(`input[${at}]`, "it must be an object");
  });
}
