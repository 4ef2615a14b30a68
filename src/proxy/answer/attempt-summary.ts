// One attempt as the log and the header tell it: the outcome in a word. Pure.

import type { ErrorCode } from "../../core/errors.ts";
import type { AttemptSummary } from "../../core/summary.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { AttemptOutcome } from "../outcome/attempt-outcome.ts";
import type { Lease } from "../target/lease.ts";

/** What is told of an attempt that is over. */
export function summaryOf(exchange: Exchange, lease: Lease, outcome: AttemptOutcome): AttemptSummary {
  const { endpoint, upstreamModel } = lease.target;
  const isAnswered = outcome.kind === "answered";
  return {
    endpoint: endpoint.name,
    credential: endpoint.credentials.length > 1 ? lease.credential.id : undefined,
    upstreamModel,
    outcome: isAnswered ? (exchange.error ?? answerWord(exchange.status)) : failureWord(outcome),
    status: outcome.kind === "failed" ? outcome.status : isAnswered ? exchange.status : undefined,
    reason: outcome.kind === "failed" ? outcome.reason : undefined,
    durationMs: exchange.services.clock.nowMs() - lease.startedMs,
  };
}

/** The word for an answer that is passed on: an error of the caller's is none that one would call ok. */
export function answerWord(status: number): "ok" | "refused" {
  return status < 400 ? "ok" : "refused";
}

function failureWord(outcome: AttemptOutcome): "lost" | ErrorCode {
  if (outcome.kind === "failed") return outcome.code;
  if (outcome.kind === "broken") return "internal";
  return outcome.kind === "lost" ? "lost" : "client_closed";
}
