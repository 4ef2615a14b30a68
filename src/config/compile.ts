// Turns the checked file into what the gateway runs on: defaults filled in, units converted, addresses and headers
// made ready. Checks nothing: all that it is given is valid. Called by `load.ts`, by detection and by the demo.

import type { LOG_LEVELS } from "../core/summary.ts";
import { EndpointSecrets } from "../routing/endpoint-secrets.ts";
import type { Credential, Endpoint, ModelSelection, RoutingPlan, Timeouts } from "../routing/model.ts";
import { ACCOUNT_HEADERS } from "../wires/headers/account-headers.ts";
import { endpointWire } from "../wires/registry/wires.ts";
import { compileRouting, type DefinedAt } from "./compile-routing.ts";
import {
  compileReliability,
  compileServer,
  type ReliabilityConfig,
  type ServerConfig,
} from "./compile-server.ts";
import { type BaseUrl, readBaseUrl } from "./rules/base-url.ts";
import { DEFAULTS } from "./schema/defaults.ts";
import type { RawConfig, RawEndpoint } from "./schema/schema.ts";
import { bytesOf, limitOf, millisecondsOf } from "./schema/units.ts";

/** Everything the gateway runs on; immutable, replaced whole by a reload. */
export type GatewayConfig = {
  readonly server: ServerConfig;
  readonly plan: RoutingPlan;
  readonly reliability: ReliabilityConfig;
  readonly discovery: {
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly maxListBytes: number;
  };
  readonly log: {
    readonly level: (typeof LOG_LEVELS)[number];
    readonly format: "auto" | "pretty" | "json";
  };
  /** The file it came from; undefined when there is none. */
  readonly configFile: string | undefined;
};

/** What compiling needs besides the file's values. */
export type Origin = {
  readonly configFile: string | undefined;
  readonly definedAt: DefinedAt;
  /** The certificates in the `ca_file` of an endpoint. */
  readonly pemOf: (caFile: string) => string | undefined;
};

/** Compiles a valid configuration. */
export function compileConfig(raw: RawConfig, origin: Origin): GatewayConfig {
  const endpoints = (raw.endpoints ?? []).map((endpoint, index) =>
    compileEndpoint(
      endpoint,
      origin.definedAt(["endpoints", index]),
      endpoint.ca_file === undefined ? undefined : origin.pemOf(endpoint.ca_file),
    ),
  );
  const plan = { ...compileRouting(raw, origin.definedAt), endpoints };
  return {
    server: compileServer(raw.server ?? {}),
    plan,
    reliability: compileReliability(raw, plan),
    discovery: {
      intervalMs: millisecondsOf(raw.discovery?.interval, DEFAULTS.discovery.interval),
      timeoutMs: millisecondsOf(raw.discovery?.timeout, DEFAULTS.discovery.timeout),
      maxListBytes: bytesOf(raw.discovery?.max_list, DEFAULTS.discovery.maxList),
    },
    log: { level: raw.log?.level ?? DEFAULTS.log.level, format: raw.log?.format ?? DEFAULTS.log.format },
    configFile: origin.configFile,
  };
}

/** What runs when nothing is configured: the defaults and no endpoint. */
export function emptyConfig(): GatewayConfig {
  return compileConfig({}, { configFile: undefined, definedAt: () => "", pemOf: () => undefined });
}

/** A configuration without a file, of endpoints that were detected or made; the rest is default. */
export function configFromEndpoints(endpoints: readonly Endpoint[]): GatewayConfig {
  const config = emptyConfig();
  return { ...config, plan: { ...config.plan, endpoints } };
}

/**
 * Compiles one endpoint, given in the file's own notation; `definedAt` says where it comes from.
 * @throws Error where `base_url` is not valid, which the checks rule out for files
 */
export function compileEndpoint(raw: RawEndpoint, definedAt: string, caPem?: string): Endpoint {
  const { baseUrl, origin, basePath, rootPath } = addressOf(raw.base_url);
  const usual = DEFAULTS.endpoint;
  const credentials = credentialsOf(raw);
  const fixedHeaders = headersOf(raw);
  const wire = endpointWire(raw.api, origin);
  return {
    name: raw.name,
    baseUrl,
    origin,
    basePath,
    rootPath,
    wire,
    weight: raw.weight ?? usual.weight,
    priority: raw.priority ?? usual.priority,
    enabled: raw.enabled ?? usual.enabled,
    maxInFlight: limitOf(raw.max_in_flight, usual.maxInFlight),
    queue: {
      max: raw.queue?.max ?? usual.queueMax,
      timeoutMs: millisecondsOf(raw.queue?.timeout, usual.queueTimeout),
    },
    probe:
      raw.probe === undefined
        ? undefined
        : {
            model: raw.probe.model,
            intervalMs: millisecondsOf(raw.probe.interval, usual.probeInterval),
          },
    caPem,
    credentials,
    fixedHeaders,
    passesApiVersion: raw.pass_api_version ?? wire.passesApiVersion,
    secrets: new EndpointSecrets({ credentials, fixedHeaders }),
    timeouts: timeoutsOf(raw.timeouts ?? {}),
    models: modelsOf(raw.models),
    definedAt,
  };
}

/** Numbered as in the file, also where a key is left out because its variable is empty. */
function credentialsOf(raw: RawEndpoint): Endpoint["credentials"] {
  const keys = raw.api_keys ?? [raw.api_key ?? ""];
  const [first, ...others] = keys.flatMap((apiKey, index): readonly Credential[] =>
    apiKey === "" ? [] : [{ id: index + 1, apiKey }],
  );
  return first === undefined ? [{ id: 1, apiKey: undefined }] : [first, ...others];
}

function addressOf(text: string): BaseUrl {
  const result = readBaseUrl(text);
  if (result.kind === "bad") throw new Error(`base_url ${result.message}`);
  return result.url;
}

function headersOf(raw: RawEndpoint): readonly string[] {
  const headers = Object.entries(raw.headers ?? {}).flatMap(([name, value]) => [name.toLowerCase(), value]);
  if (raw.organization !== undefined && raw.organization !== "")
    headers.push(ACCOUNT_HEADERS.organization, raw.organization);
  if (raw.project !== undefined && raw.project !== "") headers.push(ACCOUNT_HEADERS.project, raw.project);
  return headers;
}

function timeoutsOf(raw: NonNullable<RawEndpoint["timeouts"]>): Timeouts {
  const first = raw.first_byte;
  const { stream, plain } = typeof first === "object" ? first : { stream: first, plain: first };
  return {
    connectMs: millisecondsOf(raw.connect, DEFAULTS.endpoint.connect),
    firstByteStreamMs: millisecondsOf(stream, DEFAULTS.endpoint.firstByteStream),
    firstBytePlainMs: millisecondsOf(plain, DEFAULTS.endpoint.firstBytePlain),
    firstEventMs: millisecondsOf(raw.first_event, DEFAULTS.endpoint.firstEvent),
    idleMs: millisecondsOf(raw.idle, DEFAULTS.endpoint.idle),
    totalMs: millisecondsOf(raw.total, DEFAULTS.endpoint.total),
  };
}

function modelsOf(raw: RawEndpoint["models"]): ModelSelection {
  if (raw === undefined) return { kind: "discovered", include: [], exclude: [] };
  if ("list" in raw && raw.list !== undefined) return { kind: "static", names: unique(raw.list) };
  if (Array.isArray(raw)) return { kind: "static", names: unique(raw) };
  return { kind: "discovered", include: raw.include ?? [], exclude: raw.exclude ?? [] };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
