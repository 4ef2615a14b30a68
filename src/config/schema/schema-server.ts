// The form of `server`. Called by `schema.ts`.

import { DEFAULTS } from "./defaults.ts";
import { duration, flag, listOf, looseBlock, size, sizeOrOff, text, whole } from "./fields.ts";

/** `server`. */
export const server = looseBlock(
  {
    host: text(
      "Address to listen on. Any other than a loopback address needs `api_keys` (or `allow_anonymous: true`).",
    ).meta({ default: DEFAULTS.server.host }),
    port: whole("Port to listen on; 0 takes a free one.", {
      min: 0,
      max: 65_535,
      fallback: DEFAULTS.server.port,
    }),
    api_keys: listOf(
      text("A client key."),
      "Keys that clients must send as `Authorization: Bearer KEY`. Enforced as soon as there is one. Visible ASCII without spaces.",
    ),
    allow_anonymous: flag(
      'Do without client keys where they are asked for otherwise: at another address than loopback, and with `cors_origins: ["*"]`. Web pages may call from the origins of `cors_origins` only, as ever.',
      DEFAULTS.server.allowAnonymous,
    ),
    cors_origins: listOf(
      text("An origin."),
      'Origins of web pages that may call the gateway besides those of localhost, such as `https://app.example.com`; `"*"` is every origin, and `"null"` that of files and embedded views, which any page can put on.',
    ),
    allowed_hosts: listOf(
      text("A host name."),
      "Names, without port, by which clients may address the gateway besides localhost, IP addresses and `host`: a guard against DNS rebinding.",
    ),
    pass_headers: listOf(
      text("The name of a header."),
      "Headers of clients that go to endpoints besides those that APIs are known to read (docs/clients.md lists these). Names of credentials are refused: what an endpoint needs is set by its `headers`.",
    ),
    pass_unknown_paths: flag(
      "Pass a POST with a `model` on to endpoints also where the gateway does not know its path; below `/v1` only. `true` while there are no `api_keys`, else `false`, since such a request goes out with the endpoint's own key.",
    ),
    max_body: size(
      "Largest request body; a larger one is answered with 413. From 1KiB to 1GiB.",
      DEFAULTS.server.maxBody,
    ),
    max_connections: whole(
      "Client connections open at most; further ones are answered with 503 and closed.",
      {
        min: 1,
        max: 1_000_000,
        fallback: DEFAULTS.server.maxConnections,
      },
    ),
    max_in_flight: whole(
      "Requests under way at most, over all endpoints, open streams among them. Further ones wait in `queue`. 0: no limit.",
      { min: 0, max: 1_000_000, fallback: DEFAULTS.server.maxInFlight },
    ),
    queue: looseBlock(
      {
        max: whole(
          "Requests that may wait; one more is answered with 503 and `Retry-After`. 0: none waits.",
          {
            min: 0,
            max: 100_000,
            fallback: DEFAULTS.server.queueMax,
          },
        ),
        timeout: duration(
          "How long a request may wait, before the same answer.",
          DEFAULTS.server.queueTimeout,
        ),
      },
      "Where requests wait while `max_in_flight` of them are under way.",
    ),
    timeouts: looseBlock(
      {
        head: duration("Until the head of a request must be complete.", DEFAULTS.server.head),
        body_idle: duration("Longest silence while a client sends its body.", DEFAULTS.server.bodyIdle),
        body: duration("Until the whole body must be there.", DEFAULTS.server.body),
        body_rate: sizeOrOff(
          "Bytes a second that a body must come with at least; one that is slower for longer than `body_idle` is answered with 408. Or `off`.",
          DEFAULTS.server.bodyRate,
        ),
        write_stall: duration(
          "How long a client may read nothing of its answer; then it is cut off, and its request at the endpoint too.",
          DEFAULTS.server.writeStall,
        ),
      },
      "Limits on clients.",
    ),
    drain_timeout: duration(
      "How long requests under way may take after SIGTERM, before they are cut.",
      DEFAULTS.server.drain,
    ),
  },
  "Where the gateway listens, who may call it, and how much at once.",
);
