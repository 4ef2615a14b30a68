// The fields of a request in Gemini's words that are neither conversation nor tools, as those of a chat.

import type { JsonObject } from "../../errors/json-prefix.ts";
import {
  isNewOpenAiModel,
  LOW_EFFORT_TOKENS,
  limitField,
  MAX_STOPS,
  MEDIUM_EFFORT_TOKENS,
  takesEffort,
} from "../chat-models.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed, untranslatable } from "../values.ts";
import { camelOf, said } from "./said.ts";
import { isClosed, jsonSchemaOf } from "./schema.ts";

/** Of these the last knows to do without thinking, and the one before to do with very little. */
const NONE_MODEL = /(?:^|\/)gpt-5\.[1-9]/i;
const MINIMAL_MODEL = /(?:^|\/)gpt-5(?:-|$)/i;
const JSON_TYPE = "application/json";

/** Carried over elsewhere, or of the gateway. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(
  "model contents systemInstruction tools toolConfig generationConfig stream".split(" "),
);
/** What only a server of Gemini's can do anything with, and an answer does without. */
const OF_GEMINI: ReadonlySet<string> = new Set("safetySettings labels serviceTier store".split(" "));

const THINKING_FIELDS: ReadonlySet<string> = new Set(["includeThoughts", "thinkingBudget", "thinkingLevel"]);

type GeminiFieldTarget = { readonly out: MadeObject; readonly model: string; readonly notes: Notes };
type GeminiFieldWriter = (value: unknown, target: GeminiFieldTarget) => void;

const WRITERS: Readonly<Record<string, GeminiFieldWriter>> = {
  stopSequences: (value, { out, notes }) => {
    if (!Array.isArray(value) || value.length === 0) return;
    out["stop"] = value.slice(0, MAX_STOPS);
    if (value.length > MAX_STOPS) notes.add(`stopSequences beyond ${MAX_STOPS}`);
  },
  maxOutputTokens: (value, { out, model }) => {
    out[limitField(model)] = value;
  },
  temperature: sampling("temperature"),
  topP: sampling("top_p"),
  seed: same("seed"),
  presencePenalty: sampling("presence_penalty"),
  frequencyPenalty: sampling("frequency_penalty"),
  candidateCount: (value, { out }) => {
    if (value !== 1) out["n"] = value;
  },
  responseLogprobs: (value, { out }) => {
    if (value === true) out["logprobs"] = true;
  },
  logprobs: (value, { out }) => {
    if (typeof value === "number") out["top_logprobs"] = value;
  },
  responseModalities: (value, { notes }) => {
    const kinds = Array.isArray(value) ? value.map((kind) => asText(kind).toUpperCase()) : [];
    if (kinds.length > 0 && !kinds.includes("TEXT"))
      throw untranslatable("generationConfig.responseModalities", "only text can be asked for");
    for (const kind of kinds) if (kind !== "TEXT") notes.add(`responseModalities.${kind}`);
  },
};
/** Said together. */
const IN_COMMON: ReadonlySet<string> = new Set(
  "responseMimeType responseSchema responseJsonSchema _responseJsonSchema thinkingConfig".split(" "),
);

/** All of them. Fields that Gemini does not have are the client's word to the endpoint, and stay as they are. */
export function chatFields(body: JsonObject, notes: Notes): JsonObject {
  const out: MadeObject = {};
  const target = { out, model: asText(body["model"]), notes };
  for (const [sent, value] of Object.entries(body)) {
    const name = camelOf(sent);
    if (SAID_ELSEWHERE.has(name) || value === null || value === undefined) continue;
    if (name === "cachedContent")
      throw untranslatable("cachedContent", "what another server keeps of a prompt cannot be passed on");
    if (OF_GEMINI.has(name)) notes.add(name);
    else out[sent] = value;
  }
  if (body["stream"] === true) {
    out["stream"] = true;
    // Without it a chat's stream says nothing of tokens.
    out["stream_options"] = { include_usage: true };
  }
  const config = said(body, "generationConfig");
  if (config === undefined) return out;
  const known = asObject(config);
  if (known === undefined) throw malformed("generationConfig", "must be an object");
  writeConfig(known, target);
  return out;
}

/** Whether the client wants to be shown what the model thinks. */
export function wantsThoughts(body: JsonObject): boolean {
  const thinking = asObject(said(asObject(said(body, "generationConfig")) ?? {}, "thinkingConfig"));
  return thinking !== undefined && said(thinking, "includeThoughts") === true;
}

function writeConfig(config: JsonObject, target: GeminiFieldTarget): void {
  for (const [sent, value] of Object.entries(config)) {
    const name = camelOf(sent);
    if (value === null || value === undefined || IN_COMMON.has(name) || IN_COMMON.has(sent)) continue;
    const write = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
    if (write === undefined) target.notes.add(`generationConfig.${name}`);
    else write(value, target);
  }
  writeFormat(config, target);
  writeThinking(asObject(said(config, "thinkingConfig")) ?? {}, target);
  // A chat refuses the number without the wish.
  if (target.out["logprobs"] !== true) delete target.out["top_logprobs"];
}

function same(name: string): GeminiFieldWriter {
  return (value, { out }) => {
    out[name] = value;
  };
}

/** Models that think have one way to sample, and refuse to be told another. */
function sampling(name: string): GeminiFieldWriter {
  return (value, { out, model, notes }) => {
    if (isNewOpenAiModel(model)) notes.add(name);
    else out[name] = value;
  };
}

function writeFormat(config: JsonObject, { out, notes }: GeminiFieldTarget): void {
  const written = said(config, "responseJsonSchema") ?? config["_responseJsonSchema"];
  const own = said(config, "responseSchema");
  const type = said(config, "responseMimeType");
  if (type !== undefined && type !== JSON_TYPE) {
    if (type !== "text/plain") notes.add(`responseMimeType ${asText(type)}`);
    return;
  }
  const schema = asObject(written) ?? (own === undefined ? undefined : asObject(jsonSchemaOf(own)));
  if (schema !== undefined) {
    const json = { name: "answer", schema, ...(isClosed(schema) ? { strict: true } : {}) };
    out["response_format"] = { type: "json_schema", json_schema: json };
  } else if (type === JSON_TYPE) out["response_format"] = { type: "json_object" };
}

function writeThinking(thinking: JsonObject, { out, model, notes }: GeminiFieldTarget): void {
  notes.addOthers(thinking, THINKING_FIELDS, "thinkingConfig.", camelOf);
  const level = asText(said(thinking, "thinkingLevel")).toUpperCase();
  const budget = said(thinking, "thinkingBudget");
  const effort = level === "" || level.endsWith("UNSPECIFIED") ? effortOf(budget) : level.toLowerCase();
  if (effort === undefined) return;
  if (takesEffort(model)) out["reasoning_effort"] = effort === "minimal" ? leastOf(model) : effort;
  else notes.add(level === "" ? "thinkingBudget" : "thinkingLevel");
}

function effortOf(budget: unknown): string | undefined {
  // Below 0: as much as the model likes.
  if (typeof budget !== "number" || budget < 0) return undefined;
  if (budget === 0) return "minimal";
  if (budget <= LOW_EFFORT_TOKENS) return "low";
  return budget <= MEDIUM_EFFORT_TOKENS ? "medium" : "high";
}

function leastOf(model: string): string {
  if (NONE_MODEL.test(model)) return "none";
  return MINIMAL_MODEL.test(model) ? "minimal" : "low";
}
