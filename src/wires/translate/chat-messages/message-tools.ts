// Tools of a chat in Anthropic's words. A `custom` tool, whose input is a text, becomes one with a single field.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed, objectsOf } from "../values.ts";

const NO_INPUT: JsonObject = { type: "object", properties: {} };
const TEXT_INPUT: JsonObject = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
};

/** The tools of one request. */
export type Tools = {
  /** The fields that say them; none where there are none. */
  readonly fields: JsonObject;
  /** Names of `custom` tools. */
  readonly custom: ReadonlySet<string>;
  /** Whether the request was in OpenAI's older words, `functions`. */
  readonly isOlder: boolean;
  /** Whether the model has to call one. */
  readonly isForced: boolean;
};

/** All of them. */
export function toolsOf(body: JsonObject, notes: Notes): Tools {
  const { tools, functions, parallel_tool_calls: parallel } = body;
  const isOlder = tools === undefined && Array.isArray(functions);
  const listed = isOlder ? functions.map((one) => ({ type: "function", function: one })) : listOf(tools);
  const custom = new Set<string>();
  const known = listed
    .map((tool, index) => toolOf(tool, { path: `tools[${index}]`, notes, custom }))
    .filter((tool) => tool !== undefined);
  if (known.length === 0) return { fields: {}, custom, isOlder, isForced: false };
  const choice = choiceOf(isOlder ? olderChoice(body["function_call"]) : body["tool_choice"]);
  const allowed =
    choice.names === undefined ? known : known.filter((tool) => choice.names?.has(asText(tool["name"])));
  const fields: MadeObject = { tools: allowed };
  const isSingle = parallel === false && choice.type !== "none";
  if (choice.type !== undefined || isSingle)
    fields["tool_choice"] = {
      type: choice.type ?? "auto",
      ...(choice.name === undefined ? {} : { name: choice.name }),
      ...(isSingle ? { disable_parallel_tool_use: true } : {}),
    };
  return { fields, custom, isOlder, isForced: choice.type === "any" || choice.type === "tool" };
}

function listOf(tools: unknown): readonly unknown[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw malformed("tools", "must be a list");
  return tools;
}

type ToolPlace = { readonly path: string; readonly notes: Notes; readonly custom: Set<string> };

function toolOf(value: unknown, { path, notes, custom }: ToolPlace): JsonObject | undefined {
  const tool = asObject(value);
  const said = asObject(tool?.["function"]) ?? asObject(tool?.["custom"]);
  if (tool === undefined || (tool["type"] !== "function" && tool["type"] !== "custom")) {
    notes.add(`tools.${asText(tool?.["type"])}`);
    return undefined;
  }
  const { name, description, parameters, strict, format } = said ?? {};
  if (typeof name !== "string" || name === "") throw malformed(`${path}.name`, "must be a text");
  const isCustom = tool["type"] === "custom";
  if (isCustom) custom.add(name);
  if (strict !== undefined && strict !== null) notes.add("tools.strict");
  const told = isCustom ? withFormat(description, format) : description;
  const control = tool["cache_control"];
  return {
    name,
    ...(typeof told === "string" ? { description: told } : {}),
    input_schema: isCustom ? TEXT_INPUT : (asObject(parameters) ?? NO_INPUT),
    ...(control === undefined ? {} : { cache_control: control }),
  };
}

/** A grammar cannot be enforced, but the model can be told. */
function withFormat(description: unknown, value: unknown): string {
  const format = asObject(value);
  const grammar = asObject(format?.["grammar"]) ?? format;
  const definition = asText(grammar?.["definition"]);
  const said = asText(description);
  if (definition === "") return said;
  return `${said}\n\nThe input must follow this ${asText(grammar?.["syntax"])} grammar:\n${definition}`.trim();
}

type Choice = {
  readonly type: string | undefined;
  readonly name?: string;
  readonly names?: ReadonlySet<string>;
};

function choiceOf(value: unknown): Choice {
  if (value === undefined || value === null) return { type: undefined };
  if (value === "auto" || value === "none") return { type: value };
  if (value === "required") return { type: "any" };
  const choice = asObject(value);
  const named = asObject(choice?.["function"]) ?? asObject(choice?.["custom"]);
  if (named !== undefined) return { type: "tool", name: asText(named["name"]) };
  const allowed = asObject(choice?.["allowed_tools"]);
  if (choice?.["type"] !== "allowed_tools" || allowed === undefined)
    throw malformed("tool_choice", "must be auto, none, required or a tool");
  const names = objectsOf(allowed["tools"]).map((tool) =>
    asText((asObject(tool["function"]) ?? asObject(tool["custom"]) ?? tool)["name"]),
  );
  return { type: allowed["mode"] === "required" ? "any" : "auto", names: new Set(names) };
}

function olderChoice(value: unknown): unknown {
  return asObject(value) === undefined ? value : { type: "function", function: value };
}
