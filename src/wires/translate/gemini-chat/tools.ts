// Tools in Gemini's words as functions of a chat. Those that Gemini's server would run are left out.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed } from "../values.ts";
import type { CallNames } from "./call-names.ts";
import { camelOf, listSaid, said } from "./said.ts";
import { jsonSchemaOf } from "./schema.ts";

const NO_INPUT: JsonObject = { type: "object", properties: {} };

const CONFIGURED: ReadonlySet<string> = new Set(["functionCallingConfig"]);
const OF_TOOLS: ReadonlySet<string> = new Set(["functionDeclarations"]);
const DECLARED: ReadonlySet<string> = new Set(
  "name description parameters parametersJsonSchema behavior".split(" "),
);
const CALLING: ReadonlySet<string> = new Set(["mode", "allowedFunctionNames"]);

type GeminiTools = { readonly names: CallNames; readonly notes: Notes };

/** The fields of a request about tools; none where there are none. */
export function toolFields(body: JsonObject, around: GeminiTools): JsonObject {
  const config = asObject(said(body, "toolConfig")) ?? {};
  around.notes.addOthers(config, CONFIGURED, "toolConfig.", camelOf);
  const sent = said(body, "tools");
  if (sent === undefined) return {};
  const tools = listSaid(sent);
  if (tools === undefined) throw malformed("tools", "must be a list of objects");
  const known = tools.flatMap((tool, index) => functionsOf(tool, `tools.${index}`, around));
  if (known.length === 0) return {};
  return choiceFields(asObject(said(config, "functionCallingConfig")) ?? {}, known, around);
}

/** A function by its name as the client knows it, and as the endpoint is told of it. */
type KnownFunction = { readonly name: string; readonly tool: JsonObject };

function functionsOf(tool: JsonObject, path: string, around: GeminiTools): readonly KnownFunction[] {
  around.notes.addOthers(tool, OF_TOOLS, "tools.", camelOf);
  const sent = said(tool, "functionDeclarations");
  const declared = sent === undefined ? [] : listSaid(sent);
  if (declared === undefined) throw malformed(`${path}.functionDeclarations`, "must be a list of objects");
  return declared.map((one, index) => functionOf(one, `${path}.functionDeclarations.${index}`, around));
}

function functionOf(declared: JsonObject, path: string, { names, notes }: GeminiTools): KnownFunction {
  const { name, description, behavior } = declared;
  if (typeof name !== "string" || name === "") throw malformed(`${path}.name`, "must be a text");
  notes.addOthers(declared, DECLARED, "functionDeclarations.", camelOf);
  if (behavior === "NON_BLOCKING") notes.add("functionDeclarations.behavior");
  const made: MadeObject = { name: names.sent(name) };
  if (typeof description === "string") made["description"] = description;
  made["parameters"] = parametersOf(declared, path);
  return { name, tool: { type: "function", function: made } };
}

function parametersOf(declared: JsonObject, path: string): unknown {
  const written = said(declared, "parametersJsonSchema");
  const parameters = written ?? said(declared, "parameters");
  if (parameters === undefined) return NO_INPUT;
  if (asObject(parameters) === undefined) throw malformed(`${path}.parameters`, "must be a schema");
  return written ?? jsonSchemaOf(parameters);
}

/** Where only some may be called, only these are told of: a chat cannot be held to several of its functions. */
function choiceFields(
  config: JsonObject,
  known: readonly KnownFunction[],
  { notes }: GeminiTools,
): JsonObject {
  const tools = known.map(({ tool }) => tool);
  for (const name of Object.keys(config))
    if (!CALLING.has(camelOf(name)) && config[name] !== false) notes.add(camelOf(name));
  const sent = said(config, "allowedFunctionNames");
  const names: ReadonlySet<unknown> = new Set(Array.isArray(sent) ? sent : []);
  const allowed = names.size === 0 ? known : known.filter(({ name }) => names.has(name));
  if (allowed.length === 0)
    throw malformed(
      "toolConfig.functionCallingConfig.allowedFunctionNames",
      "names no function of the tools",
    );
  const mode = asText(said(config, "mode")).toUpperCase();
  switch (mode) {
    case "":
    case "MODE_UNSPECIFIED":
      return { tools };
    case "AUTO":
      return { tools, tool_choice: "auto" };
    case "NONE":
      return { tools, tool_choice: "none" };
    case "VALIDATED":
      return { tools: allowed.map(({ tool }) => tool), tool_choice: "auto" };
    case "ANY":
      return { tools: allowed.map(({ tool }) => tool), tool_choice: "required" };
    default:
      throw malformed("toolConfig.functionCallingConfig.mode", "must be AUTO, ANY, NONE or VALIDATED");
  }
}
