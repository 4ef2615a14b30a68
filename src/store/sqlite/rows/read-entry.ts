// An entry of the log of requests out of its text, whole again.

import type { TokenUsage } from "../../../core/usage.ts";
import type { LedgerEntry } from "../../store.ts";

const NOTHING_USED: TokenUsage = {
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
};

/** What was appended; figures that were 0 were left out of the text. */
export function readEntry(text: string): LedgerEntry {
  // Only `appendRequests` writes there.
  const read = JSON.parse(text) as LedgerEntry;
  return read.usage === undefined ? { ...read, usage: undefined } : { ...read, usage: usageOf(read.usage) };
}

/** The figures of a text that has only those that say something. */
export function usageOf(figures: Partial<TokenUsage>): TokenUsage {
  return { ...NOTHING_USED, ...figures };
}
