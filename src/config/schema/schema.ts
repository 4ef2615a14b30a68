// The form of the configuration file: its keys, the types, defaults and purpose of each, and what they become. One value
// at a time: rules about several values are in `rules/`.

import { LOG_LEVELS } from "../../core/summary.ts";
import {
  block,
  choice,
  type Decoded,
  decodeWith,
  duration,
  flag,
  jsonSchemaOf,
  listOf,
  section,
  size,
} from "./fields.ts";
import { alerts, budgets, limits } from "./schema-accounts.ts";
import { admin, metrics, statusPage } from "./schema-admin.ts";
import { cache } from "./schema-cache.ts";
import { type DecodedEndpoint, endpoint, type WrittenEndpoint } from "./schema-endpoints.ts";
import { health, retries, streams } from "./schema-reliability.ts";
import { routing } from "./schema-routing.ts";
import { server } from "./schema-server.ts";
import { store, traces } from "./schema-store.ts";
import type { ShapeIssue } from "./shape-issue.ts";

const discovery = section("discovery", () =>
  block(
    {
      interval: duration("How often every endpoint is asked for its models.").prefault("5m"),
      timeout: duration("How long an endpoint may take to list them.").prefault("5s"),
      max_list: size(
        "The largest list that is read. Of a larger one nothing is taken: the last good list stays, and a warning says so.",
      ).prefault("1MiB"),
    },
    "How the endpoints' models are found out (`GET {base_url}/models`).",
  ).transform((raw) => ({
    intervalMs: raw.interval,
    timeoutMs: raw.timeout,
    maxListBytes: raw.max_list,
  })),
);

const log = section("log", () =>
  block(
    {
      level: choice(LOG_LEVELS, "The least important lines to write.").prefault("info"),
      format: choice(
        ["auto", "pretty", "json"],
        "`auto`: for people on a terminal, JSON lines elsewhere.",
      ).prefault("auto"),
    },
    "What is logged, and how.",
  ),
);

const usage = section("usage", () =>
  block(
    {
      ask_in_streams: flag(
        "Ask endpoints for the usage of a chat's stream where the client has not asked (`stream_options.include_usage`), and take the answer to that out again before the client gets it. An endpoint that refuses the option is remembered and not asked again for a day. Without it nothing is known of what such streams use.",
      ).prefault(true),
    },
    "How it is found out what requests use.",
  ).transform((raw) => ({ asksInStreams: raw.ask_in_streams })),
);

/** The whole file. Every section may be left out. */
const configSchema = block({
  server,
  endpoints: listOf(endpoint, "The APIs to put behind one address.").optional(),
  routing,
  retries,
  health,
  streams,
  limits,
  budgets,
  alerts,
  cache,
  discovery,
  usage,
  log,
  traces,
  admin,
  metrics,
  status_page: statusPage,
  store,
});

/** The file decoded: units converted, defaults filled in. What needs its place or another section is still apart. */
export type DecodedConfig = Decoded<typeof configSchema>;

/** Checks the form and decodes. Either the decoded file or all that is wrong with it. */
export function decodeConfig(value: unknown): {
  readonly config: DecodedConfig | undefined;
  readonly issues: readonly ShapeIssue[];
} {
  const { value: config, issues } = decodeWith(configSchema, value);
  return { config, issues };
}

/**
 * Decodes one entry of `endpoints` that comes from elsewhere than a file.
 * @throws Error where its form is wrong
 */
export function decodeEndpoint(written: WrittenEndpoint): DecodedEndpoint {
  return endpoint.parse(written);
}

/** What a file has that has nothing in it. */
export function decodeNothing(): DecodedConfig {
  return configSchema.parse({});
}

/** Makes the schema when it is first asked for, and keeps it only as long as the memory is not wanted. */
class SchemaOnDemand {
  #kept: WeakRef<object> | undefined;

  value(): object {
    const kept = this.#kept?.deref();
    if (kept !== undefined) return kept;
    const made = jsonSchemaOf(configSchema);
    this.#kept = new WeakRef(made);
    return made;
  }
}

const JSON_SCHEMA = new SchemaOnDemand();

/**
 * The JSON Schema (2020-12) of the file as plain data, before `json-schema.ts` fits it for editors. Every check of a
 * file with a problem asks for it some times, so that all are given the same one: nobody may change it.
 */
export function rawJsonSchema(): unknown {
  return JSON_SCHEMA.value();
}
