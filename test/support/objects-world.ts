// A gateway in front of two endpoints that keep objects, each of which knows its own only; and the official package.

import type { TestContext } from "node:test";
import OpenAI from "openai";
import { type KeepingEndpoint, keepingFor } from "./fakes/keeping-endpoint.ts";
import { type GatewayOptions, gatewayFor, type TestGateway } from "./start-gateway.ts";

/** What a test of stored objects has. */
export type ObjectsWorld = {
  /** Serves `m` and `a`. */
  readonly alpha: KeepingEndpoint;
  /** Serves `m` and `b`. */
  readonly beta: KeepingEndpoint;
  readonly gateway: TestGateway;
  readonly openai: OpenAI;
};

/** More of the configuration, and of the endpoints by name. */
export type ObjectsConfig = {
  readonly routing?: Readonly<Record<string, unknown>>;
  readonly server?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly options?: GatewayOptions;
};

/** Starts one. */
export async function objectsWorld(t: TestContext, config: ObjectsConfig = {}): Promise<ObjectsWorld> {
  const alpha = await keepingFor(t, "alpha", ["m", "a"]);
  const beta = await keepingFor(t, "beta", ["m", "b"]);
  return { alpha, beta, ...(await gatewayBefore(t, [alpha, beta], config)) };
}

/** Another gateway in front of the same endpoints. */
export async function gatewayBefore(
  t: TestContext,
  endpoints: readonly KeepingEndpoint[],
  { routing = {}, server = {}, more = {}, options = {} }: ObjectsConfig = {},
): Promise<Pick<ObjectsWorld, "gateway" | "openai">> {
  const written = endpoints.map(({ name, url }) => ({ name, base_url: url, ...more[name] }));
  const gateway = await gatewayFor(t, { endpoints: written, routing, server }, options);
  return { gateway, openai: clientOf(gateway) };
}

/** The package, as a client with this key. */
export function clientOf(gateway: TestGateway, apiKey = "sk-x"): OpenAI {
  return new OpenAI({ baseURL: gateway.url, apiKey, maxRetries: 0 });
}

/** What each endpoint was asked since this was called last. */
export function askedOf({ alpha, beta }: Pick<ObjectsWorld, "alpha" | "beta">): {
  readonly alpha: readonly string[];
  readonly beta: readonly string[];
} {
  const asked = { alpha: alpha.asked, beta: beta.asked };
  alpha.requests.length = 0;
  beta.requests.length = 0;
  return asked;
}
