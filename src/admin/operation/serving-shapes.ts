// What the running gateway tells of itself, by schema: its endpoints, its models, and how a request would be routed.

import {
  amount,
  choice,
  flag,
  listOf,
  object,
  orNull,
  real,
  type Shape,
  said,
  text,
  timestamp,
  whole,
} from "./shapes.ts";

/** Numbers that no schema bounds: more than a thousand models may be of one endpoint. */
const many = <T extends Shape>(one: T, description: string) => listOf(one, description).max(200_000);

/** One rest or ejection. */
export const restShape = object(
  {
    endpoint: text("Whose."),
    key: orNull(whole("The number of the endpoint's key; null for the endpoint, or its only key.")),
    model: orNull(text("The endpoint's own name for it; null for all its models.")),
    operation: orNull(text("Which operation; null for every one.")),
    why: said("Why it rests."),
    until: timestamp("Its end. A moment that has passed: the next request tries it."),
  },
  "A rest or an ejection.",
).meta({ id: "Rest" });

const gateShape = object(
  {
    inFlight: whole("Requests under way."),
    waiting: whole("Requests that wait."),
    refused: whole("Refused since the start."),
  },
  "A bound on requests under way.",
).meta({ id: "Gate" });

const breaker = {
  state: choice(["closed", "open", "half_open"], "`closed` is health."),
  until: orNull(timestamp("The end of the ejection; null while there is none.")),
  ejections: whole("In a row."),
  consecutiveStrikes: whole("Failures in a row."),
  requestsInWindow: whole("Requests that are judged by."),
  strikesInWindow: whole("Of these: failed."),
  isProbeOut: flag("Whether one request is trying it now."),
  weightFactor: amount("By which its weight is taken while it comes back; 1 in health."),
};

const targetShape = object(
  {
    model: text("The endpoint's own name for it."),
    breakers: many(
      object({ ...breaker, operation: text("The operation.") }, "The health of one operation."),
      "The health of its operations, where anything is known.",
    ),
    load: orNull(
      object(
        {
          inFlight: whole("Requests under way."),
          streamMs: real("Milliseconds to the first token of a stream, estimated."),
          plainMs: real("The same of a plain answer."),
        },
        "Its load; only where a strategy weighs loads.",
      ),
    ),
  },
  "What is known of one model at one endpoint.",
);

/** How an endpoint is, in a word. */
export const healthShape = choice(
  ["ok", "resting", "down", "recovering", "no_models", "asking", "draining", "disabled"],
  "`down`: ejected; `recovering`: one request tries it; `resting`: it waits, for a rate limit or a key; `no_models`: it has told none.",
);

/** One endpoint. */
export const endpointShape = object(
  {
    name: text("Its name."),
    health: healthShape,
    until: orNull(timestamp("Until when it is down or rests; null where it is not.")),
    isEnabled: flag("Whether it serves."),
    isDraining: flag("Whether it takes no new requests while those under way end."),
    weight: amount("Its weight as configured."),
    priority: whole("Its tier: a larger one is used only when nothing of the smaller ones is available."),
    keyCount: whole("Keys that it has; 0 for one that needs none."),
    list: object(
      {
        state: choice(
          ["listed", "static", "saved", "no_list", "failed", "rejected_key", "asking", "disabled"],
          "What is known of its models, and whence.",
        ),
        modelCount: whole("Models that it offers now."),
        ageMs: orNull(real("Since the last good answer.")),
        tookMs: orNull(real("How long the last question took.")),
        reason: orNull(said("Why there is no new list.")),
      },
      "Its list of models.",
    ),
    breaker: orNull(object(breaker, "The health of the way to it.")),
    inFlight: whole("Attempts under way there, of all processes."),
    gate: orNull(gateShape),
    rests: many(restShape, "What rests or is ejected."),
    targets: many(targetShape, "Models of which something is known."),
  },
  "An endpoint.",
).meta({ id: "Endpoint" });

/** How a request would be routed. */
export const planShape = object(
  {
    object: choice(["oai_gateway.plan"], "What it is."),
    model: text("The public name."),
    origin: choice(["listed", "override", "prefix", "pin", "suffix"], "Why the name is served."),
    strategy: choice(
      ["weighted", "least_in_flight", "fastest_first_token", "cheapest", "sticky"],
      "How a target is chosen.",
    ),
    next: orNull(text("The endpoint that the next request goes to; null where none can serve.")),
    candidates: many(
      object(
        {
          endpoint: text("Its endpoint."),
          model: text("As the endpoint calls it."),
          weight: amount("Its weight."),
          priority: whole("Its tier."),
          share_percent: amount("The intended share of requests while nothing fails."),
          is_next: flag("Whether the next request goes there."),
          skipped: orNull(said("Why it would be left out; null where it would not.")),
          rests: many(restShape, "What rests on the way to it."),
        },
        "A target.",
      ),
      "The targets.",
    ),
    fallbacks: many(
      object(
        {
          model: text("The other model."),
          on: listOf(
            choice(
              ["rate_limited", "unavailable", "credentials", "model_missing", "context_length"],
              "A failure.",
            ),
            "The failures that lead there.",
          ),
        },
        "A step.",
      ),
      "Models that are asked when no target can serve.",
    ),
  },
  "The plan.",
).meta({ id: "Plan" });

/** One public name. */
export const modelShape = object(
  {
    isListed: flag("Whether clients see it in their list."),
    isPublic: flag("Whether they would, were there a target."),
    isTiered: flag("Whether its targets are of different tiers."),
    plan: planShape,
    retryBudget: orNull(
      object(
        {
          requestsInWindow: whole("Requests."),
          retriesInWindow: whole("Retries."),
          activeRequests: whole("Requests under way."),
          activeRetries: whole("Retries under way."),
          retriesGranted: whole("Since the start."),
          retriesDenied: whole("Since the start."),
        },
        "How much it may retry; null before the first request.",
      ),
    ),
  },
  "A model.",
).meta({ id: "Model" });

/** The store. */
export const storeShape = object(
  {
    kind: choice(["file", "memory", "off"], "Where it is."),
    health: choice(
      ["ok", "locked", "full", "read_only", "corrupt", "missing", "newer", "failed"],
      "How it is.",
    ),
    reason: text("What is wrong.").optional(),
    queued: whole("Entries that wait to be written."),
    lost: whole("Entries that could not be kept since the start."),
    bytes: whole("Bytes on the disk."),
  },
  "The store.",
).meta({ id: "Store" });

const configOrigin = object(
  {
    kind: choice(["file", "none", "detected", "demo"], "Where the configuration comes from."),
    path: text("Of the file.").optional(),
    ageMs: real("Since it was put in force."),
  },
  "The configuration in force.",
);

/** The running gateway. */
export const gatewayShape = object(
  {
    endpoints: many(endpointShape, "The endpoints."),
    notes: many(
      object(
        {
          kind: choice(
            ["not_among_targets", "unlisted_target", "no_usable_target", "overrides_ignored", "name_clash"],
            "What it is about.",
          ),
          model: text("The public name."),
          endpoint: text("The endpoint.").optional(),
          message: said("What there is to know."),
        },
        "Something odd about the routing.",
      ),
      "What is odd about the routing.",
    ),
    overload: object(
      {
        gate: gateShape,
        pressure: orNull(
          choice(["event_loop", "heap", "memory"], "Why new requests are refused; null while they are not."),
        ),
        refusedForPressure: whole("Requests, since the start."),
        bodyBytes: whole("Bytes of request bodies held now."),
        waitingForRests: whole("Requests that wait for the end of a short rest."),
      },
      "How much is under way.",
    ),
    cache: object(
      {
        entries: whole("Answers."),
        bytes: whole("Bytes of memory."),
        maxBytes: whole("At most."),
        hits: whole("Requests answered from it since the start."),
        misses: whole("Requests that might have been."),
      },
      "Answers that are used again.",
    ),
    lagMs: real("How late the event loop was at the last beat."),
    isDraining: flag("Whether it is being stopped."),
    version: orNull(text("Of the program.")),
    uptimeMs: real("Since the start."),
    config: configOrigin,
    listener: orNull(
      object(
        {
          host: text("The address bound."),
          port: whole("The port."),
          openConnections: whole("Connections of clients."),
          maxConnections: whole("At most."),
          refusedConnections: whole("Since the start."),
        },
        "Where clients come in.",
      ),
    ),
    store: storeShape,
  },
  "The running gateway.",
).meta({ id: "Gateway" });
