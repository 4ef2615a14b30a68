// The form of the configuration file: keys, types, what each is for. One value at a time; rules about several
// values are in `rules-*.ts`. Read by `shape.ts`, by the JSON Schema that editors use and by the generator of
// docs/configuration.md.

import { LOG_LEVELS } from "../../core/summary.ts";
import { DEFAULTS } from "./defaults.ts";
import {
  checkAgainst,
  choice,
  duration,
  jsonSchemaOf,
  listOf,
  looseBlock,
  size,
  type Written,
} from "./fields.ts";
import { endpoint } from "./schema-endpoints.ts";
import { health, retries, streams } from "./schema-reliability.ts";
import { routing } from "./schema-routing.ts";
import { server } from "./schema-server.ts";
import type { ShapeIssue } from "./shape-issue.ts";

const discovery = looseBlock(
  {
    interval: duration("How often every endpoint is asked for its models.", DEFAULTS.discovery.interval),
    timeout: duration("How long an endpoint may take to list them.", DEFAULTS.discovery.timeout),
    max_list: size(
      "The largest list that is read. Of a larger one nothing is taken: the last good list stays, and a warning says so.",
      DEFAULTS.discovery.maxList,
    ),
  },
  "How the endpoints' models are found out (`GET {base_url}/models`).",
);

const log = looseBlock(
  {
    level: choice(LOG_LEVELS, "The least important lines to write.", DEFAULTS.log.level),
    format: choice(
      ["auto", "pretty", "json"],
      "`auto`: for people on a terminal, JSON lines elsewhere.",
      DEFAULTS.log.format,
    ),
  },
  "What is logged, and how.",
);

/** The whole file. Every section may be left out. */
const configSchema = looseBlock({
  server,
  endpoints: listOf(endpoint, "The APIs to put behind one address."),
  routing,
  retries,
  health,
  streams,
  discovery,
  log,
});

/** The file as written, its form checked. */
export type RawConfig = Written<typeof configSchema>;

/** One entry of `endpoints` as written. */
export type RawEndpoint = Written<typeof endpoint>;

/** Checks the form. Either the typed file or all that is wrong with it. */
export function checkShape(value: unknown): {
  readonly config: RawConfig | undefined;
  readonly issues: readonly ShapeIssue[];
} {
  const { value: config, issues } = checkAgainst(configSchema, value);
  return { config, issues };
}

/** The JSON Schema (2020-12) of the file as plain data, before `json-schema.ts` fits it for editors. */
export function rawJsonSchema(): unknown {
  return jsonSchemaOf(configSchema);
}
