// How long an endpoint asks us to wait, from the many headers that say so. Pure; whether and how long we do wait
// is for `cooldown.ts` and `backoff.ts`.
//
// In this order: `retry-after`, `retry-after-ms`, `x-ratelimit-reset`, the smallest of `x-ratelimit-reset-requests`
// and `-tokens`, the smallest of `anthropic-ratelimit-*-reset`. The first that can be read wins.

import type { Clock } from "../../core/clock.ts";
import type { CooldownClass } from "../saved-cooldown.ts";

/** The rate limits that come with a quota's refusal reset in milliseconds; an empty account does not. */
const MIN_QUOTA_MS = 60_000;
/** No endpoint can ask for more: what it says may be wrong, and the others would have its share until then. */
const MAX_HINT_MS = 3_600_000;
const THIRTY_DAYS_S = 30 * 86_400;
/** A Unix time in seconds stays below this until the year 5138; in milliseconds it passed it in 1973. */
const EPOCH_MS_FROM = 1e11;

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000001,
};

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e\d{1,3})?$/i;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|d|h|m|s))+$/i;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)/gi;
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d/i;
const RFC3339 = /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d:\d\d(?:\.\d+)?(?:z|[+-]\d\d:\d\d)$/i;
const ANTHROPIC_RESET = /^anthropic-ratelimit-.*-reset$/;

/**
 * Milliseconds that the endpoint asks to wait, between 0 and an hour; a past date or a negative number
 * is 0. Undefined when no header says anything that can be read. `headers` is flat: name, value, ….
 */
export function waitHintMs(headers: readonly string[], clock: Clock): number | undefined {
  const hint =
    read(headerValue(headers, "retry-after"), (text) => secondsOrDate(text, clock)) ??
    read(headerValue(headers, "retry-after-ms"), milliseconds) ??
    read(headerValue(headers, "x-ratelimit-reset"), (text) => resetTime(text, clock)) ??
    smallest(
      read(headerValue(headers, "x-ratelimit-reset-requests"), (text) => resetTime(text, clock)),
      read(headerValue(headers, "x-ratelimit-reset-tokens"), (text) => resetTime(text, clock)),
    ) ??
    anthropicReset(headers, clock);
  return hint === undefined ? undefined : Math.min(MAX_HINT_MS, Math.max(0, hint));
}

/** The hint as far as it counts for a cool-down: only rate limits and accounts come back by themselves. */
export function cooldownHintMs(
  cooldown: CooldownClass,
  headers: readonly string[],
  clock: Clock,
): number | undefined {
  if (cooldown !== "rate_limited" && cooldown !== "quota") return undefined;
  const hintMs = waitHintMs(headers, clock);
  return hintMs === undefined || cooldown === "rate_limited" ? hintMs : Math.max(MIN_QUOTA_MS, hintMs);
}

/**
 * Whether a successful answer says that the next request would be refused: one of the `remaining` headers is 0.
 * Such a target is ranked last until `waitHintMs` of the same headers, and stays usable.
 */
export function remainingIsZero(headers: readonly string[]): boolean {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const value = headers[index + 1];
    // The value is looked at first: it is the cheaper test, and nearly always the end of it.
    if (value !== "0") continue;
    const name = headers[index]?.toLowerCase() ?? "";
    if (name.startsWith("x-ratelimit-remaining") || /^anthropic-ratelimit-.*-remaining$/.test(name))
      return true;
  }
  return false;
}

/** First value of a header in a flat list, whatever the case of its name there. */
function headerValue(headers: readonly string[], lowerName: string): string | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index];
    if (name?.length === lowerName.length && name.toLowerCase() === lowerName) return headers[index + 1];
  }
  return undefined;
}

function read(value: string | undefined, parse: (text: string) => number | undefined): number | undefined {
  const text = value?.trim() ?? "";
  return text === "" || text.length > 64 ? undefined : parse(text);
}

function secondsOrDate(text: string, clock: Clock): number | undefined {
  const seconds = number(text);
  return seconds === undefined ? (duration(text) ?? untilDate(text, clock)) : seconds * 1_000;
}

function milliseconds(text: string): number | undefined {
  return number(text) ?? duration(text);
}

/** Below 30 days a number is seconds from now, else a Unix time in seconds or milliseconds. */
function resetTime(text: string, clock: Clock): number | undefined {
  const value = number(text);
  if (value === undefined) return duration(text) ?? untilDate(text, clock);
  if (value < THIRTY_DAYS_S) return value * 1_000;
  return (value < EPOCH_MS_FROM ? value * 1_000 : value) - clock.wallMs();
}

function anthropicReset(headers: readonly string[], clock: Clock): number | undefined {
  let best: number | undefined;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index]?.toLowerCase() ?? "";
    if (!ANTHROPIC_RESET.test(name)) continue;
    best = smallest(
      best,
      read(headers[index + 1], (text) => untilDate(text, clock)),
    );
  }
  return best;
}

function number(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** `1s`, `6m0s`, `120ms`, `1h2m3.5s`. */
function duration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) {
    totalMs += Number(amount) * (UNIT_MS[unit?.toLowerCase() ?? ""] ?? 0);
  }
  return totalMs;
}

/** Only dates of a known form: `Date.parse` alone makes a date of nearly anything with a digit in it. */
function untilDate(text: string, clock: Clock): number | undefined {
  if (!HTTP_DATE.test(text) && !RFC3339.test(text)) return undefined;
  // The asctime form of RFC 9110 §5.6.7 has no zone and means GMT.
  const hasZone = RFC3339.test(text) || /gmt|utc/i.test(text);
  const dateMs = Date.parse(hasZone ? text : `${text} GMT`);
  return Number.isNaN(dateMs) ? undefined : dateMs - clock.wallMs();
}

function smallest(first: number | undefined, second: number | undefined): number | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return Math.min(first, second);
}
