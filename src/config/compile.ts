// Makes what the gateway runs on of a decoded file: addresses, certificates and the places of entries are added, and
// sections that depend on one another are put together. Checks nothing: all that it is given is valid.

import { translator } from "../language/messages.ts";
import { EndpointSecrets } from "../routing/endpoint-secrets.ts";
import type { BreakerOptions } from "../routing/health/breaker.ts";
import type { Endpoint, RoutingPlan } from "../routing/model.ts";
import { endpointWire } from "../wires/registry/wires.ts";
import { compileRouting, type DefinedAt } from "./compile-routing.ts";
import { type BaseUrl, readBaseUrl } from "./rules/base-url.ts";
import { type DecodedConfig, decodeEndpoint, decodeNothing } from "./schema/schema.ts";
import type { DecodedEndpoint, WrittenEndpoint } from "./schema/schema-endpoints.ts";

/** How failures are met, for all models alike; what can differ from model to model is in the plan. */
type ReliabilityConfig = DecodedConfig["health"] &
  Omit<DecodedConfig["retries"], "attempts"> & { readonly streams: DecodedConfig["streams"] };

/** Everything the gateway runs on; immutable, replaced whole by a reload. */
export type GatewayConfig = Pick<DecodedConfig, "server" | "discovery" | "log"> & {
  readonly plan: RoutingPlan;
  readonly reliability: ReliabilityConfig;
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
export function compileConfig(file: DecodedConfig, origin: Origin): GatewayConfig {
  const endpoints = (file.endpoints ?? []).map((endpoint, index) =>
    completeEndpoint(
      endpoint,
      origin.definedAt(["endpoints", index]),
      endpoint.caFile === undefined ? undefined : origin.pemOf(endpoint.caFile),
    ),
  );
  const plan = { ...compileRouting(file, origin.definedAt), endpoints };
  const { server, discovery, log, streams } = file;
  const { attempts: _, ...retries } = file.retries;
  const reliability = { ...file.health, breaker: breakerFor(plan, file.health.breaker), ...retries, streams };
  return { server, plan, reliability, discovery, log, configFile: origin.configFile };
}

/** What runs when nothing is configured: the defaults and no endpoint. */
export function emptyConfig(): GatewayConfig {
  return compileConfig(decodeNothing(), {
    configFile: undefined,
    definedAt: () => "",
    pemOf: () => undefined,
  });
}

/** A configuration without a file, of endpoints that were detected or made; the rest is default. */
export function configFromEndpoints(endpoints: readonly Endpoint[]): GatewayConfig {
  const config = emptyConfig();
  return { ...config, plan: { ...config.plan, endpoints } };
}

/**
 * Compiles one endpoint, given in the file's own notation; `definedAt` says where it comes from.
 * @throws Error where its form or its `base_url` is not valid
 */
export function compileEndpoint(written: WrittenEndpoint, definedAt: string): Endpoint {
  return completeEndpoint(decodeEndpoint(written), definedAt, undefined);
}

function completeEndpoint(decoded: DecodedEndpoint, definedAt: string, caPem: string | undefined): Endpoint {
  const { baseUrl: written, caFile: _, api, passesApiVersion, ...rest } = decoded;
  const address = addressOf(written);
  const wire = endpointWire(api, address.origin);
  return {
    ...rest,
    ...address,
    wire,
    caPem,
    passesApiVersion: passesApiVersion ?? wire.passesApiVersion,
    secrets: new EndpointSecrets(decoded),
    definedAt,
  };
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
