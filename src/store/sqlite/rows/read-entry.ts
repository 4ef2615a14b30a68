// An entry of the log of requests out of its text, whole again.

import { NO_USAGE, type TokenUsage } from "../../../core/usage.ts";
import type { LedgerEntry } from "../../store.ts";

/** What was appended; figures that were 0 were left out of the text. */
export function readEntry(text: string): LedgerEntry {
  // Only `appendRequests` writes there.
  const read = JSON.parse(text) as LedgerEntry;
  return read.usage === undefined ? { ...read, usage: undefined } : { ...read, usage: usageOf(read.usage) };
}

/** The figures of a text that has only those that say something. */
export function usageOf(figures: Partial<TokenUsage>): TokenUsage {
  return { ...NO_USAGE, ...figures };
}
