// Entries for tests of the store.

import { join } from "node:path";
import type { Log } from "../../src/core/summary.ts";
import { NO_USAGE, type TokenUsage } from "../../src/core/usage.ts";

import type { LedgerEntry } from "../../src/store/store.ts";
import { ThreadStore } from "../../src/store/threads/thread-store.ts";

/** An entry; what a test does not say is plain. */
export function storeEntry(
  parts: Partial<Omit<LedgerEntry, "usage">> & { readonly usage?: Partial<TokenUsage> | undefined } = {},
): LedgerEntry {
  const { usage: given, ...rest } = parts;
  const usage = "usage" in parts ? given : { input: 10, output: 5 };
  return {
    requestId: "req_1",
    timeMs: Date.UTC(2026, 10, 26, 12),
    keyId: "k1",
    keyName: "phone",
    tags: [],
    model: "m",
    endpoint: "alpha",
    upstreamModel: "m-1",
    operation: "chat",
    status: 200,
    error: "",
    isStream: false,
    cost: { nanoDollars: 100, source: "table", date: "2026-11-01" },
    isCached: false,
    request: {
      method: "POST",
      path: "/v1/chat/completions",
      clientAddress: "127.0.0.1",
      attempts: [],
      durationMs: 12,
      firstByteMs: 5,
      bytesIn: 100,
      bytesOut: 200,
    },
    ...rest,
    usage: usage === undefined ? undefined : { ...NO_USAGE, ...usage },
  };
}

/** How long everything is kept in tests that are about something else. */
export const KEEP_LONG = { usageMs: 400 * 86_400_000, requestsMs: 400 * 86_400_000, requestsBytes: 1e9 };

/** A store in the files of a folder. */
export function fileStore(
  folder: string,
  log: Log,
  maxPages?: { usage?: number; requests?: number },
): ThreadStore {
  const [usagePath, requestsPath] = [join(folder, "usage.db"), join(folder, "requests.db")];
  return new ThreadStore({
    order: { usagePath, requestsPath, keep: KEEP_LONG, maxPages },
    isInMemory: false,
    log,
  });
}
