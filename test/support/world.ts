// The usual world of a system test: some fake endpoints and a gateway in front of them. Not for tests that start one of
// the two by hand.

import type { TestContext } from "node:test";
import { type FakeEndpoint, type FakeOptions, fakeFor } from "./fakes/fake-endpoint.ts";
import { type ConfigObject, type GatewayOptions, gatewayFor, type TestGateway } from "./start-gateway.ts";
import { type Answer, ask, type WireRequest } from "./wire.ts";

/** A gateway with its endpoints. */
export type World<Name extends string> = TestGateway & {
  readonly fakes: Readonly<Record<Name, FakeEndpoint>>;
  /** What it was started with; for reloads with a change. */
  readonly config: ConfigObject;
  /** Asks the gateway on a connection of its own. */
  ask(request: WireRequest | string | Buffer): Promise<Answer>;
};

/** What a world is made of. */
export type WorldOptions<Name extends string> = Omit<ConfigObject, "endpoints"> & {
  /** Endpoints by name, in their order, each with what its configuration says besides name and address. */
  readonly endpoints: Readonly<Record<Name, EndpointOptions>>;
};

/** One endpoint: how it is configured, and what it is. */
export type EndpointOptions = {
  readonly fake?: FakeOptions;
  readonly config?: Readonly<Record<string, unknown>>;
};

/** Starts all of it, closed when the test is over; `beside` is what no configuration file has. */
export async function worldFor<Name extends string>(
  t: TestContext,
  options: WorldOptions<Name>,
  beside: GatewayOptions = {},
): Promise<World<Name>> {
  const { endpoints: wanted, ...config } = options;
  const fakes: Record<string, FakeEndpoint> = {};
  const endpoints: Readonly<Record<string, unknown>>[] = [];
  for (const [name, { fake = {}, config: given = {} }] of Object.entries<EndpointOptions>(wanted)) {
    const endpoint = await fakeFor(t, fake);
    fakes[name] = endpoint;
    endpoints.push({ name, base_url: endpoint.url, ...given });
  }
  const gateway = await gatewayFor(t, { ...config, endpoints }, beside);
  return {
    ...gateway,
    config: { ...config, endpoints },
    // Every name of `wanted` was given an endpoint above.
    fakes: fakes as Record<Name, FakeEndpoint>,
    ask: (request) => ask(gateway.port, request),
  };
}

/** A chat request with these fields besides its model and messages. */
export function chat(model = "m", fields: Readonly<Record<string, unknown>> = {}): WireRequest {
  const messages = [{ role: "user", content: "hi" }];
  return { path: "/v1/chat/completions", body: { model, messages, ...fields } };
}

/** The `error` object of an answer in OpenAI's envelope; throws where the envelope is not exactly that. */
export function errorOf(answer: Answer): ErrorObject {
  const { error, ...others } = answer.json();
  if (Object.keys(others).length > 0) throw new Error(`more than an error: ${answer.text}`);
  if (!isErrorObject(error)) throw new Error(`not all four keys: ${answer.text}`);
  return error;
}

/** OpenAI's error, all four keys present. */
export type ErrorObject = {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
};

function isErrorObject(value: unknown): value is ErrorObject {
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).sort().join() === "code,message,param,type";
}
