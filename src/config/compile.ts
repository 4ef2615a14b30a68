// Makes what the gateway runs on of a decoded file: addresses, certificates and the places of entries are added, and
// sections that depend on one another are put together. Checks nothing: all that it is given is valid.

import { dirname, resolve } from "node:path";
import type { ClientKey } from "../accounts/client-key.ts";
import type { AlertSettings } from "../alerts/alert.ts";
import type { Lookup } from "../core/env.ts";
import type { TraceSettings } from "../core/traces/trace.ts";
import { translator } from "../language/messages.ts";
import { EndpointSecrets } from "../routing/endpoint-secrets.ts";
import type { BreakerOptions } from "../routing/health/breaker-options.ts";
import type { Endpoint, RoutingPlan } from "../routing/model.ts";
import type { ForwardProxy } from "../upstream/forward-proxy.ts";
import { endpointWire } from "../wires/registry/wires.ts";
import type { VersionPass, Wire } from "../wires/wire.ts";
import { compileAlerts } from "./compile-alerts.ts";
import { compileClientKeys, compileCredentials, type KeyOf } from "./compile-keys.ts";
import { compileRouting, type DefinedAt } from "./compile-routing.ts";
import { type EnvironmentProxies, NO_PROXIES } from "./proxies/environment-proxies.ts";
import { readProxy } from "./proxies/proxy-url.ts";
import { type BaseUrl, readBaseUrl } from "./rules/base-url.ts";
import type { KeyedCertificate, ListenerCertificate } from "./rules/certificate.ts";
import { type DecodedConfig, decodeEndpoint, decodeNothing } from "./schema/schema.ts";
import type { DecodedEndpoint, WrittenEndpoint } from "./schema/schema-endpoints.ts";
import { compileTraces } from "./traces/compile-traces.ts";

/** How failures are met, for all models alike; what can differ from model to model is in the plan. */
type ReliabilityConfig = DecodedConfig["health"] &
  Omit<DecodedConfig["retries"], "attempts"> & { readonly streams: DecodedConfig["streams"] };

/** Everything the gateway runs on; immutable, replaced whole by a reload. */
export type GatewayConfig = Pick<
  DecodedConfig,
  "discovery" | "usage" | "log" | "limits" | "budgets" | "store" | "admin" | "cache" | "metrics"
> & {
  /** Who may see the status page: everybody (`true`), this machine, or nobody. */
  readonly statusPage: DecodedConfig["status_page"];
  readonly server: Omit<DecodedConfig["server"], "apiKeys" | "tls"> & {
    /** Empty: no key is asked for. */
    readonly apiKeys: readonly ClientKey[];
    /** What the listener speaks TLS by; undefined where it speaks plain HTTP. */
    readonly tls: ListenerCertificate | undefined;
    /** Nobody needs a key, and who sends one of the store is known by it: the demo, which no file can ask for. */
    readonly isOpenBesideKeys?: boolean;
  };
  readonly alerts: AlertSettings;
  readonly plan: RoutingPlan;
  readonly reliability: ReliabilityConfig;
  /** Undefined where traces are off. */
  readonly traces: TraceSettings | undefined;
  /** The file it came from; undefined when there is none. */
  readonly configFile: string | undefined;
};

/** What compiling needs besides the file's values. */
export type Origin = {
  readonly configFile: string | undefined;
  readonly definedAt: DefinedAt;
  /** The certificates in the `ca_file` of an endpoint. */
  readonly pemOf: (caFile: string) => string | undefined;
  readonly keyOf: KeyOf;
  /** The forward proxies of the environment; none where it is left out. */
  readonly proxies?: EnvironmentProxies;
  /** The environment, for what its standard variables say of traces; nothing where it is left out. */
  readonly lookup?: Lookup;
  /** The certificate of `server.tls`. */
  readonly certificate?: ListenerCertificate | undefined;
  /** Those of `tls` of endpoints, by the number of their endpoint. */
  readonly clientCertificates?: ReadonlyMap<number, KeyedCertificate>;
};

/** Compiles a valid configuration. */
export function compileConfig(file: DecodedConfig, origin: Origin): GatewayConfig {
  const proxies = origin.proxies ?? NO_PROXIES;
  const endpoints = (file.endpoints ?? []).map((endpoint, index) =>
    completeEndpoint(endpoint, {
      definedAt: origin.definedAt(["endpoints", index]),
      files: origin,
      proxyFor: (address) => proxies.for(address),
      clientCertificate: origin.clientCertificates?.get(index),
    }),
  );
  const plan = { ...compileRouting(file, origin.definedAt), endpoints };
  const { discovery, usage, log, streams, limits, budgets, alerts, admin, cache, metrics } = file;
  const keep = { ...file.store.keep, ...(cache.isStored ? { answersBytes: cache.storedBytes } : {}) };
  const store = { ...file.store, keep, folder: folderOf(file.store.folder, origin.configFile) };
  const apiKeys = compileClientKeys(file.server.apiKeys, origin.keyOf);
  const server = { ...file.server, apiKeys, tls: origin.certificate };
  const { attempts: _, ...retries } = file.retries;
  const reliability = { ...file.health, breaker: breakerFor(plan, file.health.breaker), ...retries, streams };
  const { configFile } = origin;
  const accounts = { limits, budgets, alerts: compileAlerts(alerts, proxies) };
  const traces = compileTraces(file.traces, {
    ...origin,
    lookup: origin.lookup ?? (() => undefined),
    proxies,
  });
  const seen = { admin, metrics, statusPage: file.status_page };
  return {
    server,
    plan,
    reliability,
    discovery,
    usage,
    log,
    ...accounts,
    store,
    ...seen,
    cache,
    traces,
    configFile,
  };
}

/** A folder that a file names is relative to that file. */
function folderOf(written: string | undefined, configFile: string | undefined): string | undefined {
  if (written === undefined || written.trim() === "") return undefined;
  return resolve(dirname(configFile ?? "."), written);
}

/** What runs when nothing is configured: the defaults, what the environment says of traces, and no endpoint. */
export function emptyConfig(environment: Pick<Origin, "lookup" | "proxies"> = {}): GatewayConfig {
  const origin = { ...NO_FILES, ...environment, configFile: undefined, definedAt: () => "" };
  return compileConfig(decodeNothing(), origin);
}

/** Of what was not read from a file no other file is named. */
const NO_FILES: Pick<Origin, "pemOf" | "keyOf"> = { pemOf: () => undefined, keyOf: () => undefined };

/** A configuration without a file, of endpoints that were detected or made; the rest is default. */
export function configFromEndpoints(endpoints: readonly Endpoint[]): GatewayConfig {
  const config = emptyConfig();
  return { ...config, plan: { ...config.plan, endpoints } };
}

/**
 * Compiles one endpoint, given in the file's own notation; `definedAt` says where it comes from, `proxy` how it is
 * reached.
 * @throws Error where its form or its `base_url` is not valid
 */
export function compileEndpoint(written: WrittenEndpoint, definedAt: string, proxy?: ForwardProxy): Endpoint {
  return completeEndpoint(decodeEndpoint(written), { definedAt, files: NO_FILES, proxyFor: () => proxy });
}

type Surroundings = {
  readonly definedAt: string;
  readonly files: Pick<Origin, "pemOf" | "keyOf">;
  /** The proxy for an origin where the endpoint itself names none. */
  readonly proxyFor: (origin: string) => ForwardProxy | undefined;
  readonly clientCertificate?: KeyedCertificate | undefined;
};

function completeEndpoint(decoded: DecodedEndpoint, surroundings: Surroundings): Endpoint {
  const { definedAt, files, proxyFor, clientCertificate } = surroundings;
  const { baseUrl: written, caFile, keys, proxy: given, api, passesApiVersion, ...rest } = decoded;
  const credentials = compileCredentials(keys, files.keyOf);
  const address = addressOf(written);
  const proxy = given === false ? undefined : (proxyOf(given) ?? proxyFor(address.origin));
  const wire = endpointWire(api, address.origin);
  return {
    ...rest,
    ...address,
    wire,
    credentials,
    caPem: caFile === undefined ? undefined : files.pemOf(caFile),
    clientCertificate,
    proxy,
    passesApiVersion: passesApiVersion ?? versionPassOf(wire, address),
    secrets: secretsOf({ fixedHeaders: decoded.fixedHeaders, credentials }, proxy),
    definedAt,
  };
}

/** Only a path that has a version of its own has no use for a date: others of Azure's need one. */
function versionPassOf({ passesApiVersion }: Wire, { basePath, rootPath }: BaseUrl): VersionPass {
  return passesApiVersion === "undated" && basePath === rootPath ? true : passesApiVersion;
}

/** What must not be told of an endpoint: keys, headers, and the credentials of its proxy, which may repeat them. */
export function secretsOf(
  { credentials, fixedHeaders }: Pick<Endpoint, "credentials" | "fixedHeaders">,
  proxy: ForwardProxy | undefined,
): EndpointSecrets {
  const authorization = proxy?.authorization();
  const sent =
    authorization === undefined ? fixedHeaders : [...fixedHeaders, "proxy-authorization", authorization];
  return new EndpointSecrets({ credentials, fixedHeaders: sent });
}

/** @throws Error where it is none */
function proxyOf(given: DecodedEndpoint["proxy"]): ForwardProxy | undefined {
  if (typeof given !== "string" || given.trim() === "") return undefined;
  const result = readProxy(given);
  if (result.kind === "bad") throw new Error("the proxy cannot be used");
  return result.proxy;
}

function addressOf(text: string): BaseUrl {
  const result = readBaseUrl(text);
  if (result.kind === "bad") throw new Error(`base_url ${translator("en")(result.message)}`);
  return result.url;
}

// Beyond the longest wait for a first byte, so that no slow probe is taken for a lost one.
const PROBE_MARGIN_MS = 30_000;

function breakerFor(plan: RoutingPlan, options: BreakerOptions): BreakerOptions {
  const timeouts = [...plan.endpoints, ...plan.models].map((one) => one.timeouts);
  const waits = timeouts.flatMap((one) => [one.firstBytePlainMs ?? 0, one.firstByteStreamMs ?? 0]);
  const probeLeaseMs = Math.max(options.probeLeaseMs, ...waits.map((ms) => ms + PROBE_MARGIN_MS));
  return { ...options, probeLeaseMs };
}
