// The fields of a chat's request that are neither conversation nor tools, in Anthropic's words.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed, untranslatable } from "../values.ts";

/** Anthropic needs a limit; these models refuse more than so much, later ones take at least the usual one. */
const OLDER_LIMITS: readonly (readonly [RegExp, number])[] = [
  [/claude-(?:2|instant|3-(?:opus|sonnet|haiku))/i, 4_096],
  [/claude-3-5/i, 8_192],
];
const USUAL_LIMIT = 32_000;
/** From 4.6 on a model says itself how much it thinks; earlier ones are told so many tokens. */
const ADAPTIVE_MODEL = /claude-(?:[a-z]+-)?(?:4[-.](?:[6-9]|\d\d)|[5-9]|\d\d)(?!\d)/i;
const BUDGETS: Readonly<Record<string, number>> = { low: 2_048, medium: 8_192, high: 24_576, xhigh: 32_000 };
const MIN_BUDGET = 1_024;
const MAX_TEMPERATURE = 1;

const SAID_ELSEWHERE: ReadonlySet<string> = new Set(
  "model messages tools tool_choice functions function_call parallel_tool_calls max_tokens max_completion_tokens reasoning_effort".split(
    " ",
  ),
);
/** What Anthropic has as well, under the same name. */
const SAME: ReadonlySet<string> = new Set(
  "stream top_k thinking output_config cache_control context_management container mcp_servers inference_geo speed".split(
    " ",
  ),
);

type FieldTarget = { readonly notes: Notes; readonly out: MadeObject };
type MessageFieldWriter = (value: unknown, told: FieldTarget) => void;

const WRITERS: Readonly<Record<string, MessageFieldWriter>> = {
  temperature: (value, { out, notes }) => {
    const isHot = typeof value === "number" && value > MAX_TEMPERATURE;
    if (isHot) notes.add("temperature above 1");
    out["temperature"] = isHot ? MAX_TEMPERATURE : value;
  },
  top_p: (value, { out }) => {
    // The default of many clients, which says nothing; newer models refuse it beside a temperature.
    if (value !== 1) out["top_p"] = value;
  },
  stop: (value, { out, notes }) => {
    const all = (Array.isArray(value) ? value : [value]).filter((stop) => typeof stop === "string");
    const seen = all.filter((stop) => stop.trim() !== "");
    if (seen.length < all.length) notes.add("stop of white space");
    if (seen.length > 0) out["stop_sequences"] = seen;
  },
  stream_options: (value, { notes }) => {
    if (asObject(value)?.["include_obfuscation"] === true) notes.add("stream_options.include_obfuscation");
  },
  n: (value) => {
    if (value !== 1) throw untranslatable("n", "more than one choice cannot be asked for");
  },
  user: (value, told) => writeUser(value, told),
  safety_identifier: (value, told) => writeUser(value, told),
  modalities: (value, { notes }) => {
    if (Array.isArray(value) && value.includes("audio"))
      throw untranslatable("modalities", "audio cannot be asked for");
    if (!Array.isArray(value)) notes.add("modalities");
  },
  response_format: (value, { out, notes }) => {
    const format = asObject(value);
    const type = format?.["type"];
    if (type === "text") return;
    const schema = asObject(asObject(format?.["json_schema"])?.["schema"]);
    if (type === "json_schema" && schema !== undefined)
      out["output_config"] = { ...asObject(out["output_config"]), format: { type: "json_schema", schema } };
    else notes.add(`response_format.${asText(type)}`);
  },
};

/** What a request may say that changes nothing as long as it is this. */
const NEUTRAL: Readonly<Record<string, readonly unknown[]>> = {
  presence_penalty: [0],
  frequency_penalty: [0],
  logprobs: [false],
  store: [false],
  service_tier: ["auto", "default"],
  stream: [false],
};

/** What the fields are made with. */
export type FieldSource = {
  readonly notes: Notes;
  /** The model has to call a tool, which it cannot while it thinks. */
  readonly isForced: boolean;
  /** The last turn of the model has calls without the thoughts that led to them, which Anthropic would ask for. */
  readonly isThoughtless: boolean;
};

/** All of them. */
export function messageFields(body: JsonObject, { notes, isForced, isThoughtless }: FieldSource): JsonObject {
  const out: MadeObject = {};
  for (const [name, value] of Object.entries(body)) {
    if (SAID_ELSEWHERE.has(name) || value === null || value === undefined) continue;
    const write = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
    if (write !== undefined) write(value, { out, notes });
    else if (SAME.has(name)) out[name] = value;
    else if (!(Object.hasOwn(NEUTRAL, name) && NEUTRAL[name]?.includes(value) === true)) notes.add(name);
  }
  out["max_tokens"] = limitOf(body);
  writeThinking(body, out, { notes, isForced, isThoughtless });
  if (out["temperature"] !== undefined && out["top_p"] !== undefined) {
    // Newer models take one of the two.
    notes.add("top_p");
    delete out["top_p"];
  }
  return out;
}

function limitOf(body: JsonObject): unknown {
  const { max_completion_tokens: newer, max_tokens: older, model } = body;
  const limit = newer ?? older;
  if (limit !== undefined && limit !== null) {
    if (typeof limit !== "number") throw malformed("max_tokens", "must be a number");
    return limit;
  }
  return OLDER_LIMITS.find(([pattern]) => pattern.test(asText(model)))?.[1] ?? USUAL_LIMIT;
}

function writeUser(value: unknown, { out }: FieldTarget): void {
  const known = asObject(out["metadata"]);
  if (known === undefined && typeof value === "string") out["metadata"] = { user_id: value };
}

function writeThinking(
  body: JsonObject,
  out: MadeObject,
  { notes, isForced, isThoughtless }: FieldSource,
): void {
  const effort = asText(body["reasoning_effort"]);
  if (effort === "" || effort === "none" || effort === "minimal" || out["thinking"] !== undefined) return;
  const budget = Math.min(BUDGETS[effort] ?? MIN_BUDGET, Number(out["max_tokens"]) - 1);
  const isAdaptive = ADAPTIVE_MODEL.test(asText(body["model"]));
  if (isForced || isThoughtless || (!isAdaptive && !(budget >= MIN_BUDGET))) {
    notes.add("reasoning_effort");
    return;
  }
  if (isAdaptive) {
    out["thinking"] = { type: "adaptive" };
    out["output_config"] = { ...asObject(out["output_config"]), effort };
  } else out["thinking"] = { type: "enabled", budget_tokens: budget };
  // While it thinks it samples in one way.
  for (const name of ["temperature", "top_k"]) {
    if (out[name] === undefined) continue;
    if (out[name] !== 1) notes.add(name);
    delete out[name];
  }
}
