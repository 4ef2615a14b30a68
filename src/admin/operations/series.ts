// What charts are drawn from: latency by time, beats of the endpoints, and the shares that requests really had. All of it
// comes from sums.

import { message } from "../../language/messages.ts";
import type { Quantiles } from "../../store/latency-bins.ts";
import { InvalidAsk } from "../operation/admin-error.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
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
  type ValueOf,
  whole,
  wholeInQuery,
  wordsInQuery,
} from "../operation/shapes.ts";
import { storeOf } from "../operation/store-of.ts";

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

const latencyQuery = object(
  {
    by: wordsInQuery(
      ["minute", "hour", "day", "model", "endpoint"],
      "A unit of time, or one of the others, or both; all in one line where it is left out.",
    ).optional(),
    from: moment("From here on; the last 24 hours where it is left out.").optional(),
    to: moment("Until before here.").optional(),
    model: name("Only this model.").optional(),
    endpoint: name("Only what this endpoint answered.").optional(),
  },
  "What is asked: of model and endpoint one at most.",
);

const getLatency = operation({
  id: "getLatency",
  tag: "usage",
  method: "GET",
  path: "/latency",
  summary: "How long requests took, and their first tokens, by time, model or endpoint.",
  query: latencyQuery,
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
      ).max(20_000),
    },
    "Of requests that an endpoint answered well; not of answers that were used again.",
  ),
  run: async ({ parts, query }) => ({ value: await latencyOf(parts, query) }),
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
  run: async ({ parts, query }) => ({ value: await beatsOf(parts, query.minutes ?? 1, query.count ?? 60) }),
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
  run: async ({ parts, query }) => ({ value: await sharesOf(parts, query.model, query.minutes ?? 60) }),
});

/** The operations. */
export const SERIES_OPERATIONS: readonly AdminOperation[] = [getLatency, listBeats, listShares];

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** @throws GatewayError, StoreFailure */
async function latencyOf(parts: AdminParts, query: ValueOf<typeof latencyQuery>) {
  const { by = [], model, endpoint, from, to } = query;
  const units = by.filter((one) => one !== "model" && one !== "endpoint");
  const dimensions = by.filter((one) => one === "model" || one === "endpoint");
  const [unit] = units;
  const [dimension] = dimensions;
  const asked = new Set<string>([...dimensions, ...(model === undefined ? [] : ["model"])]);
  if (endpoint !== undefined) asked.add("endpoint");
  if (units.length > 1 || asked.size > 1)
    throw new InvalidAsk([
      {
        at: "query.by",
        message: message("ask.latencyBy"),
      },
    ]);
  const named = {
    dimension: model === undefined ? "endpoint" : "model",
    name: model ?? endpoint ?? "",
  } as const;
  const toMs = to ?? parts.clock.wallMs() + 1;
  const fromMs = from ?? toMs - DAY_MS;
  const only = model === undefined && endpoint === undefined ? undefined : named;
  const rows = await storeOf(parts).latency({ unit, by: dimension, only, fromMs, toMs });
  return {
    ...spanOf(fromMs, toMs),
    data: rows.map(({ timeMs, value, firstToken, duration }) => ({
      group: {
        ...(unit === undefined ? {} : { [unit]: new Date(timeMs).toISOString() }),
        ...(dimension === undefined ? {} : { [dimension]: value }),
      },
      first_token: toldQuantiles(firstToken),
      duration: toldQuantiles(duration),
    })),
  };
}

/** @throws GatewayError, StoreFailure */
async function beatsOf(parts: AdminParts, minutes: number, count: number) {
  const sizeMs = minutes * MINUTE_MS;
  const toMs = (Math.floor(parts.clock.wallMs() / sizeMs) + 1) * sizeMs;
  const fromMs = Math.max(toMs - count * sizeMs, toMs - Math.floor((2 * DAY_MS) / sizeMs) * sizeMs);
  const rows = Map.groupBy(await storeOf(parts).beats({ fromMs, toMs }), ({ endpoint }) => endpoint);
  const length = Math.round((toMs - fromMs) / sizeMs);
  const { endpoints } = (parts.serving?.config() ?? parts.config).plan;
  const data = endpoints.map(({ name: endpoint }) => {
    const sums = Array.from({ length }, () => ({ attempts: 0, failed: 0 }));
    for (const { timeMs, attempts, failed } of rows.get(endpoint) ?? []) {
      const sum = sums[Math.floor((timeMs - fromMs) / sizeMs)];
      if (sum === undefined) continue;
      sum.attempts += attempts;
      sum.failed += failed;
    }
    const total = (figure: "attempts" | "failed") => sums.reduce((sum, one) => sum + one[figure], 0);
    const beats = sums.map((sum, at) => ({
      at: new Date(fromMs + at * sizeMs).toISOString(),
      ...sum,
      state: beatState(sum),
    }));
    return { endpoint, attempts: total("attempts"), failed: total("failed"), beats };
  });
  return { ...spanOf(fromMs, toMs), minutes, data };
}

function beatState({
  attempts,
  failed,
}: {
  readonly attempts: number;
  readonly failed: number;
}): "idle" | "ok" | "some_failed" | "failed" {
  if (attempts === 0) return "idle";
  if (failed === 0) return "ok";
  return failed < attempts ? "some_failed" : "failed";
}

/** @throws GatewayError, StoreFailure */
async function sharesOf(parts: AdminParts, model: string | undefined, minutes: number) {
  const toMs = parts.clock.wallMs() + 1;
  const fromMs = toMs - minutes * MINUTE_MS;
  const rows = await storeOf(parts).usage({ groups: ["model", "endpoint"], fromMs, toMs, model });
  const answered = new Map<string, number>();
  const lines = rows.map(({ values: [name = "", endpoint = ""], requests }) => {
    const line = { model: String(name), endpoint: String(endpoint), requests };
    if (line.endpoint !== "") answered.set(line.model, (answered.get(line.model) ?? 0) + requests);
    return line;
  });
  const data = lines.map((line) => {
    const total = line.endpoint === "" ? 0 : (answered.get(line.model) ?? 0);
    return { ...line, percent: total === 0 ? 0 : Math.round((10_000 * line.requests) / total) / 100 };
  });
  return { ...spanOf(fromMs, toMs), data };
}

function spanOf(fromMs: number, toMs: number) {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

function toldQuantiles(quantile: Quantiles) {
  if (quantile === null) return null;
  const { count, p50, p90, p95, p99 } = quantile;
  return { count, p50_ms: p50, p90_ms: p90, p95_ms: p95, p99_ms: p99 };
}
