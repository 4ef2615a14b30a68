// What the gateway runs on of `traces`: what the file leaves out is taken from the standard variables, key by key.

import type { Lookup } from "../../core/env.ts";
import type { TraceSettings } from "../../core/traces/trace.ts";
import type { EnvironmentProxies } from "../proxies/environment-proxies.ts";
import type { DecodedConfig } from "../schema/schema.ts";
import { collectorAddress } from "./collector-address.ts";
import { readTraceVariables } from "./trace-variables.ts";

const USUAL = { ratio: 1, intervalMs: 5_000, timeoutMs: 10_000, serviceName: "oai-gateway" };

/** What the settings are made of besides the file. */
type TraceSurroundings = {
  readonly lookup: Lookup;
  readonly proxies: EnvironmentProxies;
  readonly pemOf: (caFile: string) => string | undefined;
};

/** Undefined where traces are off: nobody names a collector, or the file does not want any. */
export function compileTraces(
  file: DecodedConfig["traces"],
  { lookup, proxies, pemOf }: TraceSurroundings,
): TraceSettings | undefined {
  if (!file.isEnabled) return undefined;
  const variables = readTraceVariables(lookup);
  const url = written(file.endpoint) ?? variables.address;
  if (url === undefined) return undefined;
  const headers =
    file.headers === undefined
      ? variables.headers
      : Object.entries(file.headers).flatMap(([name, value]) => [name.toLowerCase(), value]);
  const { "service.name": named, ...resource } = file.resource ?? {};
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    headers: headers ?? [],
    ratio: file.ratio ?? variables.ratio ?? USUAL.ratio,
    followsParent: file.followsParent ?? variables.followsParent ?? true,
    hasContent: file.hasContent,
    serviceName: file.serviceName ?? named ?? variables.serviceName ?? USUAL.serviceName,
    resource: { ...variables.resource, ...resource },
    intervalMs: file.intervalMs ?? variables.intervalMs ?? USUAL.intervalMs,
    timeoutMs: file.timeoutMs ?? variables.timeoutMs ?? USUAL.timeoutMs,
    caPem: file.caFile === undefined ? undefined : pemOf(file.caFile),
    proxyUrl: proxies.for(url.origin)?.url(),
  };
}

function written(endpoint: string | undefined): URL | undefined {
  if (endpoint === undefined || endpoint.trim() === "") return undefined;
  const found = collectorAddress(endpoint, "either");
  return found.kind === "ok" ? found.url : undefined;
}
