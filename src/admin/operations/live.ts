// What goes on, as it goes on: a stream of events for a page that shows the gateway live.

import { type AdminOperation, operation } from "../operation/operation.ts";
import { requestShape } from "../operation/request-shape.ts";
import { healthShape, storeShape } from "../operation/serving-shapes.ts";
import { amount, choice, flag, listOf, object, orNull, text, timestamp, whole } from "../operation/shapes.ts";

/** The figures of the overview. */
const stateShape = object(
  {
    at: timestamp("When they were read."),
    version: orNull(text("Of the program.")),
    instance: text("Another one after each start: what a page knows of the one before is stale."),
    uptime_ms: whole("Since the start."),
    requests_per_second: orNull(
      amount("Of the last ten seconds, or since somebody began to listen; null while nobody does."),
    ),
    failed_per_second: orNull(amount("Of these: failed.")),
    in_flight: whole("Requests under way."),
    waiting: whole("Requests that wait to be let in."),
    lag_ms: amount("How late the event loop was at the last beat."),
    pressure: orNull(
      choice(["event_loop", "heap", "memory"], "Why new requests are refused; null while they are not."),
    ),
    is_draining: flag("Whether the gateway is being stopped."),
    open_connections: whole("Connections of clients."),
    models: whole("Public names that can be asked for."),
    config_age_ms: whole("Since the configuration was put in force."),
    store: storeShape,
    endpoints: listOf(
      object(
        {
          name: text("Its name."),
          health: healthShape,
          until: orNull(timestamp("Until when it is down or rests; null where it is not.")),
          in_flight: whole("Attempts under way there, of all processes."),
          models: whole("Models that it offers."),
          rests: whole("Keys and models of it that rest."),
        },
        "An endpoint.",
      ),
      "The endpoints.",
    ).max(10_000),
  },
  "The gateway at a moment.",
).meta({ id: "State" });

const events = object(
  {
    request: requestShape.describe("A request is over."),
    state: stateShape.describe("At the beginning, and every two seconds."),
    config: object(
      {
        at: timestamp("When."),
        kind: choice(["file", "none", "detected", "demo"], "Where the configuration comes from."),
        change: text("What changed, in a few words."),
      },
      "Another configuration is in force.",
    ),
    missed: object(
      { count: whole("Requests.") },
      "This listener was too slow for so many requests, or there were too many.",
    ),
  },
  "The data of each event, by the event's name. A comment comes every fifteen seconds.",
).meta({ id: "LiveEvents" });

const watchLive = operation({
  id: "watchLive",
  tag: "live",
  method: "GET",
  path: "/live",
  summary: "Server-sent events: settled requests, figures of the gateway, changes of the configuration.",
  media: "text/event-stream",
  answer: events,
  run: ({ parts, actor }) => ({
    stream: (reply, headers) => parts.live.listen(reply, headers, actor),
  }),
});

const getState = operation({
  id: "getState",
  tag: "live",
  method: "GET",
  path: "/state",
  summary: "The figures of the overview, once.",
  answer: stateShape,
  run: ({ parts }) => ({ value: parts.live.state() }),
});

/** The operations. */
export const LIVE_OPERATIONS: readonly AdminOperation[] = [watchLive, getState];
