// `retries`, `health` and `streams`: what happens when endpoints fail, and what it becomes.

import { BREAKER_DEFAULTS, type BreakerOptions } from "../../routing/health/breaker-options.ts";
import { RETRY_BUDGET_DEFAULTS, type RetryBudgetOptions } from "../../routing/retry/retry-budget.ts";
import { block, duration, durationOr, flag, percent, section, whole } from "./fields.ts";

/** `retries`. */
export const retries = section("retries", () =>
  block(
    {
      attempts: whole(
        "Attempts of one request in all, each at another endpoint (or key) while there is one. 1: no failover.",
        { min: 1, max: 10 },
      ).prefault(3),
      budget_percent: percent(
        "Retries of a model in 10 seconds, in percent of its requests, and retries at once in percent of those under way. Failing over to an endpoint that is known to be well is always allowed.",
        { min: 0, fallback: 20 },
      ),
      budget_min: whole("Retries of a model in 10 seconds that are allowed in any case.", {
        min: 0,
        max: 10_000,
      }).prefault(10),
      max_wait: durationOr(
        0,
        "Where every endpoint of a model rests for a rate limit, and the first is back within this time, the request waits for it. `off`: the client is told to wait.",
      ).prefault("2s"),
      on_empty_answer: flag(
        "Treat an answer with no content at all as a failure, while nothing has been sent to the client.",
      ).prefault(false),
    },
    "How often a request may be tried again before the client sees a failure.",
  ).transform((raw) => ({
    /** Of models that have no number of their own. */
    attempts: raw.attempts,
    budget: {
      ...RETRY_BUDGET_DEFAULTS,
      retryRatio: raw.budget_percent,
      activeRatio: raw.budget_percent,
      minimumRetries: raw.budget_min,
    } satisfies RetryBudgetOptions,
    /** How long a request may wait for the end of rests; 0: not at all. */
    maxWaitMs: raw.max_wait,
    /** An answer without any content counts as a failure. */
    failsOnEmptyAnswer: raw.on_empty_answer,
  })),
);

/** The two times that must not contradict each other: `health.ejection` and `health.ejection_max`. */
export const EJECTION_TIMES = {
  ejection: duration(
    "How long the first ejection lasts; each one in a row lasts this much longer. A fifth of it is left to chance.",
  ).prefault("10s"),
  ejection_max: duration("No ejection lasts longer.").prefault("5m"),
};

/** `health`. */
export const health = section("health", () =>
  block(
    {
      consecutive_failures: whole("Failures in a row that eject.", { min: 1, max: 1_000 }).prefault(3),
      failure_rate: percent("Failed requests in `window`, in percent, that eject.", { min: 1, fallback: 50 }),
      window: duration("Time over which `failure_rate` is taken.").prefault("30s"),
      min_requests: whole("Requests in `window` from which `failure_rate` counts.", {
        min: 1,
        max: 100_000,
      }).prefault(10),
      ...EJECTION_TIMES,
      slow_start: durationOr(
        0,
        "How long the share of an endpoint grows back to its weight after an ejection. `off`: at once.",
      ).prefault("30s"),
      active_probes: flag(
        "Ask an ejected endpoint for its list of models, which is free, before a request is risked.",
      ).prefault(true),
    },
    "When an endpoint, or one model there, is left out for a while. When all of a model are, they are used all the same.",
  ).transform((raw) => ({
    breaker: {
      ...BREAKER_DEFAULTS,
      consecutiveStrikes: raw.consecutive_failures,
      windowMs: raw.window,
      minimumRequests: raw.min_requests,
      failureRatio: raw.failure_rate,
      baseEjectionMs: raw.ejection,
      maxEjectionMs: raw.ejection_max,
      slowStartMs: raw.slow_start,
    } satisfies BreakerOptions,
    /** Ask an ejected endpoint for its models once its time is up, rather than risk a request. */
    activeProbes: raw.active_probes,
  })),
);

/** `streams`. */
export const streams = section("streams", () =>
  block(
    {
      keep_alive: durationOr(
        undefined,
        "Silence after which a comment is sent so that proxies on the way do not cut a stream (15s suits most). `off`: none.",
      ).prefault("off"),
      hold_first_event: flag(
        "Send the client no head before the endpoint's first event, so that failover stays possible until then. `false`: it waits for 250 ms, and only while another endpoint could serve.",
      ).prefault(false),
    },
    "Answers that come piece by piece.",
  ).transform((raw) => ({
    /** Silence after which a comment keeps a stream's connection alive; undefined: never. */
    keepAliveMs: raw.keep_alive,
    /** Send no head before the first event, so that failover stays possible until then. */
    holdsFirstEvent: raw.hold_first_event,
  })),
);
