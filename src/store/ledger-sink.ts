// What of a settled exchange is kept, and what is not: pages of the gateway itself and looks at its health are nobody's
// use of a model.

import type { ErrorCode } from "../core/errors.ts";
import type { ExchangeSink, ExchangeSummary } from "../core/summary.ts";
import type { Cost } from "../core/usage.ts";
import type { AppendEntry, LedgerEntry } from "./store.ts";

/** Errors of a request whose model is known, and that no endpoint was asked for all the same. */
const OUTAGES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["no_available_target", "overloaded"]);
/** A client chooses these texts. */
const MAX_CHARS = 512;
const NO_TAGS: readonly string[] = [];
const NOTHING_USED: Cost = { nanoDollars: null, source: "none", date: undefined };
const UNPRICED: Cost = { nanoDollars: null, source: "unpriced", date: undefined };

/** Takes each settled exchange that is worth keeping to where entries go. */
export class LedgerSink implements ExchangeSink {
  readonly #append: AppendEntry;
  readonly #isWanted: (() => boolean) | undefined;

  /** `isWanted`: whether entries are wanted just now; always where it is left out. */
  constructor(append: AppendEntry, isWanted?: () => boolean) {
    this.#append = append;
    this.#isWanted = isWanted;
  }

  onSettled(summary: ExchangeSummary): void {
    if (this.#isWanted?.() !== false && isKept(summary)) this.#append(entryOf(summary));
  }
}

/** A page of the gateway itself is answered without any attempt; what was refused is kept wherever it led. */
function isKept({ method, operation, attempts, error, usage }: ExchangeSummary): boolean {
  if (attempts.length > 0 || usage !== undefined) return true;
  return error !== undefined && (operation !== undefined || method === "POST");
}

/** The entry of an exchange. */
function entryOf(summary: ExchangeSummary): LedgerEntry {
  const { usage, attempts, error, clientKey = "" } = summary;
  const isLedgered =
    summary.operation !== undefined &&
    (attempts.length > 0 || usage !== undefined || (error !== undefined && OUTAGES.has(error)));
  return {
    requestId: summary.requestId,
    timeMs: summary.startedWallMs,
    keyId: summary.keyId ?? clientKey,
    keyName: clientKey,
    tags: summary.tags ?? NO_TAGS,
    model: clipped(summary.model ?? ""),
    endpoint: summary.endpoint ?? "",
    upstreamModel: summary.upstreamModel ?? "",
    operation: summary.operation ?? "",
    status: summary.status,
    error: error ?? "",
    isStream: summary.isStream,
    usage,
    cost: summary.cost ?? (usage === undefined ? NOTHING_USED : UNPRICED),
    isCached: summary.isCached === true,
    isLedgered,
    request: {
      method: summary.method,
      path: clipped(summary.path),
      clientAddress: summary.clientAddress,
      attempts,
      durationMs: summary.durationMs,
      firstByteMs: summary.firstByteMs,
      bytesIn: summary.bytesIn,
      bytesOut: summary.bytesOut,
    },
  };
}

function clipped(text: string): string {
  return text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
}
