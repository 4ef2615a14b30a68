// The list of models as Codex asks for it, with its version in the query: beside OpenAI's, the same models in words of its
// own. It takes a list for all that there is, and forgets what it knows by itself of the models that are missing there: so
// each model has to be told in full, as its endpoint tells it, or none is.

import type { JsonObject } from "../errors/json-prefix.ts";
import type { ClientWire, ListedModel } from "../wire.ts";
import { OPENAI } from "./openai.ts";

/** What an entry of Codex's cannot be read without, with the type of each. */
const NEEDED: Readonly<Record<string, string>> = {
  display_name: "string",
  supported_reasoning_levels: "object",
  shell_type: "string",
  visibility: "string",
  supported_in_api: "boolean",
  priority: "number",
  base_instructions: "string",
  supports_reasoning_summaries: "boolean",
  support_verbosity: "boolean",
  truncation_policy: "object",
  supports_parallel_tool_calls: "boolean",
  experimental_supported_tools: "object",
};
const ASKED = /[?&]client_version=/;

/** OpenAI's wire, with such a list. */
export const CODEX_LIST: ClientWire = {
  ...OPENAI,
  listOf(models) {
    const entries = models.map(codexEntry);
    const isFull = entries.length > 0 && entries.every((entry) => entry !== undefined);
    return { ...Object(OPENAI.listOf(models)), ...(isFull ? { models: entries } : {}) };
  },
};

/** Whether a request for a list is one of Codex's, by its target. */
export function isCodexList(target: string): boolean {
  return ASKED.test(target);
}

/** Under the public name; undefined where the endpoint has told less. */
function codexEntry({ name, entry }: ListedModel): JsonObject | undefined {
  const isFull =
    entry !== undefined &&
    Object.entries(NEEDED).every(([field, type]) => typeof entry[field] === type && entry[field] !== null);
  return isFull ? { ...entry, slug: name } : undefined;
}
