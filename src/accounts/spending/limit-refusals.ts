// The errors for requests that go over a limit or a budget, in words that name whose it is.

import { GatewayError } from "../../core/errors.ts";
import type { Budget, BudgetPeriod } from "./budget.ts";
import { limitHeaders, resetText } from "./limit-headers.ts";
import type { Lacking, LimitScope, ScopeName } from "./limit-scope.ts";

/** Until then SDKs are not asked to try again by themselves: they would only wait and fail. */
const LONGEST_RETRY_MS = 60_000;
/** When nobody knows how long: requests under way may end at any time. */
const SHORT_WAIT_MS = 1_000;
const NANO = 1_000_000_000;
const PER_WORDS = { day: "a day", week: "a week", month: "a month", total: "in total" } as const;

/** 429 for a limit. */
export function overLimit(lacking: Lacking, scopes: readonly LimitScope[], nowMs: number): GatewayError {
  const { scope, what, window, limit } = lacking;
  const waitMs = lacking.waitMs ?? SHORT_WAIT_MS;
  const about = what === "parallel" ? "requests at the same time" : `${what} per ${window}`;
  const again =
    what === "parallel" ? "Try again when one of them is over." : `Try again in ${resetText(waitMs)}.`;
  const message = `Rate limit reached for ${wordsOf(scope.name)} on ${about}: limit ${limit}. ${again}`;
  const headers = [...retryHeaders(waitMs), ...limitHeaders(scopes, nowMs)];
  return new GatewayError("rate_limit_exceeded", { message, headers });
}

/** 429 for a budget that is spent, or whose rest is reserved by requests under way. */
export function overBudget(budget: Budget, period: BudgetPeriod, answer: "busy" | "spent"): GatewayError {
  const { nanoDollars, per } = budget.settings;
  const whose = `The budget of ${wordsOf(budget.name)} (${dollars(nanoDollars)} USD ${PER_WORDS[per]})`;
  if (answer === "busy") {
    const message = `${whose} has less left than requests under way may cost and this one with them. Try again when they are over.`;
    return new GatewayError("insufficient_quota", { message, headers: retryHeaders(SHORT_WAIT_MS) });
  }
  const { endMs } = period.span;
  const anew = Number.isFinite(endMs) ? ` It begins anew at ${new Date(endMs).toISOString()}.` : "";
  const message = `${whose} is spent: ${dollars(period.spent)} USD.${anew}`;
  return new GatewayError("insufficient_quota", { message, headers: NO_RETRY });
}

/** 429 for a model without a price, where a budget refuses these. */
export function unpriced(budget: Budget, model: string): GatewayError {
  const message = `The budget of ${wordsOf(budget.name)} refuses requests whose price nobody knows, and nobody knows that of this model${model === "" ? "" : ` (${model})`}.`;
  return new GatewayError("unpriced_model", { message, headers: NO_RETRY });
}

/** Whose limits they are. */
export function wordsOf(name: ScopeName): string {
  switch (name.kind) {
    case "all":
      return "all clients";
    case "key":
      return `the client key "${name.name}"`;
    case "tag":
      return `the tag "${name.tag}"`;
    case "model":
      return `models named ${name.pattern}`;
  }
}

/** An amount as people write it: at least two digits behind the point, and as many as it takes. */
export function dollars(nano: number): string {
  const whole = Math.floor(nano / NANO);
  const rest = String(nano % NANO).padStart(9, "0");
  return `${whole}.${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, "")}`;
}

const NO_RETRY: readonly string[] = ["x-should-retry", "false"];

function retryHeaders(waitMs: number): readonly string[] {
  const headers = ["retry-after", String(Math.max(1, Math.ceil(waitMs / 1_000)))];
  return waitMs > LONGEST_RETRY_MS ? [...headers, ...NO_RETRY] : headers;
}
