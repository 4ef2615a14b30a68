// Endpoints and plans for tests of routing. Not for production code.

import { EndpointSecrets } from "../../src/routing/endpoint-secrets.ts";
import type {
  Endpoint,
  EndpointModels,
  ModelSettings,
  Override,
  RoutingPlan,
} from "../../src/routing/model.ts";
import { USUAL_WIRE } from "../../src/wires/registry/wires.ts";

/** An endpoint with everything at its default but the given. */
export function makeEndpoint(name: string, given: Partial<Endpoint> = {}): Endpoint {
  const origin = `http://${name}.test`;
  const { credentials = [{ id: 1, apiKey: `sk-${name}` }], fixedHeaders = [] } = given;
  return {
    name,
    baseUrl: `${origin}/v1`,
    origin,
    basePath: "/v1",
    rootPath: "",
    wire: USUAL_WIRE,
    weight: 1,
    priority: 1,
    enabled: true,
    maxInFlight: Number.POSITIVE_INFINITY,
    queue: { max: 100, timeoutMs: 5_000 },
    probe: undefined,
    caPem: undefined,
    proxy: undefined,
    credentials,
    fixedHeaders,
    secrets: new EndpointSecrets({ credentials, fixedHeaders }),
    timeouts: {
      connectMs: 5_000,
      firstByteStreamMs: 5_000,
      firstBytePlainMs: 5_000,
      firstEventMs: 5_000,
      idleMs: 5_000,
      totalMs: 5_000,
    },
    models: { kind: "discovered", include: [], exclude: [] },
    definedAt: "config.yaml:1",
    ...given,
  };
}

/** What an endpoint listed. */
export function listedBy(endpointName: string, ...ids: string[]): EndpointModels {
  return { endpointName, source: "listed", entries: ids.map((id) => ({ id })) };
}

/** Settings with everything at its default but the given. */
export function makeSettings(given: Partial<ModelSettings> = {}): ModelSettings {
  return {
    pattern: "*",
    strategy: "weighted",
    attempts: 3,
    hedgeAfterMs: undefined,
    timeouts: {},
    ...given,
  };
}

/** A plan with everything at its default but the given. */
export function makePlan(endpoints: readonly Endpoint[], given: Partial<RoutingPlan> = {}): RoutingPlan {
  return {
    mode: "merge",
    hideMerged: false,
    endpoints,
    overrides: [],
    models: [],
    defaults: makeSettings(),
    fallbacks: [],
    ...given,
  };
}

/** An override from `endpoint/model` strings, `*` among them. */
export function makeOverride(name: string, ...targets: string[]): Override {
  return {
    name,
    definedAt: "config.yaml:1",
    targets: targets.map((text) => {
      if (text === "*") return { kind: "every", weight: undefined };
      const slash = text.indexOf("/");
      return {
        kind: "one",
        endpointName: text.slice(0, slash),
        model: text.slice(slash + 1),
        weight: undefined,
      };
    }),
  };
}
