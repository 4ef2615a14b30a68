// The list of models as Gemini's clients read it, and as its servers tell it.

import { parseInSlices } from "../lists/parse-in-slices.ts";
import type { ListEntry, ParsedModels } from "../lists/parse-models.ts";
import type { ListedModel } from "../wire.ts";
import { resourceName } from "./endpoint-paths.ts";

const PREFIX = "models/";
const OF_CHATS = ["generateContent", "countTokens"] as const;
const OF_VECTORS = ["embedContent", "countTokens"] as const;
/** Under these names servers tell how much a model takes in. */
const WINDOWS = ["inputTokenLimit", "context_length", "max_model_len", "context_window"] as const;
const LIMITS = ["outputTokenLimit", "max_output_tokens", "max_completion_tokens"] as const;

/** One model. */
export function geminiEntry({ name, entry }: ListedModel): Readonly<Record<string, unknown>> {
  const known = entry !== undefined && Array.isArray(entry["supportedGenerationMethods"]) ? entry : {};
  const { id: _, ...own } = known;
  return {
    version: "",
    displayName: name,
    description: "",
    ...limit("inputTokenLimit", WINDOWS, entry),
    ...limit("outputTokenLimit", LIMITS, entry),
    supportedGenerationMethods: /embed/i.test(name) ? OF_VECTORS : OF_CHATS,
    ...own,
    name: resourceName(name),
  };
}

function limit(
  name: string,
  fields: readonly string[],
  entry: ListedModel["entry"],
): Readonly<Record<string, number>> {
  for (const field of fields) {
    const value = entry?.[field];
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return { [name]: value };
  }
  return {};
}

/** A page as a server of Gemini's tells it: names without the prefix that they have in paths. Never rejects. */
export async function readGeminiList(body: Buffer): Promise<ParsedModels> {
  const read = await parseInSlices(body);
  return read.kind === "ok" ? { ...read, entries: read.entries.map(withoutPrefix) } : read;
}

function withoutPrefix(entry: ListEntry): ListEntry {
  return entry.id.startsWith(PREFIX) ? { ...entry, id: entry.id.slice(PREFIX.length) } : entry;
}
