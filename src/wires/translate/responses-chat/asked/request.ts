// A request of Responses, as a request of chat completions for an endpoint that knows nothing else.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import {
  isLeftOut,
  isObject,
  listOf,
  nameOf,
  objectOf,
  shownWord,
  textOf,
  without,
} from "../../json-values.ts";
import { Notes } from "../../notes.ts";
import { untranslatable } from "../../values.ts";
import { type AskedResponse, repeatedFields } from "./asked.ts";
import { SUMMARY_REQUEST } from "./compaction.ts";
import { addItem, itemsOf, typeOf } from "./input-items.ts";
import { FlatNames } from "./tool-names.ts";
import { chatTools, chosenTools } from "./tools.ts";
import { Turns } from "./turns.ts";

/** A request for a chat endpoint. */
export type AskedOfChat = {
  readonly body: JsonObject;
  readonly notes: readonly string[];
  readonly asked: AskedResponse;
};

/** Fields that are translated below, or that only the client's side of the translation has to know. */
const TRANSLATED: ReadonlySet<string> = new Set([
  "model",
  "input",
  "instructions",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "text",
  "reasoning",
  "include",
  "max_output_tokens",
  "top_logprobs",
  "stream",
  "stream_options",
  "store",
  // The response repeats it, and nobody else is told of it but who keeps responses.
  "metadata",
  "background",
  "generate",
  "previous_response_id",
  "conversation",
  "prompt",
]);
/** Fields that no chat has. Left out with a word, since the answer may be another for the lack of them. */
const DROPPED: ReadonlySet<string> = new Set([
  "truncation",
  "max_tool_calls",
  "client_metadata",
  "context_management",
  "image",
  "access_programs",
]);
const LEFT_OUT: ReadonlySet<string> = new Set([...TRANSLATED, ...DROPPED]);
const REASONING_FIELDS: ReadonlySet<string> = new Set(["effort", "summary", "generate_summary"]);
const TEXT_FIELDS: ReadonlySet<string> = new Set(["format", "verbosity"]);
/** What a summary must not be held to. */
const SHAPE: ReadonlySet<string> = new Set(["text"]);
const SEALED_REASONING = "reasoning.encrypted_content";
const LOGPROBS = "message.output_text.logprobs";

/**
 * Translates a request. `isCompact`: one to the path that only compacts.
 * @throws GatewayError untranslatable, with the place, for what cannot be had from a chat endpoint
 */
export function chatRequest(request: JsonObject, isCompact: boolean): AskedOfChat {
  refuseStored(request);
  const notes = new Notes();
  const names = new FlatNames();
  const items = isLeftOut(request["input"]) ? [] : itemsOf(request["input"]);
  const offered = chatTools([...listOf(request["tools"]), ...toolsInItems(items)], names, notes);
  const turns = new Turns();
  const instructions = nameOf(request["instructions"]);
  if (instructions !== undefined) turns.addSystem(instructions);
  for (const [at, item] of items.entries()) addItem({ item, param: `input[${at}]` }, { turns, names, notes });
  const isCompaction = isCompact || items.some((item) => typeOf(item) === "compaction_trigger");
  if (isCompaction) turns.addUser(SUMMARY_REQUEST);
  for (const name of DROPPED) if (isDroppedAloud(name, request[name])) notes.add(`${name}`);
  if (request["store"] === true) notes.add("store");
  notes.addOthers(objectOf(request["reasoning"]), REASONING_FIELDS, "reasoning.");
  notes.addOthers(objectOf(request["text"]), TEXT_FIELDS, "text.");
  if (objectOf(request["stream_options"])["include_obfuscation"] === true)
    notes.add("stream_options.include_obfuscation");
  const include = listOf(request["include"]);
  const body = {
    ...without(request, LEFT_OUT),
    messages: turns.messages(),
    ...toolFields(
      request,
      chosenTools(isCompaction ? "none" : request["tool_choice"], offered, names, notes),
    ),
    ...writingFields(
      isCompaction ? without(request, SHAPE) : changedByItems(request, items),
      textOf(request["model"]),
    ),
    ...(include.includes(LOGPROBS) || isNumber(request["top_logprobs"]) ? { logprobs: true } : {}),
    ...(isNumber(request["top_logprobs"]) ? { top_logprobs: request["top_logprobs"] } : {}),
    // Chats tell what was used in a stream only where they are asked to.
    ...(request["stream"] === true ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  noteIncludes(include, notes);
  const reasoning = {
    isSummary: wantsSummary(objectOf(request["reasoning"])),
    isSealed: include.includes(SEALED_REASONING),
  };
  const compaction = isCompact ? "path" : isCompaction ? "item" : "none";
  return {
    body,
    notes: notes.texts,
    asked: { repeated: repeatedFields(request), names, compaction, reasoning },
  };
}

/** `generate_summary` is its older name. */
function wantsSummary({ summary, generate_summary: older }: JsonObject): boolean {
  return !isLeftOut(summary ?? older);
}

/** An endpoint that has only chats keeps nothing between requests. */
function refuseStored(request: JsonObject): void {
  for (const name of ["previous_response_id", "conversation", "prompt"])
    if (!isLeftOut(request[name]))
      throw untranslatable(
        name,
        "the endpoint stores nothing, so that the whole conversation has to be sent in its place",
      );
  if (request["background"] === true) throw untranslatable("background", "the endpoint answers at once only");
}

function isDroppedAloud(name: string, value: unknown): boolean {
  return !isLeftOut(value) && !(name === "truncation" && value === "disabled");
}

/** Tools that the model was given in the middle of the conversation. */
function toolsInItems(items: readonly JsonObject[]): readonly unknown[] {
  return items
    .filter((item) => ["additional_tools", "tool_search_output"].includes(typeOf(item)))
    .flatMap((item) => listOf(item["tools"]));
}

/** Settings that were changed in the middle of the conversation hold from then on. */
function changedByItems(request: JsonObject, items: readonly JsonObject[]): JsonObject {
  let { text, reasoning } = request;
  for (const item of items) {
    if (typeOf(item) !== "configuration_update") continue;
    if (isObject(item["text"])) text = { ...objectOf(text), ...item["text"] };
    if (isObject(item["reasoning"])) reasoning = { ...objectOf(reasoning), ...item["reasoning"] };
  }
  return { ...request, text, reasoning };
}

/** A chat without tools takes no word on how they are called. */
function toolFields(request: JsonObject, chosen: JsonObject): JsonObject {
  const parallel = request["parallel_tool_calls"];
  if (!("tools" in chosen) || typeof parallel !== "boolean") return chosen;
  return { ...chosen, parallel_tool_calls: parallel };
}

/** How the answer is to be written: its shape, its length, the effort. */
function writingFields(request: JsonObject, model: string): JsonObject {
  const text = objectOf(request["text"]);
  const reasoning = objectOf(request["reasoning"]);
  const fields: Record<string, unknown> = {};
  const format = responseFormat(text["format"]);
  if (format !== undefined) fields["response_format"] = format;
  if (!isLeftOut(text["verbosity"])) fields["verbosity"] = text["verbosity"];
  if (!isLeftOut(reasoning["effort"])) fields["reasoning_effort"] = reasoning["effort"];
  if (isNumber(request["max_output_tokens"])) fields[limitName(model)] = request["max_output_tokens"];
  return fields;
}

function responseFormat(format: unknown): JsonObject | undefined {
  if (!isObject(format) || format["type"] === "text") return undefined;
  if (format["type"] === "json_object") return { type: "json_object" };
  if (format["type"] !== "json_schema")
    throw untranslatable("text.format", `the format ${shownWord(format["type"])} is unknown to it`);
  const schema = Object.entries(format).filter(([name, value]) => name !== "type" && !isLeftOut(value));
  return { type: "json_schema", json_schema: Object.fromEntries(schema) };
}

/** Most chat servers know the limit by its older name only; OpenAI's reasoning models by the newer one only. */
function limitName(model: string): string {
  return /(?:^|\/)(?:o\d|gpt-[5-9])/.test(model) ? "max_completion_tokens" : "max_tokens";
}

function noteIncludes(include: readonly unknown[], notes: Notes): void {
  for (const name of include)
    if (name !== SEALED_REASONING && name !== LOGPROBS) notes.add(`include ${shownWord(name)}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
