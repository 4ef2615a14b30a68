// The messages of a chat as turns in Anthropic's words. Results of tools that follow one another are one turn; what the
// system says goes to the front, where Anthropic has it.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed, objectIn, objectsOf } from "../values.ts";
import { blocksOf, type PartPlace, textOf } from "./message-blocks.ts";
import { thoughtsIn } from "./thoughts.ts";

/** A chat's conversation. */
export type Conversation = {
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
};

/** What is said of a message in blocks, or told of below where it is not. */
const MESSAGE_FIELDS: ReadonlySet<string> = new Set([
  ..."role name content refusal audio tool_calls function_call tool_call_id".split(" "),
  ..."reasoning reasoning_content reasoning_details".split(" "),
]);

/** All of it. `notes` is told what is left out. */
export function conversationOf(value: unknown, notes: Notes): Conversation {
  if (!Array.isArray(value)) throw malformed("messages", "must be a list");
  const system: JsonObject[] = [];
  const turns: GrowingTurn[] = [];
  for (const [index, item] of value.entries()) {
    const path = `messages[${index}]`;
    const message = asObject(item);
    if (message === undefined) throw malformed(path, "must be an object with a role");
    if (message["name"] !== undefined && message["role"] !== "function") notes.add("messages.name");
    notes.addOthers(message, MESSAGE_FIELDS, "messages.");
    if (message["role"] === "system" || message["role"] === "developer") {
      if (turns.length > 0) notes.add("messages.system moved to the front");
      for (const block of blocksOf(message["content"], { path: `${path}.content`, notes }))
        system.push(block);
    } else join(turns, turnOf(message, { path, notes }, turns));
  }
  return { system, messages: withoutTrailingSpace(turns) };
}

type MessageTurn = { readonly role: "user" | "assistant"; readonly content: readonly JsonObject[] };
type GrowingTurn = MessageTurn & { readonly content: JsonObject[] };

/** Results of parallel calls have to stand in one turn. */
function join(turns: GrowingTurn[], turn: MessageTurn): void {
  if (turn.content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== turn.role) turns.push({ role: turn.role, content: [...turn.content] });
  else for (const block of turn.content) last.content.push(block);
}

function turnOf(
  message: JsonObject,
  { path, notes }: PartPlace,
  before: readonly MessageTurn[],
): MessageTurn {
  const place = { path: `${path}.content`, notes };
  switch (message["role"]) {
    case "user":
      return { role: "user", content: blocksOf(message["content"], place) };
    case "assistant":
      return { role: "assistant", content: assistantBlocks(message, { path, notes }, before) };
    case "tool":
      return {
        role: "user",
        content: [resultOf(message["tool_call_id"], message["content"], { path, notes })],
      };
    case "function":
      return { role: "user", content: [resultOf(lastCallOf(before), message["content"], { path, notes })] };
    default:
      throw malformed(`${path}.role`, "must be system, developer, user, assistant, tool or function");
  }
}

function resultOf(id: unknown, content: unknown, { path, notes }: PartPlace): JsonObject {
  if (typeof id !== "string" || id === "") throw malformed(`${path}.tool_call_id`, "must be a text");
  const blocks = blocksOf(content, { path: `${path}.content`, notes });
  const [first, ...more] = blocks;
  const isText =
    first !== undefined &&
    more.length === 0 &&
    first["type"] === "text" &&
    first["cache_control"] === undefined;
  const said = isText ? first["text"] : blocks;
  return { type: "tool_result", tool_use_id: id, ...(blocks.length === 0 ? {} : { content: said }) };
}

/** A result in OpenAI's older words names no call: it is of the last one. */
function lastCallOf(turns: readonly MessageTurn[]): unknown {
  return turns.at(-1)?.content.findLast(({ type }) => type === "tool_use")?.["id"];
}

function assistantBlocks(
  message: JsonObject,
  { path, notes }: PartPlace,
  before: readonly MessageTurn[],
): readonly JsonObject[] {
  const { content, refusal, tool_calls: calls, function_call: older, audio } = message;
  if (audio !== undefined && audio !== null) notes.add("messages.audio");
  const texts = blocksOf(content, { path: `${path}.content`, notes });
  const refused = textOf(refusal, { path: `${path}.refusal`, notes });
  const thoughts = thoughtsIn(message);
  if (thoughts.length === 0 && message["reasoning_content"] !== undefined)
    notes.add("messages.reasoning_content");
  const called = objectsOf(calls).map((call, index) => callOf(call, `${path}.tool_calls[${index}]`));
  const single = asObject(older);
  if (single !== undefined)
    called.push(useOf({ id: `call_${before.length}`, said: single }, `${path}.function_call`));
  const said = refused === "" ? texts : [...texts, { type: "text", text: refused }];
  return [...thoughts, ...said, ...called];
}

function callOf(call: JsonObject, path: string): JsonObject {
  const custom = asObject(call["custom"]);
  if (custom === undefined)
    return useOf({ id: call["id"], said: asObject(call["function"]) ?? {} }, `${path}.function`);
  const { id } = call;
  if (typeof id !== "string") throw malformed(`${path}.id`, "must be a text");
  return { type: "tool_use", id, name: asText(custom["name"]), input: { input: asText(custom["input"]) } };
}

function useOf({ id, said }: { readonly id: unknown; readonly said: JsonObject }, path: string): JsonObject {
  const { name, arguments: written } = said;
  if (typeof id !== "string" || typeof name !== "string")
    throw malformed(path, "a call needs an id and a name");
  const input = typeof written === "string" ? objectIn(written) : (asObject(written) ?? {});
  if (input === undefined) throw malformed(`${path}.arguments`, "is no JSON object");
  return { type: "tool_use", id, name, input };
}

/** Anthropic refuses space at the end of the last turn, where that is the beginning of the answer. */
function withoutTrailingSpace(turns: readonly MessageTurn[]): readonly JsonObject[] {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== "assistant" || block === undefined || block["type"] !== "text")
    return turns.map(shortened);
  const text = asText(block["text"]).trimEnd();
  const content = [...last.content.slice(0, -1), ...(text === "" ? [] : [{ ...block, text }])];
  const rest = turns.slice(0, -1).map(shortened);
  return content.length === 0 ? rest : [...rest, shortened({ role: "assistant", content })];
}

/** One text alone is a string. */
function shortened({ role, content }: MessageTurn): JsonObject {
  const [first, ...more] = content;
  const made: MadeObject = { role, content };
  if (
    first !== undefined &&
    more.length === 0 &&
    first["type"] === "text" &&
    first["cache_control"] === undefined
  )
    made["content"] = first["text"];
  return made;
}
