// Headers of answers that say how much of a rate limit is left, and which of an answer's headers clients read.

/** When a limit is over, one header a kind of limit; each holds a date. */
export const RESET_DATE = /^anthropic-ratelimit-.*-reset$/;

const MARKED_REMAINING = /^anthropic-ratelimit-.*-remaining$/;

/** Whether a header of this lower-case name says how much of a limit is left. */
export function isRemainingHeader(name: string): boolean {
  return name.startsWith("x-ratelimit-remaining") || MARKED_REMAINING.test(name);
}

/** What SDKs hand to applications of an endpoint's answer. */
export const READ_BY_CLIENTS: readonly string[] = [
  "openai-processing-ms",
  "x-ratelimit-limit-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
];
