// The arithmetics of tokens. OpenAI's count of a prompt includes what was read from a cache and what was written to
// it; Anthropic's has these beside it. Who takes one for the other bills twice, or loses most of it.

import type { JsonObject } from "../errors/json-prefix.ts";
import { asCount, asObject } from "./values.ts";

/** Tokens of one answer, none counted twice. */
export type Tokens = {
  /** Of the prompt, neither read from a cache nor written to one. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** Of the output; undefined where nobody has said. */
  readonly reasoning: number | undefined;
};

/** Nobody has counted. */
export const NO_TOKENS: Tokens = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: undefined };

/** As chat/completions counts them; undefined where the value says nothing. */
export function tokensOfChat(usage: unknown): Tokens | undefined {
  const said = asObject(usage);
  if (said === undefined) return undefined;
  const details = asObject(said["prompt_tokens_details"]) ?? {};
  // DeepSeek has a name of its own.
  const cacheRead = asCount(details["cached_tokens"] ?? said["prompt_cache_hit_tokens"]);
  const cacheWrite = asCount(details["cache_write_tokens"]);
  const reasoning = asObject(said["completion_tokens_details"])?.["reasoning_tokens"];
  return {
    input: Math.max(0, asCount(said["prompt_tokens"]) - cacheRead - cacheWrite),
    cacheRead,
    cacheWrite,
    output: asCount(said["completion_tokens"]),
    reasoning: typeof reasoning === "number" ? reasoning : undefined,
  };
}

/** As Anthropic counts them; later counts of a stream hold what is new over earlier ones. */
export function tokensOfMessages(usage: unknown, before: Tokens = NO_TOKENS): Tokens {
  const said = asObject(usage) ?? {};
  const count = (name: string, known: number): number =>
    typeof said[name] === "number" ? asCount(said[name]) : known;
  const thinking = asObject(said["output_tokens_details"])?.["thinking_tokens"];
  return {
    input: count("input_tokens", before.input),
    cacheRead: count("cache_read_input_tokens", before.cacheRead),
    cacheWrite: count("cache_creation_input_tokens", before.cacheWrite),
    output: count("output_tokens", before.output),
    reasoning: typeof thinking === "number" ? thinking : before.reasoning,
  };
}

/** In the words of chat/completions. */
export function chatUsage({ input, cacheRead, cacheWrite, output, reasoning }: Tokens): JsonObject {
  const prompt = input + cacheRead + cacheWrite;
  const written = cacheWrite === 0 ? {} : { cache_write_tokens: cacheWrite };
  const details =
    reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } };
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: cacheRead, ...written },
    ...details,
  };
}

/** In Anthropic's words. */
export function messagesUsage({ input, cacheRead, cacheWrite, output, reasoning }: Tokens): JsonObject {
  const details = reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } };
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
    ...details,
  };
}

/** In Gemini's words: thoughts stand beside the output there, and what was read from a cache is a part of the prompt. */
export function geminiUsage({ input, cacheRead, cacheWrite, output, reasoning }: Tokens): JsonObject {
  const prompt = input + cacheRead + cacheWrite;
  // Some servers of chats count thoughts beside the output, too.
  const isBeside = reasoning !== undefined && reasoning > output;
  const candidates = reasoning === undefined || isBeside ? output : output - reasoning;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    totalTokenCount: prompt + candidates + (reasoning ?? 0),
    ...(cacheRead === 0 ? {} : { cachedContentTokenCount: cacheRead }),
    ...(reasoning === undefined ? {} : { thoughtsTokenCount: reasoning }),
  };
}

/** As Gemini counts them; undefined where the value says nothing. Its prompt has what was written to a cache, too. */
export function tokensOfGemini(usage: unknown): Tokens | undefined {
  const said = asObject(usage);
  if (said === undefined) return undefined;
  const cacheRead = asCount(said["cachedContentTokenCount"]);
  const { thoughtsTokenCount: thoughts } = said;
  const prompt = asCount(said["promptTokenCount"]) + asCount(said["toolUsePromptTokenCount"]);
  return {
    input: Math.max(0, prompt - cacheRead),
    cacheRead,
    cacheWrite: 0,
    output: asCount(said["candidatesTokenCount"]) + asCount(thoughts),
    reasoning: typeof thoughts === "number" ? thoughts : undefined,
  };
}
