// What Ollama's clients say of sampling, limits, thinking and the form of an answer, as fields of OpenAI's APIs.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { isNewOpenAiModel, isOpenAiModel, limitField, MAX_STOPS, takesEffort } from "../chat-models.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed } from "../values.ts";

/** Models of which some thinking can be had, but not none: for these the least is asked for. */
const NO_THINKING = /(?:^|[/-])(?:gpt-5\.[1-9]|gemini-2\.5-flash)/i;
const EFFORTS: Readonly<Record<string, string>> = { low: "low", medium: "medium", high: "high", max: "high" };

type FieldContext = { readonly model: string; readonly notes: Notes };
type OptionWriter = (value: unknown, out: MadeObject, context: FieldContext) => void;

const OPTIONS: Readonly<Record<string, OptionWriter>> = {
  // Less than one token stands for as many as there may be, which is what a limit that is left out means.
  num_predict: (value, out, { model }) => {
    if (typeof value === "number" && value < 1) return;
    out[limitField(model)] = value;
  },
  stop: (value, out, { notes }) => {
    const stops = typeof value === "string" ? [value] : value;
    if (!Array.isArray(stops)) throw malformed("options.stop", "must be a list of texts");
    if (stops.length > 0) out["stop"] = stops.slice(0, MAX_STOPS);
    if (stops.length > MAX_STOPS) notes.add(`options.stop beyond ${MAX_STOPS}`);
  },
  seed: (value, out) => {
    out["seed"] = value;
  },
  temperature: unless(isNewOpenAiModel, "temperature"),
  top_p: unless(isNewOpenAiModel, "top_p"),
  presence_penalty: unless(isNewOpenAiModel, "presence_penalty"),
  frequency_penalty: unless(isNewOpenAiModel, "frequency_penalty"),
  top_k: unless(isOpenAiModel, "top_k"),
  min_p: unless(isOpenAiModel, "min_p"),
};

function unless(isRefused: (model: string) => boolean, name: string): OptionWriter {
  return (value, out, { model, notes }) => {
    if (isRefused(model)) notes.add(`options.${name}`);
    else out[name] = value;
  };
}

/**
 * The fields of `options`; what an endpoint of OpenAI's API has no word for is noted.
 * @throws GatewayError untranslatable
 */
export function optionFields(body: JsonObject, notes: Notes): MadeObject {
  const { options, model } = body;
  const out: MadeObject = {};
  if (options === undefined || options === null) return out;
  const given = asObject(options);
  if (given === undefined) throw malformed("options", "must be an object");
  const context = { model: asText(model), notes };
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    const write = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (write === undefined) notes.add(`options.${name}`);
    else write(value, out, context);
  }
  return out;
}

/** Whether the answer is a stream, as it is unless the client says otherwise, and that its end tells of tokens. */
export function streamFields({ stream }: JsonObject): JsonObject {
  return stream === false ? { stream: false } : { stream: true, stream_options: { include_usage: true } };
}

/**
 * `format`: any JSON, or that of a schema.
 * @throws GatewayError untranslatable
 */
export function formatFields({ format }: JsonObject): JsonObject {
  if (format === undefined || format === null || format === "") return {};
  if (format === "json") return { response_format: { type: "json_object" } };
  const schema = asObject(format);
  if (schema === undefined) throw malformed("format", 'must be "json" or a schema');
  // Not strictly: that is for schemas of a kind which those of Ollama's clients are not.
  return { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } };
}

/**
 * `think`, for models that can be told; they think by themselves where they are only told to.
 * @throws GatewayError untranslatable
 */
export function thinkFields({ think, model: name }: JsonObject, notes: Notes): JsonObject {
  if (think === undefined || think === null) return {};
  const model = asText(name);
  if (think === false) {
    if (NO_THINKING.test(model)) return { reasoning_effort: "none" };
    notes.add("think");
    return {};
  }
  const effort = think === true ? undefined : EFFORTS[asText(think)];
  if (think !== true && effort === undefined)
    throw malformed("think", "must be true, false, low, medium or high");
  if (takesEffort(model)) return effort === undefined ? {} : { reasoning_effort: effort };
  notes.add("think");
  return {};
}

/** What each of a text's tokens weighed. */
export function logprobFields({ logprobs, top_logprobs: top }: JsonObject): JsonObject {
  if (logprobs !== true) return {};
  return typeof top === "number" && top > 0 ? { logprobs: true, top_logprobs: top } : { logprobs: true };
}

/** Of Ollama's requests; said in other fields, or of no use elsewhere. */
const OWN_FIELDS: ReadonlySet<string> = new Set(
  "messages prompt system suffix images raw template context tools format options stream keep_alive think logprobs top_logprobs truncate shift".split(
    " ",
  ),
);

/** What only Ollama's server can do: how long it keeps the model, and what it leaves of a text that is too long. */
export function noteOfServer({ keep_alive: kept, truncate, shift }: JsonObject, notes: Notes): void {
  if (kept !== undefined && kept !== null) notes.add("keep_alive");
  if (truncate === true) notes.add("truncate");
  if (shift === true) notes.add("shift");
}

/** Fields that Ollama does not have: the client's word to the endpoint. */
export function otherFields(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => !OWN_FIELDS.has(name) && value !== null),
  );
}
