// Tools and the choice among them, from chat to Responses. There a tool's fields stand beside its type, and not in an
// object of their own.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { isLeftOut, isObject, listOf, nameOf, objectOf } from "../json-values.ts";

/** The tools of a request, those of the older form among them. */
export function responsesTools(request: JsonObject): readonly JsonObject[] {
  const older = listOf(request["functions"]).map((fields) => functionTool(objectOf(fields)));
  const search = request["web_search_options"];
  const searching = isObject(search) ? [{ type: "web_search", ...webSearch(search) }] : [];
  return [...listOf(request["tools"]).map(objectOf).map(responsesTool), ...older, ...searching];
}

function responsesTool(tool: JsonObject): JsonObject {
  if (tool["type"] === "function") return functionTool(objectOf(tool["function"]));
  if (tool["type"] === "custom") return customTool(objectOf(tool["custom"]));
  return tool;
}

/** `strict` and `parameters` have to be there; a chat that leaves `strict` out means that nobody holds the model to them. */
function functionTool(fields: JsonObject): JsonObject {
  return { type: "function", parameters: null, strict: false, ...fields };
}

function customTool(fields: JsonObject): JsonObject {
  const format = objectOf(fields["format"]);
  const isGrammar = format["type"] === "grammar" && isObject(format["grammar"]);
  if (!isGrammar) return { type: "custom", ...fields };
  return { type: "custom", ...fields, format: { type: "grammar", ...objectOf(format["grammar"]) } };
}

function webSearch(options: JsonObject): JsonObject {
  const { user_location: location, ...rest } = options;
  const place = objectOf(objectOf(location)["approximate"]);
  return isLeftOut(location) ? rest : { ...rest, user_location: { type: "approximate", ...place } };
}

/** The choice among them; undefined where none was made. */
export function responsesChoice(request: JsonObject): unknown {
  const choice = request["tool_choice"] ?? olderChoice(request["function_call"]);
  if (!isObject(choice)) return choice ?? undefined;
  const { type } = choice;
  if (type === "function" || type === "custom") return { type, ...objectOf(choice[type]) };
  if (type !== "allowed_tools") return choice;
  const { mode, tools } = objectOf(choice["allowed_tools"]);
  const allowed = listOf(tools).map(objectOf);
  return { type, mode, tools: allowed.map((tool) => responsesName(tool)) };
}

function responsesName(tool: JsonObject): JsonObject {
  const { type } = tool;
  return type === "function" || type === "custom" ? { type, ...objectOf(tool[type]) } : tool;
}

function olderChoice(choice: unknown): unknown {
  const name = nameOf(objectOf(choice)["name"]);
  return name === undefined ? choice : { type: "function", function: { name } };
}
