// Tools and the choice among them, from Responses to chat. A tool that takes free text becomes a function with one string,
// one in a namespace a function of its own, and one that the server itself would run cannot be had.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import {
  given,
  isLeftOut,
  isObject,
  listOf,
  nameOf,
  objectOf,
  shownWord,
  textOf,
  without,
} from "../../json-values.ts";
import type { Notes } from "../../notes.ts";
import { malformed } from "../../values.ts";
import type { CalledTool, FlatNames } from "./tool-names.ts";

/** Fields of a function that only Responses gives a meaning to. */
const RESPONSES_ONLY: ReadonlySet<string> = new Set([
  "type",
  "allowed_callers",
  "async",
  "defer_loading",
  "output_schema",
]);

/** The property of the function that stands for a tool with free text. */
export const INPUT_NAME = "input";

/** The tools of a request as chat has them. Those that cannot be had are noted. */
export function chatTools(tools: readonly unknown[], names: FlatNames, notes: Notes): readonly JsonObject[] {
  const all = tools.map((tool, at) => checkedTool(tool, `tools[${at}]`));
  // Names of functions outside of namespaces stay as they are, so they are given first.
  for (const tool of all) if (tool["type"] === "function") names.flatNameOf(calledTool(tool));
  return all.flatMap((tool) => {
    if (tool["type"] !== "namespace") return chatTool(tool, undefined, names, notes);
    const members = listOf(tool["tools"]).map((member) => checkedTool(member, "tools"));
    return members.flatMap((member) => chatTool(member, tool, names, notes));
  });
}

function checkedTool(tool: unknown, param: string): JsonObject {
  if (!isObject(tool) || nameOf(tool["type"]) === undefined)
    throw malformed(param, "it must be an object with a type");
  const needsName = ["function", "custom", "namespace"].includes(textOf(tool["type"]));
  if (needsName && nameOf(tool["name"]) === undefined)
    throw malformed(`${param}.name`, "the tool has no name");
  return tool;
}

function chatTool(
  tool: JsonObject,
  group: JsonObject | undefined,
  names: FlatNames,
  notes: Notes,
): readonly JsonObject[] {
  const { type } = tool;
  if (type !== "function" && type !== "custom") {
    notes.add(`tool ${shownWord(type)}`);
    return [];
  }
  if (tool["async"] === true) notes.add("async of a tool");
  if (listOf(tool["allowed_callers"]).some((caller) => caller !== "direct"))
    notes.add("allowed_callers of a tool");
  if (!isLeftOut(tool["output_schema"])) notes.add("output_schema of a tool");
  const name = names.flatNameOf(calledTool(tool, nameOf(group?.["name"])));
  // Functions are told apart by their names alone, so what the namespace is for goes with each.
  const about = [textOf(group?.["description"]), textOf(tool["description"])];
  if (type === "custom") about.push(inputNote(objectOf(tool["format"])));
  const description = about.filter((text) => text !== "").join("\n\n");
  const described = { name, ...(description === "" ? {} : { description }) };
  if (type === "custom") return [{ type: "function", function: { ...described, parameters: INPUT_SCHEMA } }];
  return [{ type: "function", function: { ...given(without(tool, RESPONSES_ONLY)), ...described } }];
}

function calledTool(tool: JsonObject, namespace?: string): CalledTool {
  const kind = tool["type"] === "custom" ? "custom" : "function";
  return { kind, name: textOf(tool["name"]), namespace };
}

const INPUT_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    [INPUT_NAME]: { type: "string", description: "The whole input of the tool, as plain text." },
  },
  required: [INPUT_NAME],
  additionalProperties: false,
};

/** What the model has to know of the text, since nobody holds it to the grammar. */
function inputNote(format: JsonObject): string {
  const note = `This tool takes plain text. Put all of it into "${INPUT_NAME}".`;
  if (format["type"] !== "grammar") return note;
  return `${note} It must follow this ${textOf(format["syntax"])} grammar:\n${textOf(format["definition"])}`;
}

/** Tools with the choice among them: where only some may be called, the others are not offered. */
export function chosenTools(
  choice: unknown,
  tools: readonly JsonObject[],
  names: FlatNames,
  notes: Notes,
): JsonObject {
  if (tools.length === 0) return {};
  const { type } = objectOf(choice);
  if (isLeftOut(choice)) return { tools };
  if (typeof choice === "string") return { tools, tool_choice: choice };
  if (type === "function" || type === "custom")
    return { tools, tool_choice: { type: "function", function: { name: flatNameOfChoice(choice, names) } } };
  if (type === "allowed_tools") return allowedTools(objectOf(choice), tools, names, notes);
  notes.add(`tool_choice ${shownWord(type)}`);
  return { tools };
}

function flatNameOfChoice(choice: unknown, names: FlatNames): string {
  const tool = objectOf(choice);
  return names.flatNameOf(calledTool(tool, nameOf(tool["namespace"])));
}

function allowedTools(
  choice: JsonObject,
  tools: readonly JsonObject[],
  names: FlatNames,
  notes: Notes,
): JsonObject {
  const allowed = listOf(choice["tools"]).map(objectOf);
  const isNamed = (tool: JsonObject): boolean => tool["type"] === "function" || tool["type"] === "custom";
  if (!allowed.every(isNamed)) notes.add("tool_choice of a tool that the endpoint has not");
  const flat = new Set(allowed.filter(isNamed).map((tool) => flatNameOfChoice(tool, names)));
  const left = tools.filter((tool) => flat.has(textOf(objectOf(tool["function"])["name"])));
  if (left.length === 0) return { tools, tool_choice: "none" };
  return { tools: left, tool_choice: choice["mode"] === "required" ? "required" : "auto" };
}
