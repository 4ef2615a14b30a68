// What an answer says of the gateway's own limits, in OpenAI's names: of the limit of requests, and of that of tokens,
// that has least left.

import type { Counted, LimitScope } from "./limit-scope.ts";
import type { TokenBucket } from "./token-bucket.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Flat headers; empty where nothing of it is limited. */
export function limitHeaders(scopes: readonly LimitScope[], nowMs: number): readonly string[] {
  const headers: string[] = [];
  push(headers, "requests", tightest(scopes, "requests", nowMs), nowMs);
  push(headers, "tokens", tightest(scopes, "tokens", nowMs), nowMs);
  return headers;
}

/** `17ms`, `1s`, `6m0s`, `1h0m0s`: as OpenAI's headers have it. */
export function resetText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.ceil(ms)}ms`;
  const whole = Math.ceil(ms / SECOND_MS) * SECOND_MS;
  const hours = Math.floor(whole / HOUR_MS);
  const minutes = Math.floor((whole % HOUR_MS) / MINUTE_MS);
  const seconds = (whole % MINUTE_MS) / SECOND_MS;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

function tightest(scopes: readonly LimitScope[], what: Counted, nowMs: number): TokenBucket | undefined {
  let found: TokenBucket | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const scope of scopes)
    for (const bucket of scope[what]) {
      if (bucket === undefined) continue;
      const level = bucket.level(nowMs);
      if (level >= least) continue;
      found = bucket;
      least = level;
    }
  return found;
}

function push(headers: string[], what: Counted, bucket: TokenBucket | undefined, nowMs: number): void {
  if (bucket === undefined) return;
  headers.push(
    `x-ratelimit-limit-${what}`,
    String(bucket.capacity),
    `x-ratelimit-remaining-${what}`,
    String(Math.max(0, Math.floor(bucket.level(nowMs)))),
    `x-ratelimit-reset-${what}`,
    resetText(bucket.fullInMs(nowMs)),
  );
}
