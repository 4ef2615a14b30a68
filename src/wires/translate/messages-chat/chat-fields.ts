// The fields of a request in Anthropic's words that are neither conversation nor tools, as those of a chat.

import type { JsonObject } from "../../errors/json-prefix.ts";
import {
  isNewOpenAiModel,
  isOpenAiModel,
  LOW_EFFORT_TOKENS,
  limitField,
  MAX_STOPS,
  MEDIUM_EFFORT_TOKENS,
  takesEffort,
} from "../chat-models.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject } from "../values.ts";

/** OpenAI takes no longer name of a user. */
const MAX_USER_CHARS = 64;
const EFFORTS: Readonly<Record<string, string>> = {
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "high",
  max: "high",
};

/** Carried over elsewhere, or of the gateway. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(["model", "messages", "system", "tools", "tool_choice"]);
/** What only a server of Anthropic's can do anything with. */
const OF_ANTHROPIC: ReadonlySet<string> = new Set([
  ..."context_management container mcp_servers cache_control speed inference_geo service_tier diagnostics".split(
    " ",
  ),
  ..."betas billing_policy compaction fallback_credit_token fallbacks thread user_profile_id workspace_id".split(
    " ",
  ),
]);

const USER_ID: ReadonlySet<string> = new Set(["user_id"]);
const THINKING_FIELDS: ReadonlySet<string> = new Set(["type", "budget_tokens", "display"]);

type ChatFieldWriter = (
  value: unknown,
  out: MadeObject,
  request: { readonly model: string; readonly notes: Notes },
) => void;

const WRITERS: Readonly<Record<string, ChatFieldWriter>> = {
  max_tokens: (value, out, { model }) => {
    out[limitField(model)] = value;
  },
  stream: (value, out) => {
    out["stream"] = value;
    // Without it a chat's stream says nothing of tokens.
    if (value === true) out["stream_options"] = { include_usage: true };
  },
  stop_sequences: (value, out, { notes }) => {
    if (!Array.isArray(value) || value.length === 0) return;
    out["stop"] = value.slice(0, MAX_STOPS);
    if (value.length > MAX_STOPS) notes.add(`stop_sequences beyond ${MAX_STOPS}`);
  },
  top_k: (value, out, { model, notes }) => {
    if (isOpenAiModel(model)) notes.add("top_k");
    else out["top_k"] = value;
  },
  temperature: sampling("temperature"),
  top_p: sampling("top_p"),
  metadata: (value, out, { notes }) => {
    const user = asText(asObject(value)?.["user_id"]);
    if (user !== "" && user.length <= MAX_USER_CHARS) out["user"] = user;
    else notes.add("metadata");
    notes.addOthers(asObject(value) ?? {}, USER_ID, "metadata.");
  },
  output_config: (value, out, { notes }) => {
    const { effort: _, format, ...rest } = asObject(value) ?? {};
    writeFormat(format, out, notes);
    for (const name of Object.keys(rest)) notes.add(`output_config.${name}`);
  },
  output_format: (value, out, { notes }) => writeFormat(value, out, notes),
  // The rest is said together with `output_config.effort`.
  thinking: (value, _out, { notes }) => notes.addOthers(asObject(value) ?? {}, THINKING_FIELDS, "thinking."),
};

/** All of them. Fields that Anthropic does not have are the client's word to the endpoint, and stay as they are. */
export function chatFields(body: JsonObject, notes: Notes): JsonObject {
  const out: MadeObject = {};
  const model = asText(body["model"]);
  for (const [name, value] of Object.entries(body)) {
    if (SAID_ELSEWHERE.has(name) || value === null || value === undefined) continue;
    const write = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
    if (write !== undefined) write(value, out, { model, notes });
    else if (OF_ANTHROPIC.has(name)) notes.add(name);
    else out[name] = value;
  }
  writeEffort(body, out, { model, notes });
  return out;
}

/** Models that think have one way to sample, and refuse to be told another. */
function sampling(name: string): ChatFieldWriter {
  return (value, out, { model, notes }) => {
    if (isNewOpenAiModel(model)) notes.add(name);
    else out[name] = value;
  };
}

function writeFormat(value: unknown, out: MadeObject, notes: Notes): void {
  const format = asObject(value);
  if (format === undefined) return;
  if (format["type"] === "json_schema")
    out["response_format"] = {
      type: "json_schema",
      json_schema: { name: "answer", schema: format["schema"], strict: true },
    };
  else notes.add("output_config.format");
}

function writeEffort(
  body: JsonObject,
  out: MadeObject,
  { model, notes }: { readonly model: string; readonly notes: Notes },
): void {
  const thinking = asObject(body["thinking"]);
  const effort = asText(asObject(body["output_config"])?.["effort"]);
  const wanted = EFFORTS[effort] ?? effortOf(thinking);
  if (wanted !== undefined && takesEffort(model)) {
    out["reasoning_effort"] = wanted;
    return;
  }
  if (effort !== "") notes.add("output_config.effort");
  if (thinking !== undefined && thinking["type"] !== "adaptive") notes.add("thinking");
}

function effortOf(thinking: JsonObject | undefined): string | undefined {
  const budget = thinking?.["budget_tokens"];
  if (thinking?.["type"] !== "enabled" || typeof budget !== "number") return undefined;
  if (budget <= LOW_EFFORT_TOKENS) return "low";
  return budget <= MEDIUM_EFFORT_TOKENS ? "medium" : "high";
}
