// One request of the log as the admin API tells it.

import { CHOICE_REASONS, PASSED_OVER_REASONS } from "../../core/summary.ts";
import type { LedgerEntry } from "../../store/store.ts";
import { bodiesOf, bodiesShape } from "./body-shapes.ts";
import { dollars } from "./dollars.ts";
import { choice, flag, listOf, name, object, orNull, real, text, timestamp, whole } from "./shapes.ts";

const whyAsked = object(
  {
    reason: choice(
      CHOICE_REASONS,
      "`turn`: by its weight; `only`, `only_left`: no other there, or usable; `tier`: the first usable one; `sticky`, `least_in_flight`, `fastest_first_token`, `cheapest`: by that strategy; `pin`: named as `endpoint/model`; `home`: it keeps the object; `room`: the first full one with room; `rest_over`: after a wait for a rest's end; `failover`: one before had failed; `again`: itself after a wait; `hedge`: beside a slow one; `fallback`: the model asked for could not serve; `panic`: all left are ejected; `check`: all left rest for a limit; `last_resort`: nothing else left; `part`: it gives a part of the answer.",
    ),
    passedOver: listOf(
      object(
        {
          endpoint: text("Which endpoint."),
          why: choice(
            PASSED_OVER_REASONS,
            "`tried`: asked before; `drained`, `disabled`: by a person; `full`; `ejected`; `rate_limited`, `dead_key`, `quota`, `model_missing`: it rests for that; `exhausted`: its allowance is spent; `unproven`: a strike; `weight`: 0; `tier`: a later one.",
          ),
        },
        "One that was not asked.",
      ),
      "Those that were not asked, at most 8 of them.",
    ),
  },
  "Why this endpoint was asked.",
).meta({ id: "Choice" });

const attempt = object(
  {
    endpoint: text("Which endpoint."),
    credential: whole("The number of its key that was used; left out where it has one only.").optional(),
    upstreamModel: text("As the endpoint calls the model."),
    outcome: text(
      "`ok`; `refused`: an error of the caller's; `lost`: another one was faster; else how it failed.",
    ),
    status: whole("The endpoint's status, where it sent one.").optional(),
    reason: text("Where the connection failed: a code such as ECONNREFUSED.").optional(),
    choice: whyAsked.optional(),
    startedAfterMs: real("From the request's arrival to its beginning."),
    durationMs: real("How long it took."),
  },
  "One try at one endpoint.",
).meta({ id: "Attempt" });

const count = whole("A count.");

/** What the endpoint says that was used; what is nought may be left out. */
const usage = object(
  {
    input: count.describe("Tokens in, cached ones too."),
    output: count.describe("Tokens out, reasoning too."),
    cached: count.describe("Of the input: read from a cache."),
    cacheWrite5m: count,
    cacheWrite30m: count,
    cacheWrite1h: count,
    cacheWrite12h: count,
    reasoning: count.describe("Of the output."),
    audioInput: count,
    audioOutput: count,
    imageInput: count,
    imageOutput: count,
    acceptedPrediction: count,
    rejectedPrediction: count,
    webSearches: count,
    webFetches: count,
    images: count,
    seconds: real("Of audio or video."),
    characters: count,
    pages: count,
    searches: count,
    serviceTier: text("As answered.").optional(),
    inferenceGeo: text("As answered.").optional(),
    reportedNanoDollars: real("What the endpoint itself says that it costs.").optional(),
    isEstimate: flag("Counted by the gateway."),
    estimatedBy: text(
      "Of an estimate: `tokenizer` (as the vendor of the model counts), `ratio` (what it used for each byte before) or `characters`.",
    ).optional(),
  },
  "What was used.",
).meta({ id: "TokenUsage" });

/** A request of the log. */
export const requestShape = object(
  {
    id: name("Of the request: what its answer has as `x-request-id`."),
    at: timestamp("When it began."),
    key: orNull(text("The name of its client key.")),
    key_id: orNull(text("Its id.")),
    model: orNull(text("As asked for.")),
    endpoint: orNull(text("Who answered.")),
    upstream_model: orNull(text("As the endpoint calls it.")),
    operation: orNull(text("Which one.")),
    method: text("Of HTTP."),
    path: text("Without query."),
    client: text("The client's address."),
    status: whole("As sent to the client."),
    error: orNull(text("The code of the error.")),
    is_stream: flag("Whether it was streamed."),
    is_cached: flag("Whether it came from the gateway's own cache."),
    duration_ms: whole("All of it."),
    first_byte_ms: orNull(whole("Until the first byte of the answer.")),
    bytes_in: whole("Of the request's body."),
    bytes_out: whole("Of the answer's body."),
    attempts: listOf(attempt, "The tries."),
    usage: orNull(usage),
    cost: orNull(text("In US dollars; null where unknown.")),
    cost_source: text(
      "Whose price: config, endpoint, imported, table; `unpriced`, or `none` where nothing costs.",
    ),
    cost_date: orNull(text("The day of the price.")),
    bodies: orNull(bodiesShape),
  },
  "A request.",
).meta({ id: "Request" });

/** An entry of the ledger as the API tells it. */
export function requestOf(entry: LedgerEntry) {
  const { request, usage, cost } = entry;
  return {
    id: entry.requestId,
    at: new Date(entry.timeMs).toISOString(),
    key: orNone(entry.keyName),
    key_id: orNone(entry.keyId),
    model: orNone(entry.model),
    endpoint: orNone(entry.endpoint),
    upstream_model: orNone(entry.upstreamModel),
    operation: orNone(entry.operation),
    method: request.method,
    path: request.path,
    client: request.clientAddress,
    status: entry.status,
    error: orNone(entry.error),
    is_stream: entry.isStream,
    is_cached: entry.isCached,
    duration_ms: Math.round(request.durationMs),
    first_byte_ms: request.firstByteMs === undefined ? null : Math.round(request.firstByteMs),
    bytes_in: request.bytesIn,
    bytes_out: request.bytesOut,
    attempts: request.attempts,
    usage: usage ?? null,
    cost: dollars(cost.nanoDollars),
    cost_source: cost.source,
    cost_date: cost.date ?? null,
    bodies: request.bodies === undefined ? null : bodiesOf(request.bodies),
  };
}

function orNone(value: string): string | null {
  return value === "" ? null : value;
}
