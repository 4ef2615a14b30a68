// Tools in Anthropic's words as functions of a chat. All of them are named at once: a chat knows no tools that a model
// looks for first. Those that a server of Anthropic's would run, or whose form only its models know, are left out.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed } from "../values.ts";
import type { ShortNames } from "./tool-names.ts";

/** What a chat has no field for, and a model does well without. */
const HINTS = ["cache_control", "eager_input_streaming", "input_examples", "allowed_callers"] as const;
const NO_INPUT: JsonObject = { type: "object", properties: {} };

/** The fields of a request about tools; none where there are none. */
export function toolFields(body: JsonObject, names: ShortNames, notes: Notes): JsonObject {
  const { tools, tool_choice: choice } = body;
  if (tools === undefined || tools === null) return {};
  if (!Array.isArray(tools)) throw malformed("tools", "must be a list");
  const known = tools
    .map((tool, index) => functionOf(tool, `tools.${index}`, { names, notes }))
    .filter((tool) => tool !== undefined);
  if (known.length === 0) return {};
  return { tools: known, ...choiceFields(choice, known, { names, notes }) };
}

type ToolContext = { readonly names: ShortNames; readonly notes: Notes };

function functionOf(value: unknown, path: string, { names, notes }: ToolContext): JsonObject | undefined {
  const tool = asObject(value);
  if (tool === undefined) throw malformed(path, "must be an object");
  const { type, name, description, input_schema: schema, strict } = tool;
  if (type !== undefined && type !== null && type !== "custom") {
    notes.add(`tools.${asText(type)}`);
    return undefined;
  }
  if (typeof name !== "string" || name === "") throw malformed(`${path}.name`, "must be a text");
  for (const hint of HINTS) if (tool[hint] !== undefined) notes.add(`tools.${hint}`);
  const made: MadeObject = { name: names.short(name) };
  if (typeof description === "string") made["description"] = description;
  made["parameters"] = asObject(schema) ?? NO_INPUT;
  if (typeof strict === "boolean") made["strict"] = strict;
  return { type: "function", function: made };
}

function choiceFields(
  value: unknown,
  tools: readonly JsonObject[],
  { names, notes }: ToolContext,
): JsonObject {
  const choice = asObject(value);
  if (choice === undefined) return {};
  const parallel = choice["disable_parallel_tool_use"] === true ? { parallel_tool_calls: false } : {};
  switch (choice["type"]) {
    case "auto":
      return { tool_choice: "auto", ...parallel };
    case "any":
      return { tool_choice: "required", ...parallel };
    case "none":
      return { tool_choice: "none" };
    case "tool": {
      const name = names.short(asText(choice["name"]));
      if (tools.some((tool) => asObject(tool["function"])?.["name"] === name))
        return { tool_choice: { type: "function", function: { name } }, ...parallel };
      // It was left out, so that nothing can be forced.
      notes.add("tool_choice");
      return parallel;
    }
    default:
      throw malformed("tool_choice.type", "must be auto, any, tool or none");
  }
}
