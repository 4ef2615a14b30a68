// A model as Ollama's clients are told of it, in their list and one by one: what its endpoint says of it, in the fields in
// which servers are known to say it. What nobody has said is empty, or zero where a client needs a number; nothing is
// guessed from a name.

import type { JsonObject } from "../errors/json-prefix.ts";
import type { ListedModel } from "../wire.ts";

/** Later dates are none (`created` in milliseconds, or nonsense). */
const LAST_SECOND = 1e11;
/** Clients read the length of the context in the field of this architecture. */
const ARCHITECTURE = "unknown";
/** In which fields servers say how long a prompt may be: vLLM, OpenRouter, Groq, Anthropic, Mistral, LM Studio. */
const CONTEXT_FIELDS = [
  "context_length",
  "max_model_len",
  "context_window",
  "max_context_length",
  "max_input_tokens",
  "max_context_window_tokens",
] as const;

/** A row of the list. */
export function ollamaRow({ name, entry }: ListedModel): JsonObject {
  const { size, digest } = entry ?? {};
  return {
    name,
    model: name,
    modified_at: modifiedAt(entry),
    size: isCount(size) ? size : 0,
    digest: typeof digest === "string" ? digest : "",
    details: detailsOf(entry),
  };
}

/** What is told of one model alone. */
export function ollamaModel({ entry }: ListedModel): JsonObject {
  const contextLength = contextOf(entry);
  return {
    modelfile: "",
    parameters: "",
    template: "",
    details: detailsOf(entry),
    model_info: {
      "general.architecture": ARCHITECTURE,
      ...(contextLength === undefined ? {} : { [`${ARCHITECTURE}.context_length`]: contextLength }),
    },
    capabilities: capabilitiesOf(entry),
    modified_at: modifiedAt(entry),
  };
}

function modifiedAt(entry: JsonObject | undefined): string {
  const created = Number(entry?.["created"] ?? 0);
  const seconds = Number.isFinite(created) && Math.abs(created) < LAST_SECOND ? created : 0;
  return new Date(seconds * 1_000).toISOString();
}

function detailsOf(entry: JsonObject | undefined): JsonObject {
  const said = objectOf(entry?.["details"]);
  const text = (name: string): string => textOf(said[name]);
  return {
    parent_model: text("parent_model"),
    format: text("format"),
    family: text("family"),
    families: Array.isArray(said["families"]) ? said["families"] : null,
    parameter_size: text("parameter_size"),
    quantization_level: text("quantization_level"),
  };
}

function contextOf(entry: JsonObject | undefined): number | undefined {
  if (entry === undefined) return undefined;
  const values = [...CONTEXT_FIELDS.map((name) => entry[name]), objectOf(entry["meta"])["n_ctx_train"]];
  return values.find((value) => isCount(value));
}

/** In Ollama's words: what the endpoint lists so itself, and what OpenRouter, Mistral and llama.cpp say in theirs. */
function capabilitiesOf(entry: JsonObject | undefined): readonly string[] {
  const said = entry?.["capabilities"];
  if (Array.isArray(said)) return said.filter((one) => typeof one === "string");
  const flags = objectOf(said);
  const parameters = listOf(entry?.["supported_parameters"]);
  const modalities = objectOf(entry?.["architecture"]);
  const inputs = listOf(modalities["input_modalities"]);
  const outputs = listOf(modalities["output_modalities"]);
  const known: readonly (readonly [string, boolean])[] = [
    ["completion", flags["completion_chat"] === true || outputs.includes("text")],
    ["tools", flags["function_calling"] === true || parameters.includes("tools")],
    ["vision", flags["vision"] === true || inputs.includes("image")],
    ["thinking", flags["reasoning"] === true || parameters.includes("reasoning")],
    ["insert", flags["completion_fim"] === true],
    ["embedding", outputs.includes("embeddings")],
  ];
  return known.filter(([, isKnown]) => isKnown).map(([name]) => name);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
