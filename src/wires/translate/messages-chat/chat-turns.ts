// The turns of a conversation in Anthropic's words as messages of a chat. One turn may become several: results of tools
// are messages of their own, and come first, as a chat wants them right behind the calls.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed, untranslatable } from "../values.ts";
import {
  asContent,
  type BlockPlace,
  blocksOf,
  innerParts,
  noteOthers,
  partsOf,
  textOf,
} from "./content-parts.ts";
import { fieldOf } from "./reasoning-mark.ts";
import type { ShortNames } from "./tool-names.ts";

/** Of Claude Code's first system block: a line that looks like a header, and is another one with each version. */
const PSEUDO_HEADER = "x-anthropic-billing-header:";
/** What a server of Anthropic's ran itself, and its models alone can read back. */
const OF_THE_SERVER =
  /^(?:server_tool_use|mcp_tool_use|mcp_tool_result|redacted_thinking|container_upload|compaction|fallback|.*_tool_result)$/;

type TurnContext = { readonly names: ShortNames; readonly notes: Notes };

/** The whole conversation. */
export function chatMessages({ system, messages }: JsonObject, around: TurnContext): readonly JsonObject[] {
  if (!Array.isArray(messages)) throw malformed("messages", "must be a list");
  const first = systemText(system, around.notes);
  const open = openFrom(messages);
  const turns = messages.flatMap((message, index) =>
    turnOf(message, index, { ...around, isOpen: index >= open }),
  );
  return first === "" ? turns : [{ role: "system", content: first }, ...turns];
}

function systemText(system: unknown, notes: Notes): string {
  if (!Array.isArray(system))
    return system === undefined || system === null ? "" : textOf(system, { path: "system", notes });
  const [first, ...rest] = system;
  const isPseudo = asText(asObject(first)?.["text"]).startsWith(PSEUDO_HEADER);
  return textOf(isPseudo ? rest : system, { path: "system", notes });
}

function turnOf(message: unknown, index: number, around: AssistantContext): readonly JsonObject[] {
  const path = `messages.${index}`;
  const { role, content, output_config: config } = asObject(message) ?? {};
  if (config !== undefined) around.notes.add("messages.output_config");
  const place = { path: `${path}.content`, notes: around.notes };
  switch (role) {
    case "user":
      return userTurn(content, place);
    case "assistant":
      return [assistantTurn(content, place, around)];
    case "system":
      return [{ role: "system", content: textOf(content, place) }];
    default:
      throw malformed(`${path}.role`, "must be user, assistant or system");
  }
}

/** Where the loop of calls and their results begins that is not over: its model still needs what it thought. */
function openFrom(messages: readonly unknown[]): number {
  return messages.findLastIndex((message) => !isOfLoop(asObject(message) ?? {})) + 1;
}

function isOfLoop({ role, content }: JsonObject): boolean {
  if (role === "assistant") return true;
  return Array.isArray(content) && content.some((block) => asObject(block)?.["type"] === "tool_result");
}

function userTurn(content: unknown, { path, notes }: BlockPlace): readonly JsonObject[] {
  if (typeof content === "string") return [{ role: "user", content }];
  const results: JsonObject[] = [];
  const parts: JsonObject[] = [];
  for (const [index, block] of blocksOf(content, path).entries()) {
    const place = { path: `${path}.${index}`, notes };
    if (block["type"] === "tool_result") {
      const { message, pictures } = toolTurn(block, place);
      results.push(message);
      for (const picture of pictures) parts.push(picture);
    } else if (isOfServer(block)) notes.add(`content.${asText(block["type"])}`);
    else for (const part of partsOf(block, place)) parts.push(part);
  }
  if (parts.length === 0) return results.length > 0 ? results : [{ role: "user", content: "" }];
  return [...results, { role: "user", content: asContent(parts) }];
}

function isOfServer({ type }: JsonObject): boolean {
  return OF_THE_SERVER.test(asText(type));
}

/** The message of a tool holds text alone; pictures follow it in the user's words. */
function toolTurn(
  block: JsonObject,
  { path, notes }: BlockPlace,
): { readonly message: JsonObject; readonly pictures: readonly JsonObject[] } {
  const { tool_use_id: id, content, is_error: isError } = block;
  if (typeof id !== "string" || id === "") throw malformed(`${path}.tool_use_id`, "must be a text");
  noteOthers(block, notes);
  const parts = innerParts(content, { path: `${path}.content`, notes });
  const texts = parts.filter((part) => part["type"] === "text").map((part) => asText(part["text"]));
  const others = parts.filter((part) => part["type"] !== "text");
  const text = texts.join("\n\n");
  const pictures =
    others.length === 0 ? [] : [{ type: "text", text: `Of the result of the tool call ${id}:` }, ...others];
  return {
    message: { role: "tool", tool_call_id: id, content: withError(text, isError === true) },
    pictures,
  };
}

/** A chat has no field that says that a call failed: the text has to. */
function withError(text: string, isError: boolean): string {
  if (!isError || /^\s*(?:<tool_use_error>|error\b)/i.test(text)) return text;
  return text === "" ? "Error" : `Error: ${text}`;
}

type AssistantContext = TurnContext & {
  /** The turn belongs to a loop of calls that is not over. */
  readonly isOpen: boolean;
};

function assistantTurn(content: unknown, { path, notes }: BlockPlace, around: AssistantContext): JsonObject {
  if (typeof content === "string") return { role: "assistant", content };
  let text = "";
  const calls: JsonObject[] = [];
  const reasoning: MadeObject = {};
  for (const [index, block] of blocksOf(content, path).entries()) {
    const at = `${path}.${index}`;
    if (!isOfServer(block)) noteOthers(block, notes);
    if (block["type"] === "text") text += asText(block["text"]);
    else if (block["type"] === "tool_use") calls.push(callOf(block, at, around.names));
    else if (block["type"] === "thinking") addReasoning(reasoning, block, around);
    else if (isOfServer(block)) notes.add(`content.${asText(block["type"])}`);
    else
      throw untranslatable(
        at,
        `a block of the type ${JSON.stringify(block["type"]) ?? "undefined"} is not known here`,
      );
  }
  const said = calls.length > 0 && text === "" ? null : text;
  return {
    role: "assistant",
    content: said,
    ...reasoning,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

function callOf(block: JsonObject, path: string, names: ShortNames): JsonObject {
  const { id, name, input } = block;
  if (typeof id !== "string" || typeof name !== "string")
    throw malformed(path, "a call needs an id and a name");
  const written = JSON.stringify(input ?? {});
  return { id, type: "function", function: { name: names.short(name), arguments: written } };
}

function addReasoning(
  reasoning: MadeObject,
  { thinking, signature }: JsonObject,
  around: AssistantContext,
): void {
  const field = fieldOf(signature);
  if (field === undefined) around.notes.add("content.thinking");
  else if (around.isOpen) reasoning[field] = asText(reasoning[field]) + asText(thinking);
}
