// Turns the checked file into what the gateway runs on: defaults filled in, units converted, addresses and headers
// made ready. Checks nothing: all that it is given is valid. Called by `load.ts`, by detection and by the demo.

import { BREAKER_DEFAULTS, type BreakerOptions } from "../routing/breaker.ts";
import type {
  Credential,
  Endpoint,
  ModelSelection,
  Override,
  OverrideTarget,
  QueueLimits,
  RoutingPlan,
  Timeouts,
} from "../routing/model.ts";
import { RETRY_BUDGET_DEFAULTS, type RetryBudgetOptions } from "../routing/retry-budget.ts";
import { type BaseUrl, readBaseUrl } from "./base-url.ts";
import { DEFAULTS } from "./defaults.ts";
import { bareHost } from "./hosts.ts";
import { readTarget } from "./rules-overrides.ts";
import { normalOrigin } from "./rules-server.ts";
import type { RawConfig, RawEndpoint } from "./schema.ts";
import { parseDuration, parseSize } from "./units.ts";

/** Where the gateway listens and who may call it. */
type ServerConfig = {
  readonly host: string;
  readonly port: number;
  /** Empty: no key is asked for. */
  readonly apiKeys: readonly string[];
  readonly allowAnonymous: boolean;
  /** Origins besides those of localhost, as browsers send them; `*` is every origin. */
  readonly corsOrigins: readonly string[];
  /** Lower-case names besides localhost, addresses and `host`. */
  readonly allowedHosts: readonly string[];
  readonly maxBodyBytes: number;
  /** Client connections open at most. */
  readonly maxConnections: number;
  /** Requests under way at most, over all endpoints; Infinity when there is no limit. */
  readonly maxInFlight: number;
  /** Where requests wait while that many are under way. */
  readonly queue: QueueLimits;
  /** Until the head of a request must be complete. */
  readonly headMs: number;
  /** Longest silence while a client sends its body. */
  readonly bodyIdleMs: number;
  /** How long a client may read nothing of its answer. */
  readonly writeStallMs: number;
  /** How long requests under way may take once the process has been told to stop. */
  readonly drainMs: number;
};

/** How failures are met, for all models alike; what can differ from model to model is in the plan. */
export type ReliabilityConfig = {
  readonly budget: RetryBudgetOptions;
  readonly breaker: BreakerOptions;
  /** Ask an ejected endpoint for its models once its time is up, rather than risk a request. */
  readonly activeProbes: boolean;
  /** An answer without any content counts as a failure. */
  readonly failsOnEmptyAnswer: boolean;
  readonly streams: {
    /** Silence after which a comment keeps a stream's connection alive; undefined: never. */
    readonly keepAliveMs: number | undefined;
    /** Send no head before the first event, so that failover stays possible until then. */
    readonly holdsFirstEvent: boolean;
  };
};

/** Everything the gateway runs on; immutable, replaced whole by a reload. */
export type GatewayConfig = {
  readonly server: ServerConfig;
  readonly plan: RoutingPlan;
  readonly reliability: ReliabilityConfig;
  readonly discovery: { readonly intervalMs: number; readonly timeoutMs: number };
  readonly log: {
    readonly level: "debug" | "info" | "warn" | "error" | "silent";
    readonly format: "auto" | "pretty" | "json";
  };
  /** The file it came from; undefined when there is none. */
  readonly configFile: string | undefined;
};

/** Where things are defined, for messages: `config.yaml:14`. */
export type DefinedAt = (path: readonly (string | number)[]) => string;

/** Compiles a valid configuration. */
export function compileConfig(
  raw: RawConfig,
  configFile: string | undefined,
  definedAt: DefinedAt,
): GatewayConfig {
  const overrides = raw.routing?.mode === "prefix" ? {} : (raw.routing?.model_overrides ?? {});
  return {
    server: compileServer(raw.server ?? {}),
    plan: {
      mode: raw.routing?.mode ?? DEFAULTS.routing.mode,
      hideMerged: raw.routing?.hide_merged ?? DEFAULTS.routing.hideMerged,
      endpoints: (raw.endpoints ?? []).map((endpoint, index) =>
        compileEndpoint(endpoint, definedAt(["endpoints", index])),
      ),
      overrides: Object.entries(overrides).map(([name, targets]) =>
        compileOverride(name, targets, definedAt(["routing", "model_overrides", name])),
      ),
      models: [],
      defaults: {
        pattern: "*",
        strategy: DEFAULTS.routing.strategy,
        attempts: DEFAULTS.retries.attempts,
        hedgeAfterMs: undefined,
        timeouts: {},
      },
      fallbacks: [],
    },
    reliability: {
      budget: RETRY_BUDGET_DEFAULTS,
      breaker: BREAKER_DEFAULTS,
      activeProbes: true,
      failsOnEmptyAnswer: false,
      streams: { keepAliveMs: undefined, holdsFirstEvent: false },
    },
    discovery: {
      intervalMs: milliseconds(raw.discovery?.interval, DEFAULTS.discovery.interval),
      timeoutMs: milliseconds(raw.discovery?.timeout, DEFAULTS.discovery.timeout),
    },
    log: { level: raw.log?.level ?? DEFAULTS.log.level, format: raw.log?.format ?? DEFAULTS.log.format },
    configFile,
  };
}

/** What runs when nothing is configured: the defaults and no endpoint. */
export function emptyConfig(): GatewayConfig {
  return compileConfig({}, undefined, () => "");
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
export function compileEndpoint(raw: RawEndpoint, definedAt: string): Endpoint {
  const { baseUrl, origin, basePath, rootPath } = addressOf(raw.base_url);
  const credential: Credential = {
    id: 1,
    apiKey: raw.api_key === undefined || raw.api_key === "" ? undefined : raw.api_key,
  };
  return {
    name: raw.name,
    baseUrl,
    origin,
    basePath,
    rootPath,
    weight: raw.weight ?? DEFAULTS.endpoint.weight,
    priority: DEFAULTS.endpoint.priority,
    enabled: raw.enabled ?? DEFAULTS.endpoint.enabled,
    maxInFlight: Number.POSITIVE_INFINITY,
    queue: { max: 100, timeoutMs: 5_000 },
    probe: undefined,
    caPem: undefined,
    credentials: [credential],
    fixedHeaders: headersOf(raw),
    timeouts: timeoutsOf(raw.timeouts ?? {}),
    models: modelsOf(raw.models),
    definedAt,
  };
}

function compileServer(raw: NonNullable<RawConfig["server"]>): ServerConfig {
  return {
    host: bareHost(raw.host ?? DEFAULTS.server.host),
    port: raw.port ?? DEFAULTS.server.port,
    apiKeys: raw.api_keys ?? [],
    allowAnonymous: raw.allow_anonymous ?? DEFAULTS.server.allowAnonymous,
    corsOrigins: (raw.cors_origins ?? []).map((origin) => normalOrigin(origin) ?? origin),
    allowedHosts: (raw.allowed_hosts ?? []).map((host) => bareHost(host).toLowerCase()),
    maxBodyBytes: bytes(raw.max_body, DEFAULTS.server.maxBody),
    maxConnections: DEFAULTS.server.maxConnections,
    maxInFlight: DEFAULTS.server.maxInFlight,
    queue: { max: 1_024, timeoutMs: 5_000 },
    headMs: 10_000,
    bodyIdleMs: milliseconds(raw.body_timeout, DEFAULTS.server.bodyIdle),
    writeStallMs: 60_000,
    drainMs: 30_000,
  };
}

function addressOf(text: string): BaseUrl {
  const result = readBaseUrl(text);
  if (result.kind === "bad") throw new Error(`base_url ${result.message}`);
  return result.url;
}

function headersOf(raw: RawEndpoint): readonly string[] {
  const headers = Object.entries(raw.headers ?? {}).flatMap(([name, value]) => [name.toLowerCase(), value]);
  if (raw.organization !== undefined && raw.organization !== "")
    headers.push("openai-organization", raw.organization);
  if (raw.project !== undefined && raw.project !== "") headers.push("openai-project", raw.project);
  return headers;
}

function timeoutsOf(raw: NonNullable<RawEndpoint["timeouts"]>): Timeouts {
  const first = raw.first_byte;
  const { stream, plain } = typeof first === "object" ? first : { stream: first, plain: first };
  return {
    connectMs: milliseconds(raw.connect, DEFAULTS.endpoint.connect),
    firstByteStreamMs: milliseconds(stream, DEFAULTS.endpoint.firstByteStream),
    firstBytePlainMs: milliseconds(plain, DEFAULTS.endpoint.firstBytePlain),
    firstEventMs: milliseconds(undefined, DEFAULTS.endpoint.firstEvent),
    idleMs: milliseconds(raw.idle, DEFAULTS.endpoint.idle),
    totalMs: milliseconds(raw.total, DEFAULTS.endpoint.total),
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

type RawTargets = NonNullable<NonNullable<RawConfig["routing"]>["model_overrides"]>[string];

function compileOverride(name: string, targets: RawTargets, definedAt: string): Override {
  return { name, definedAt, targets: targets.flatMap(compileTarget) };
}

function compileTarget(raw: RawTargets[number]): readonly OverrideTarget[] {
  const { target, weight } =
    typeof raw === "string" ? { target: raw, weight: undefined } : { target: raw.target, weight: raw.weight };
  const parsed = readTarget(target);
  return parsed === undefined ? [] : [{ ...parsed, weight }];
}

function milliseconds(value: string | number | undefined, fallback: string): number {
  const parsed = parseDuration(value ?? fallback);
  return parsed.kind === "ok" ? parsed.value : 0;
}

function bytes(value: string | number | undefined, fallback: string): number {
  const parsed = parseSize(value ?? fallback);
  return parsed.kind === "ok" ? parsed.value : 0;
}
