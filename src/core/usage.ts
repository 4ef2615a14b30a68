// What one exchange used and cost. Where the figures come from is known to `wires/usage/` and `pricing/`.

/**
 * What an endpoint says that an answer used, none of it counted twice, in OpenAI's arithmetic: `input` includes what was
 * read from a cache and what was written to one, and `output` includes reasoning. Every count is a whole number, 0 where
 * the endpoint has said nothing of it.
 */
export type TokenUsage = {
  readonly input: number;
  readonly output: number;
  /** Of the input: read from a cache. */
  readonly cached: number;
  /** Of the input: written to a cache, by how long it is kept there. */
  readonly cacheWrite5m: number;
  readonly cacheWrite30m: number;
  readonly cacheWrite1h: number;
  readonly cacheWrite12h: number;
  /** Of the output. */
  readonly reasoning: number;
  readonly audioInput: number;
  readonly audioOutput: number;
  readonly imageInput: number;
  readonly imageOutput: number;
  readonly acceptedPrediction: number;
  readonly rejectedPrediction: number;
  /** Calls of tools that the endpoint itself ran. */
  readonly webSearches: number;
  readonly webFetches: number;
  /** What is billed by other units than tokens: images made, seconds of audio or video, characters, pages, searches. */
  readonly images: number;
  readonly seconds: number;
  readonly characters: number;
  readonly pages: number;
  readonly searches: number;
  /** As answered: default, flex, priority, batch …; undefined where the answer names none. */
  readonly serviceTier: string | undefined;
  readonly inferenceGeo: string | undefined;
  /** What the endpoint itself says that it costs, in nano-dollars. */
  readonly reportedNanoDollars: number | undefined;
  /** Counted by the gateway, since the endpoint has not (or not to the end). */
  readonly isEstimate: boolean;
  /**
   * Of an estimate: `tokenizer`: counted as the model's vendor does; `ratio`: from what the model used for each byte before;
   * `characters`: by how many of these a token has.
   */
  readonly estimatedBy: "tokenizer" | "ratio" | "characters" | undefined;
};

/**
 * As much of it as the words of every wire have room for, in the same arithmetic; so one can say what another has said.
 */
export type WireUsage = Pick<TokenUsage, "input" | "output" | "cached"> & {
  /** Of the input: written to a cache, for whatever time. */
  readonly cacheWrite: number;
  /** Of the output; undefined where nobody has said, which is told by leaving it out. */
  readonly reasoning: number | undefined;
};

/** What an exchange cost. */
export type Cost = {
  /** Whole nano-dollars, rounded once; null where nobody knows, which is never 0. */
  readonly nanoDollars: number | null;
  /** Who says so; `none` for what costs nothing by its nature, such as a list of models. */
  readonly source: "config" | "endpoint" | "imported" | "table" | "unpriced" | "none";
  /** The day of the price, YYYY-MM-DD; undefined where the source has none. */
  readonly date: string | undefined;
};

/** Nothing was used, or nothing is known of it. */
export const NO_USAGE: TokenUsage = {
  input: 0,
  output: 0,
  cached: 0,
  cacheWrite5m: 0,
  cacheWrite30m: 0,
  cacheWrite1h: 0,
  cacheWrite12h: 0,
  reasoning: 0,
  audioInput: 0,
  audioOutput: 0,
  imageInput: 0,
  imageOutput: 0,
  acceptedPrediction: 0,
  rejectedPrediction: 0,
  webSearches: 0,
  webFetches: 0,
  images: 0,
  seconds: 0,
  characters: 0,
  pages: 0,
  searches: 0,
  serviceTier: undefined,
  inferenceGeo: undefined,
  reportedNanoDollars: undefined,
  isEstimate: false,
  estimatedBy: undefined,
};

/** What of the input was written to a cache. */
export type CacheWrites = Pick<
  TokenUsage,
  "cacheWrite5m" | "cacheWrite30m" | "cacheWrite1h" | "cacheWrite12h"
>;

/** Tokens of the input that were written to a cache, of whatever lifetime. */
export function sumOfWrites(usage: CacheWrites): number {
  return usage.cacheWrite5m + usage.cacheWrite30m + usage.cacheWrite1h + usage.cacheWrite12h;
}
