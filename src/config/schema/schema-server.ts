// `server`: its keys, and what they become.

import { bareHost, normalOrigin } from "../../http/hosts.ts";
import { message } from "../../language/messages.ts";
import type { QueueLimits } from "../../routing/model.ts";
import { ENGINE_NAMES, USUAL_ENGINE } from "./engine-name.ts";
import {
  address,
  block,
  choice,
  duration,
  either,
  flag,
  headerName,
  later,
  limit,
  listOf,
  name,
  section,
  size,
  sizeOr,
  whole,
  word,
} from "./fields.ts";
import { clientKeys } from "./schema-client-keys.ts";
import { tlsBlock } from "./tls-block.ts";

/** More processes than this share nothing well, and each takes memory. */
const MAX_WORKERS = 64;
const WORKERS = message("kind.workers", { max: MAX_WORKERS });

/** A queue before a limit of requests under way. */
export function queueBlock(
  place: "server.queue" | "endpoints[].queue",
  words: { readonly block: string; readonly max: string; readonly timeout: string },
  max: number,
) {
  return section(place, () => {
    const keys = {
      max: whole(words.max, { min: 0, max: 100_000 }).prefault(max),
      timeout: duration(words.timeout).prefault("5s"),
    };
    return block(keys, words.block).transform(
      (raw): QueueLimits => ({ max: raw.max, timeoutMs: raw.timeout }),
    );
  });
}

/** `server.max_in_flight`. The default is twice what a busy gateway of one process holds open; each costs some memory. */
export const serverMaxInFlight = limit(
  "Requests under way at most, over all endpoints, open streams among them. Further ones wait in `queue`. 0: no limit.",
  2_048,
);

const timeouts = section("server.timeouts", () =>
  block(
    {
      head: duration("Until the head of a request must be complete.").prefault("10s"),
      body_idle: duration("Longest silence while a client sends its body.").prefault("30s"),
      // 64 MiB over a phone's 300 kbit/s take that long.
      body: duration("Until the whole body must be there.").prefault("30m"),
      // A tenth of the slowest connection of a phone, four times what a trickle that holds connections open needs.
      body_rate: sizeOr(
        0,
        "Bytes a second that a body must come with at least; one that is slower for longer than `body_idle` is answered with 408. Or `off`.",
      ).prefault("1KiB"),
      write_stall: duration(
        "How long a client may read nothing of its answer; then it is cut off, and its request at the endpoint too.",
      ).prefault("60s"),
    },
    "Limits on clients.",
  ),
);

const written = block(
  {
    host: name(
      "Address to listen on. Any other than a loopback address needs `api_keys` (or `allow_anonymous: true`).",
    ).prefault("127.0.0.1"),
    port: whole("Port to listen on; 0 takes a free one.", { min: 0, max: 65_535 }).prefault(8080),
    tls: tlsBlock({
      cert: "PEM file with the certificate and those that lead to its authority, such as `fullchain.pem`; relative to this file.",
      key: "PEM file with its key, such as `privkey.pem`.",
      block:
        "Speak TLS: `https://` and `wss://`, version 1.2 or later. The files are read again when they change, without a restart; to turn TLS on or off needs one.",
    }),
    api_keys: clientKeys.optional(),
    require_keys: flag(
      "Ask for a client key also where the configuration has none: for gateways whose keys are made by `oai-gateway keys create`. These are asked for anyway as soon as there is one.",
    ).prefault(false),
    allow_anonymous: flag(
      'Do without client keys where they are asked for otherwise: at another address than loopback, and with `cors_origins: ["*"]`. Web pages may call from the origins of `cors_origins` only, as ever.',
    ).prefault(false),
    cors_origins: later(() =>
      listOf(
        address("An origin."),
        'Origins of web pages that may call the gateway besides those of localhost, such as `https://app.example.com`; `"*"` is every origin, and `"null"` that of files and embedded views, which any page can put on.',
      ),
    ).optional(),
    allowed_hosts: later(() =>
      listOf(
        name("A host name."),
        "Names, without port, by which clients may address the gateway besides localhost, IP addresses and `host`: a guard against DNS rebinding.",
      ),
    ).optional(),
    pass_headers: later(() =>
      listOf(
        headerName("The name of a header."),
        "Headers of clients that go to endpoints besides those that APIs are known to read (docs/clients.md lists these). Names of credentials are refused: what an endpoint needs is set by its `headers`.",
      ),
    ).optional(),
    pass_unknown_paths: flag(
      "Pass a POST with a `model` on to endpoints also where the gateway does not know its path; below `/v1` only. `true` while there are no client keys, else `false`, since such a request goes out with the endpoint's own key.",
    ).optional(),
    max_body: size("Largest request body; a larger one is answered with 413. From 1KiB to 1GiB.").prefault(
      "64MiB",
    ),
    max_connections: whole(
      "Client connections open at most; further ones are answered with 503 and closed.",
      { min: 1, max: 1_000_000 },
    ).prefault(10_000),
    max_in_flight: serverMaxInFlight,
    queue: queueBlock(
      "server.queue",
      {
        block: "Where requests wait while `max_in_flight` of them are under way.",
        max: "Requests that may wait; one more is answered with 503 and `Retry-After`. 0: none waits.",
        timeout: "How long a request may wait, before the same answer.",
      },
      1_024,
    ),
    timeouts,
    engine: choice(
      ENGINE_NAMES,
      "What speaks HTTP with clients and endpoints: `fast` is the gateway's own, `node` is Node's own server and undici, slower, for a client or an endpoint that does not get on with `fast`. A change needs a restart.",
    ).prefault(USUAL_ENGINE),
    workers: later(() =>
      either(
        [
          whole("A number of processes.", { min: 1, max: MAX_WORKERS }),
          word("auto", "As many as there are cores.", WORKERS),
        ],
        WORKERS,
        "Processes that serve, on one port: as many as there are cores to use, or `auto`, which is the number that the system gives this one. With more than one another process owns the configuration and what is known of endpoints, and starts anew those that die. A change needs a restart.",
      ),
    ).default(1),
    drain_timeout: duration(
      "How long requests under way may take after SIGTERM, before they are cut.",
    ).prefault("30s"),
  },
  "Where the gateway listens, who may call it, and how much at once.",
);

/** `server`. */
export const server = written
  .transform((raw) => {
    const { api_keys: apiKeys = [], timeouts } = raw;
    return {
      /** Without the brackets of an IPv6 address. */
      host: bareHost(raw.host),
      port: raw.port,
      /** The files as written; the certificate itself is added when the configuration is compiled. */
      tls: raw.tls,
      /** Empty: no key is asked for. */
      apiKeys,
      /** Whether a key is asked for even where there is none. */
      requiresKeys: raw.require_keys,
      allowAnonymous: raw.allow_anonymous,
      /** Origins besides those of localhost, as browsers send them; `*` is every origin. */
      corsOrigins: (raw.cors_origins ?? []).map((origin) => normalOrigin(origin) ?? origin),
      /** Lower-case names besides localhost, addresses and `host`. */
      allowedHosts: (raw.allowed_hosts ?? []).map((host) => bareHost(host).toLowerCase()),
      /** Lower-case names of clients' headers that go to endpoints besides the usual ones. */
      passedHeaders: new Set((raw.pass_headers ?? []).map((name) => name.toLowerCase())),
      /**
       * Whether a POST to an unknown path below `/v1` is passed on. Who has only a client key must not reach every
       * path of an endpoint with the endpoint's own. Undefined: where nobody needs a key.
       */
      passesUnknownPaths: raw.pass_unknown_paths,
      maxBodyBytes: raw.max_body,
      /** Client connections open at most. */
      maxConnections: raw.max_connections,
      /** Requests under way at most, over all endpoints; Infinity when there is no limit. */
      maxInFlight: raw.max_in_flight,
      /** Where requests wait while that many are under way. */
      queue: raw.queue,
      /** Until the head of a request must be complete. */
      headMs: timeouts.head,
      /** Longest silence while a client sends its body. */
      bodyIdleMs: timeouts.body_idle,
      /** Until the whole body must be there. */
      bodyTotalMs: timeouts.body,
      /** Bytes a second that a body must come with; 0: as slowly as it likes. */
      bodyBytesPerSecond: timeouts.body_rate,
      /** How long a client may read nothing of its answer. */
      writeStallMs: timeouts.write_stall,
      /** How long requests under way may take once the process has been told to stop. */
      drainMs: raw.drain_timeout,
      /** What speaks HTTP. */
      engine: raw.engine,
      /** Processes that serve; `auto`: as many as the system gives this one cores. */
      workers: raw.workers,
    };
  })
  .prefault({});
