// Step 10, settle: sums up an exchange once it is over, exactly once, and never throws. Called by `handle.ts`.

import type { ExchangeSummary } from "../core/summary.ts";
import type { Exchange } from "./exchange/exchange.ts";

const CLIENT_CLOSED = 499;

/** Writes the log line of an exchange. */
export function settle(exchange: Exchange): void {
  const { services } = exchange;
  try {
    services.log.exchange(summaryOf(exchange));
    if (exchange.error === "internal") {
      services.log.error(
        "internal",
        "A request failed inside the gateway",
        { requestId: exchange.requestId },
        exchange.cause,
      );
    }
  } catch {
    // A log that cannot be written must not fail the request that it tells of.
  }
}

function summaryOf(exchange: Exchange): ExchangeSummary {
  const isAborted = exchange.departure.isGone && exchange.error === undefined;
  return {
    requestId: exchange.requestId,
    method: exchange.request.method,
    path: exchange.path,
    operation: exchange.operation?.name,
    model: exchange.modelName,
    endpoint: exchange.answering?.endpoint.name,
    upstreamModel: exchange.answering?.upstreamModel,
    status: isAborted || exchange.error === "client_closed" ? CLIENT_CLOSED : exchange.status,
    error: isAborted ? "client_closed" : exchange.error,
    isStream: exchange.isStream,
    attempts: exchange.attempts,
    startedWallMs: exchange.startedWallMs,
    durationMs: exchange.services.clock.nowMs() - exchange.startedMs,
    firstByteMs: exchange.firstByteMs,
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
  };
}
