// The counts of an answer in the words of each wire, from and to one arithmetic: OpenAI's count of a prompt includes what
// was read from a cache and what was written to it; Anthropic's has these beside it. Who takes one for the other bills
// twice, or loses most of it.

import type { WireUsage } from "../../core/usage.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { asCount, asObject } from "./values.ts";

/** Nobody has counted. */
export const NOT_COUNTED: WireUsage = { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: undefined };

/** As chat/completions counts them; undefined where the value says nothing. */
export function tokensOfChat(usage: unknown): WireUsage | undefined {
  const said = asObject(usage);
  if (said === undefined) return undefined;
  const details = asObject(said["prompt_tokens_details"]) ?? {};
  // DeepSeek has a name of its own.
  const cached = asCount(details["cached_tokens"] ?? said["prompt_cache_hit_tokens"]);
  const cacheWrite = asCount(details["cache_write_tokens"]);
  const reasoning = asObject(said["completion_tokens_details"])?.["reasoning_tokens"];
  return {
    input: Math.max(asCount(said["prompt_tokens"]), cached + cacheWrite),
    output: asCount(said["completion_tokens"]),
    cached,
    cacheWrite,
    reasoning: typeof reasoning === "number" ? reasoning : undefined,
  };
}

/** As Anthropic counts them; later counts of a stream hold what is new over earlier ones. */
export function tokensOfMessages(usage: unknown, before: WireUsage = NOT_COUNTED): WireUsage {
  const said = asObject(usage) ?? {};
  const count = (name: string, known: number): number =>
    typeof said[name] === "number" ? asCount(said[name]) : known;
  const thinking = asObject(said["output_tokens_details"])?.["thinking_tokens"];
  const cached = count("cache_read_input_tokens", before.cached);
  const cacheWrite = count("cache_creation_input_tokens", before.cacheWrite);
  return {
    input: count("input_tokens", plainInput(before)) + cached + cacheWrite,
    output: count("output_tokens", before.output),
    cached,
    cacheWrite,
    reasoning: typeof thinking === "number" ? thinking : before.reasoning,
  };
}

/** Of the input what was neither read from a cache nor written to one. */
function plainInput({ input, cached, cacheWrite }: WireUsage): number {
  return input - cached - cacheWrite;
}

/** In the words of chat/completions. */
export function chatUsage({ input, output, cached, cacheWrite, reasoning }: WireUsage): JsonObject {
  const written = cacheWrite === 0 ? {} : { cache_write_tokens: cacheWrite };
  const details =
    reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } };
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached, ...written },
    ...details,
  };
}

/** In Anthropic's words. */
export function messagesUsage(usage: WireUsage): JsonObject {
  const { output, cached, cacheWrite, reasoning } = usage;
  const details = reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } };
  return {
    input_tokens: plainInput(usage),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cached,
    output_tokens: output,
    ...details,
  };
}

/** In Gemini's words: thoughts stand beside the output there, and what was read from a cache is a part of the prompt. */
export function geminiUsage({ input, output, cached, reasoning }: WireUsage): JsonObject {
  // Some servers of chats count thoughts beside the output, too.
  const isBeside = reasoning !== undefined && reasoning > output;
  const candidates = reasoning === undefined || isBeside ? output : output - reasoning;
  return {
    promptTokenCount: input,
    candidatesTokenCount: candidates,
    totalTokenCount: input + candidates + (reasoning ?? 0),
    ...(cached === 0 ? {} : { cachedContentTokenCount: cached }),
    ...(reasoning === undefined ? {} : { thoughtsTokenCount: reasoning }),
  };
}

/** As Gemini counts them; undefined where the value says nothing. Its prompt has what was written to a cache, too. */
export function tokensOfGemini(usage: unknown): WireUsage | undefined {
  const said = asObject(usage);
  if (said === undefined) return undefined;
  const cached = asCount(said["cachedContentTokenCount"]);
  const { thoughtsTokenCount: thoughts } = said;
  const prompt = asCount(said["promptTokenCount"]) + asCount(said["toolUsePromptTokenCount"]);
  return {
    input: Math.max(prompt, cached),
    output: asCount(said["candidatesTokenCount"]) + asCount(thoughts),
    cached,
    cacheWrite: 0,
    reasoning: typeof thoughts === "number" ? thoughts : undefined,
  };
}
