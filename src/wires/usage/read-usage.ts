// The counts of an answer as each wire reports them, in one arithmetic: OpenAI's, whose input includes what was read from a
// cache and what was written to one. Anthropic's has these beside its input: who takes one for the other bills twice, or
// loses most of it.

import { type CacheWrites, NO_USAGE, sumOfWrites, type TokenUsage } from "../../core/usage.ts";
import type { JsonObject } from "../errors/json-prefix.ts";

const NANO_DOLLARS = 1_000_000_000;
/** xAI counts money in ten-thousand-millionths of a dollar. */
const TICKS_A_NANO_DOLLAR = 10;
const NOTHING: JsonObject = Object.freeze({});

/**
 * The counts of OpenAI's APIs and of all that took them over: chats, Responses, embeddings, pictures, transcriptions,
 * rerankers. Undefined where the value is no object.
 */
export function readInclusive(value: unknown): TokenUsage | undefined {
  const said = objectOf(value);
  if (said === undefined) return undefined;
  const inputs = objectOf(said["prompt_tokens_details"] ?? said["input_tokens_details"]) ?? NOTHING;
  const outputs = objectOf(said["completion_tokens_details"] ?? said["output_tokens_details"]) ?? NOTHING;
  // DeepSeek, and gateways before Claude, have names of their own.
  const cached = count(
    inputs["cached_tokens"] ??
      said["prompt_cache_hit_tokens"] ??
      said["cache_read_input_tokens"] ??
      said["cached_tokens"],
  );
  const written = count(
    inputs["cache_write_tokens"] ?? inputs["cache_creation_tokens"] ?? said["cache_creation_input_tokens"],
  );
  const counted = count(said["prompt_tokens"] ?? said["input_tokens"] ?? bareTotal(said));
  // More from the cache than there was: the arithmetic is the other one, whatever the names.
  const input = cached + written > counted ? counted + cached + written : counted;
  const completion = count(said["completion_tokens"] ?? said["output_tokens"]);
  // Gemini and xAI leave what was thought out of the completion, but not out of the total.
  const apart = Math.max(0, count(said["total_tokens"]) - counted - completion);
  const isApart = apart > 0 && hasInput(said);
  const thought = count(
    outputs["reasoning_tokens"] ?? outputs["thinking_tokens"] ?? said["reasoning_tokens"],
  );
  return {
    ...NO_USAGE,
    input,
    output: isApart ? completion + apart : completion,
    cached,
    // OpenAI keeps what is written to a cache for half an hour.
    cacheWrite30m: written,
    reasoning: isApart ? Math.max(thought, apart) : thought,
    audioInput: count(inputs["audio_tokens"]),
    audioOutput: count(outputs["audio_tokens"]),
    imageInput: count(inputs["image_tokens"]),
    imageOutput: count(outputs["image_tokens"]),
    acceptedPrediction: count(outputs["accepted_prediction_tokens"]),
    rejectedPrediction: count(outputs["rejected_prediction_tokens"]),
    webSearches: count(
      said["num_search_queries"] ?? objectOf(said["server_tool_use"])?.["web_search_requests"],
    ),
    seconds: quantity(said["seconds"] ?? said["prompt_audio_seconds"]),
    characters: count(said["characters"]),
    serviceTier: text(said["service_tier"]),
    reportedNanoDollars: reportedCost(said),
  };
}

/** Anthropic's counts; those that a later event of a stream repeats take the place of `before`'s. */
export function readExclusive(value: unknown, before: TokenUsage = NO_USAGE): TokenUsage {
  const said = objectOf(value) ?? NOTHING;
  const known = (name: string, earlier: number): number =>
    typeof said[name] === "number" ? count(said[name]) : earlier;
  const cached = known("cache_read_input_tokens", before.cached);
  const writes = cacheWrites(said, before);
  const plain = known("input_tokens", before.input - before.cached - sumOfWrites(before));
  const tools = objectOf(said["server_tool_use"]);
  const thought = objectOf(said["output_tokens_details"])?.["thinking_tokens"];
  return {
    ...before,
    ...writes,
    input: Math.max(0, plain) + cached + sumOfWrites(writes),
    output: known("output_tokens", before.output),
    cached,
    reasoning: typeof thought === "number" ? count(thought) : before.reasoning,
    webSearches: tools === undefined ? before.webSearches : count(tools["web_search_requests"]),
    webFetches: tools === undefined ? before.webFetches : count(tools["web_fetch_requests"]),
    serviceTier: anthropicTier(said) ?? before.serviceTier,
    inferenceGeo: text(said["inference_geo"]) ?? before.inferenceGeo,
    reportedNanoDollars: reportedCost(said) ?? before.reportedNanoDollars,
  };
}

/** Cohere's `meta` of a reranking or an embedding: searches and tokens as they are billed. Undefined where it has neither. */
export function readBilledUnits(value: unknown): TokenUsage | undefined {
  const meta = objectOf(value);
  const units = objectOf(meta?.["billed_units"]);
  const tokens = objectOf(meta?.["tokens"]);
  if (units === undefined && tokens === undefined) return undefined;
  return {
    ...NO_USAGE,
    input: count(units?.["input_tokens"] ?? tokens?.["input_tokens"]),
    output: count(units?.["output_tokens"] ?? tokens?.["output_tokens"]),
    searches: count(units?.["search_units"]),
    images: count(units?.["images"]),
  };
}

/** Mistral's `usage_info` of pages that were read. */
export function readPages(value: unknown): TokenUsage | undefined {
  const pages = count(objectOf(value)?.["pages_processed"]);
  return pages === 0 ? undefined : { ...NO_USAGE, pages };
}

/** By their lifetimes, as far as those are told; the rest is of the usual five minutes. */
function cacheWrites(said: JsonObject, before: TokenUsage): CacheWrites {
  const total = said["cache_creation_input_tokens"];
  const byTime = objectOf(said["cache_creation"]);
  if (typeof total !== "number" && byTime === undefined) return before;
  const half = count(byTime?.["ephemeral_30m_input_tokens"]);
  const hour = count(byTime?.["ephemeral_1h_input_tokens"]);
  const long = count(byTime?.["ephemeral_12h_input_tokens"]);
  const short = count(byTime?.["ephemeral_5m_input_tokens"]);
  const rest = Math.max(short, count(total) - half - hour - long);
  return { cacheWrite5m: rest, cacheWrite30m: half, cacheWrite1h: hour, cacheWrite12h: long };
}

/** A faster mode is billed as a tier of its own. */
function anthropicTier(said: JsonObject): string | undefined {
  const speed = text(said["speed"]);
  return speed === undefined || speed === "standard" ? text(said["service_tier"]) : speed;
}

/** What the endpoint calls the cost: in dollars (OpenRouter, Perplexity, DeepInfra), or in xAI's ticks. */
function reportedCost(said: JsonObject): number | undefined {
  const { cost } = said;
  const dollars = [cost, objectOf(cost)?.["total_cost"], said["estimated_cost"]].find(isAmount);
  if (dollars !== undefined) {
    // With a key of one's own at the vendor OpenRouter's cost is its fee alone.
    const upstream = objectOf(said["cost_details"])?.["upstream_inference_cost"];
    const own = said["is_byok"] === true && isAmount(upstream) ? upstream : 0;
    return Math.round((dollars + own) * NANO_DOLLARS);
  }
  const ticks = said["cost_in_usd_ticks"];
  return isAmount(ticks) ? Math.round(ticks / TICKS_A_NANO_DOLLAR) : undefined;
}

/** Rerankers and some servers of embeddings tell a total and nothing else. */
function bareTotal(said: JsonObject): unknown {
  return said["completion_tokens"] === undefined && said["output_tokens"] === undefined
    ? said["total_tokens"]
    : undefined;
}

function hasInput(said: JsonObject): boolean {
  return said["prompt_tokens"] !== undefined || said["input_tokens"] !== undefined;
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < Number.MAX_SAFE_INTEGER / NANO_DOLLARS;
}

/** A whole number that can be summed exactly; 0 for anything else. */
function count(value: unknown): number {
  return Math.round(quantity(value));
}

function quantity(value: unknown): number {
  return typeof value === "number" && value > 0 && value <= MAX_COUNT ? value : 0;
}

/** More is no count: a thousand million million of them would still be summed exactly. */
const MAX_COUNT = 1_000_000_000_000;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= MAX_TEXT ? value : undefined;
}

const MAX_TEXT = 64;
