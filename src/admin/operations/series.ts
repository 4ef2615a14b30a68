// What charts are drawn from: latency by time, beats of the endpoints, and the shares that requests really had. All of it
// comes from sums.

import { GatewayError } from "../../core/errors.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import {
  amount,
  choice,
  listOf,
  mapOf,
  moment,
  name,
  object,
  orNull,
  text,
  timestamp,
  whole,
  wholeInQuery,
  wordsInQuery,
} from "../operation/shapes.ts";

const span = {
  from: timestamp("From here on."),
  to: timestamp("Until before here."),
};

const quantiles = orNull(
  object(
    {
      count: whole("Requests."),
      p50_ms: amount("Half of them took no longer."),
      p90_ms: amount("Nine of ten took no longer."),
      p95_ms: amount("19 of 20 took no longer."),
      p99_ms: amount("99 of 100 took no longer."),
    },
    "Milliseconds, to a tenth of them; null where nothing was measured.",
  ),
);

const getLatency = operation({
  id: "getLatency",
  tag: "usage",
  method: "GET",
  path: "/latency",
  summary: "How long requests took, and their first tokens, by time, model or endpoint.",
  query: object(
    {
      by: wordsInQuery(
        ["minute", "hour", "day", "model", "endpoint", "key"],
        "A unit of time, or one of the others, or both; all in one line where it is left out.",
      ).optional(),
      from: moment("From here on; the last 24 hours where it is left out.").optional(),
      to: moment("Until before here.").optional(),
      model: name("Only this model.").optional(),
      endpoint: name("Only what this endpoint answered.").optional(),
      key: name("Only this client key, by its id or name.").optional(),
    },
    "What is asked: of model, endpoint and key one at most.",
  ),
  answer: object(
    {
      ...span,
      data: listOf(
        object(
          {
            group: mapOf(text("Its value."), "What the figures are of."),
            first_token: quantiles.describe("Until the first byte of a stream."),
            duration: quantiles.describe("Until the end of the answer."),
          },
          "A line.",
        ),
        "The lines, in the order of their groups.",
      ).max(100_000),
    },
    "Of requests that an endpoint answered well; not of answers that were used again.",
  ),
  run: () => {
    throw new GatewayError("internal");
  },
});

const listBeats = operation({
  id: "listBeats",
  tag: "usage",
  method: "GET",
  path: "/beats",
  summary: "The last hours of each endpoint, beat by beat.",
  query: object(
    {
      minutes: wholeInQuery("Minutes of one beat; 1 where it is left out.", { min: 1, max: 240 }).optional(),
      count: wholeInQuery("Beats; 60 where it is left out. Minutes are kept for 48 hours.", {
        min: 1,
        max: 500,
      }).optional(),
    },
    "How many beats, and how long each.",
  ),
  answer: object(
    {
      ...span,
      minutes: whole("Of one beat."),
      data: listOf(
        object(
          {
            endpoint: text("Whose."),
            attempts: whole("In all of the beats."),
            failed: whole("Of these: failed."),
            beats: listOf(
              object(
                {
                  at: timestamp("When it begins."),
                  attempts: whole("Requests that were sent to the endpoint."),
                  failed: whole("Of these: failed, whoever answered the client in the end."),
                  state: choice(["idle", "ok", "some_failed", "failed"], "What that comes to."),
                },
                "A beat.",
              ),
              "The beats, the oldest first; none is left out.",
            ),
          },
          "An endpoint.",
        ),
        "The endpoints of the configuration, in their order.",
      ).max(10_000),
    },
    "The beats.",
  ).meta({ id: "Beats" }),
  run: () => {
    throw new GatewayError("internal");
  },
});

const listShares = operation({
  id: "listShares",
  tag: "usage",
  method: "GET",
  path: "/shares",
  summary:
    "The shares that endpoints really had in the requests for each model, beside the intended ones of `/models`.",
  query: object(
    {
      model: name("Only this one.").optional(),
      minutes: wholeInQuery("Of the last so many minutes; 60 where it is left out.", {
        min: 1,
        max: 1_440,
      }).optional(),
    },
    "Which.",
  ),
  answer: object(
    {
      ...span,
      data: listOf(
        object(
          {
            model: text("As asked for."),
            endpoint: text("Who answered; empty where nobody did."),
            requests: whole("Requests."),
            percent: amount("Of the requests for the model that were answered; 0 where nobody did."),
          },
          "A share.",
        ),
        "The shares.",
      ).max(100_000),
    },
    "The shares.",
  ),
  run: () => {
    throw new GatewayError("internal");
  },
});

/** The operations. */
export const SERIES_OPERATIONS: readonly AdminOperation[] = [getLatency, listBeats, listShares];
