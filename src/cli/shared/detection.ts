// Looks for endpoints where nothing is configured and makes a configuration of what is found.

import { type DetectedEndpoint, type Detection, type DetectRow, detect } from "../../catalogue/detect.ts";
import { compileEndpoint, configFromEndpoints, type GatewayConfig } from "../../config/compile.ts";
import { environmentIn } from "../../config/file/load.ts";
import { EnvironmentProxies } from "../../config/proxies/environment-proxies.ts";
import type { Diagnostic } from "../../config/report/diagnostics.ts";
import { USUAL_ENGINE } from "../../config/schema/engine-name.ts";
import { systemClock } from "../../core/clock.ts";
import { lookupIn } from "../../core/env.ts";
import { loadEngine } from "../../engines.ts";
import type { Endpoint } from "../../routing/model.ts";
import type { CommandContext } from "../terminal/command.ts";
import type { EndpointRow } from "./start-block.ts";
import type { Found } from "./start-facts.ts";

/** What was found, and why it may be less than there is: a `.env` that cannot be read. */
export type LookedAround = Detection & { readonly warnings: readonly Diagnostic[] };

/**
 * Looks everywhere at once, in the `.env` of the working folder as well; takes as long as the slowest answer, five
 * seconds at most.
 */
export async function lookAround(
  { env: outer, cwd }: Pick<CommandContext, "env" | "cwd">,
  ownPort: number,
): Promise<LookedAround> {
  const { env, warnings } = await environmentIn(cwd, outer);
  const { createClient } = await loadEngine(USUAL_ENGINE);
  const client = createClient();
  try {
    const proxies = new EnvironmentProxies(lookupIn(env, undefined));
    const proxyFor = (origin: string) => proxies.for(origin);
    const detection = await detect({ env, client, clock: systemClock, ownPort, proxyFor });
    return { ...detection, warnings };
  } finally {
    await client.close();
  }
}

/** The configuration that what was found amounts to. */
export function configOf(detection: Detection): GatewayConfig {
  return configFromEndpoints(detection.endpoints.map(endpointOf));
}

function endpointOf(found: DetectedEndpoint): Endpoint {
  const key = found.apiKey === undefined ? {} : { api_key: found.apiKey };
  return compileEndpoint({ name: found.name, base_url: found.baseUrl, ...key }, found.definedAt, found.proxy);
}

/** What the start table shows of a detection besides the endpoints themselves. */
export function foundOf(detection: Detection): Found {
  const used = new Set(detection.endpoints.map((endpoint) => endpoint.name));
  const sources = detection.rows
    .filter((row) => used.has(row.name))
    .map((row) => [row.name, sourceOf(row)] as const);
  return { sources: new Map(sources), unused: detection.rows.filter((row) => isWorthALine(row)).map(rowOf) };
}

/** Nine ports on which nothing listens are no news; servers that answer oddly and rejected keys are. */
function isWorthALine(row: DetectRow): boolean {
  return row.kind === "skipped" || (row.kind === "absent" && row.note?.key !== "found.absent");
}

function sourceOf(row: DetectRow): string {
  return row.maskedKey === undefined ? row.source : `${row.source} ${row.maskedKey}`;
}

function rowOf(row: DetectRow): EndpointRow {
  return {
    name: row.name,
    weight: 0,
    mark: row.kind === "skipped" ? "warn" : "none",
    source: sourceOf(row),
    modelCount: row.modelCount,
    durationMs: undefined,
    note: row.note,
  };
}
