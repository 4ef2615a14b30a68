// A settled exchange as traces are told of it, with one attempt that answered.

import type { ExchangeSummary } from "../../src/core/summary.ts";
import { NO_USAGE } from "../../src/core/usage.ts";

/** A chat that went well; `spanId`: of its attempt. */
export function exchangeOf(spanId: string | undefined): ExchangeSummary {
  return {
    requestId: "0b9f8c1e-6f5b-4a3d-9c0e-6c1d2e3f4a5b",
    method: "POST",
    path: "/v1/chat/completions",
    clientKey: "web",
    keyId: "key_1",
    clientAddress: "127.0.0.1",
    operation: "chat",
    model: "fast",
    endpoint: "alpha",
    upstreamModel: "gpt-4o-mini",
    status: 200,
    error: undefined,
    isStream: true,
    attempts: [
      {
        endpoint: "alpha",
        credential: undefined,
        upstreamModel: "gpt-4o-mini",
        outcome: "ok",
        status: 200,
        startedAfterMs: 0.2,
        durationMs: 812.4,
        spanId,
      },
    ],
    startedWallMs: 1_780_000_000_000,
    durationMs: 813.1,
    firstByteMs: 210.5,
    bytesIn: 1_200,
    bytesOut: 5_400,
    usage: { ...NO_USAGE, input: 321, output: 87, cached: 256 },
    cost: { nanoDollars: 412_000, source: "table", date: "2026-11-01" },
    answeredModel: "gpt-4o-mini-2024-07-18",
  };
}
