// One attempt as the log and the header tell it: the outcome in a word. Pure.

import { type AttemptSummary, wholeMicros } from "../../core/summary.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { AttemptOutcome } from "../outcome/outcome.ts";
import type { Lease } from "../target/lease.ts";

/** What is told of an attempt that is over. */
export function summaryOf(exchange: Exchange, lease: Lease, outcome: AttemptOutcome): AttemptSummary {
  const { endpoint, upstreamModel } = lease.target;
  return {
    endpoint: endpoint.name,
    credential: endpoint.credentials.length > 1 ? lease.credential.id : undefined,
    upstreamModel,
    outcome: wordFor(outcome, exchange.status),
    status: statusOf(outcome, exchange.status),
    reason: outcome.kind === "failed" ? outcome.reason : undefined,
    startedAfterMs: wholeMicros(lease.startedMs - exchange.startedMs),
    durationMs: wholeMicros(exchange.services.clock.nowMs() - lease.startedMs),
    spanId: lease.spanId,
    choice: lease.choice,
  };
}

/** The word for an answer that is passed on: an error of the caller's is none that one would call ok. */
export function answerWord(status: number): "ok" | "refused" {
  return status < 400 ? "ok" : "refused";
}

/** `status`: of the answer that was passed on. */
function wordFor(outcome: AttemptOutcome, status: number): AttemptSummary["outcome"] {
  switch (outcome.kind) {
    case "answered":
      return outcome.fault ?? answerWord(status);
    case "failed":
      return outcome.code;
    case "broken":
      return "internal";
    case "lost":
      return "lost";
    case "client_gone":
      return "client_closed";
  }
}

function statusOf(outcome: AttemptOutcome, status: number): number | undefined {
  if (outcome.kind === "answered") return status;
  return outcome.kind === "failed" ? outcome.status : undefined;
}
