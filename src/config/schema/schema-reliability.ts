// The form of `retries`, `health` and `streams`: what happens when endpoints fail. Called by `schema.ts`.

import { DEFAULTS } from "./defaults.ts";
import { duration, durationOrOff, flag, looseBlock, whole } from "./fields.ts";

/** `retries`. */
export const retries = looseBlock(
  {
    attempts: whole(
      "Attempts of one request in all, each at another endpoint (or key) while there is one. 1: no failover.",
      { min: 1, max: 10, fallback: DEFAULTS.retries.attempts },
    ),
    budget_percent: whole(
      "Retries of a model in 10 seconds, in percent of its requests, and retries at once in percent of those under way. Failing over to an endpoint that is known to be well is always allowed.",
      { min: 0, max: 100, fallback: DEFAULTS.retries.budgetPercent },
    ),
    budget_min: whole("Retries of a model in 10 seconds that are allowed in any case.", {
      min: 0,
      max: 10_000,
      fallback: DEFAULTS.retries.budgetMin,
    }),
    max_wait: durationOrOff(
      "Where every endpoint of a model rests for a rate limit, and the first is back within this time, the request waits for it. `off`: the client is told to wait.",
      DEFAULTS.retries.maxWait,
    ),
    on_empty_answer: flag(
      "Treat an answer with no content at all as a failure, while nothing has been sent to the client.",
      DEFAULTS.retries.onEmptyAnswer,
    ),
  },
  "How often a request may be tried again before the client sees a failure.",
);

/** `health`. */
export const health = looseBlock(
  {
    consecutive_failures: whole("Failures in a row that eject.", {
      min: 1,
      max: 1_000,
      fallback: DEFAULTS.health.consecutiveFailures,
    }),
    failure_rate: whole("Failed requests in `window`, in percent, that eject.", {
      min: 1,
      max: 100,
      fallback: DEFAULTS.health.failureRate,
    }),
    window: duration("Time over which `failure_rate` is taken.", DEFAULTS.health.window),
    min_requests: whole("Requests in `window` from which `failure_rate` counts.", {
      min: 1,
      max: 100_000,
      fallback: DEFAULTS.health.minRequests,
    }),
    ejection: duration(
      "How long the first ejection lasts; each one in a row lasts this much longer. A fifth of it is left to chance.",
      DEFAULTS.health.ejection,
    ),
    ejection_max: duration("No ejection lasts longer.", DEFAULTS.health.ejectionMax),
    slow_start: durationOrOff(
      "How long the share of an endpoint grows back to its weight after an ejection. `off`: at once.",
      DEFAULTS.health.slowStart,
    ),
    active_probes: flag(
      "Ask an ejected endpoint for its list of models, which is free, before a request is risked.",
      DEFAULTS.health.activeProbes,
    ),
  },
  "When an endpoint, or one model there, is left out for a while. When all of a model are, they are used all the same.",
);

/** `streams`. */
export const streams = looseBlock(
  {
    keep_alive: durationOrOff(
      "Silence after which a comment is sent so that proxies on the way do not cut a stream (15s suits most). `off`: none.",
      DEFAULTS.streams.keepAlive,
    ),
    hold_first_event: flag(
      "Send the client no head before the endpoint's first event, so that failover stays possible until then. `false`: it waits for 250 ms, and only while another endpoint could serve.",
      DEFAULTS.streams.holdFirstEvent,
    ),
  },
  "Answers that come piece by piece.",
);
