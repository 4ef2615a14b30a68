// A call whose answer is about to be relayed, without a gateway around it: for tests and benchmarks of relays.

import type { Reply } from "../../../src/http/message.ts";
import { Call } from "../../../src/proxy/exchange/call.ts";
import { Exchange } from "../../../src/proxy/exchange/exchange.ts";
import { RequestMemory } from "../../../src/proxy/exchange/request-memory.ts";
import type { Services } from "../../../src/proxy/exchange/services.ts";
import type { Model, Target } from "../../../src/routing/model.ts";
import { OPERATIONS, wireOf } from "../../../src/wires/registry/wires.ts";
import { UsageRatio } from "../../../src/wires/usage/usage-ratios.ts";
import { requestOf } from "../call-parts.ts";
import { HeldClock } from "../held-clock.ts";
import { makeEndpoint } from "../routing-fixtures.ts";

/** What a test may want otherwise than usual. */
export type RelayedOptions = {
  readonly modelName?: string;
  /** The name of a row of `OPERATIONS`. */
  readonly operation?: string;
  readonly keepAliveMs?: number;
  readonly clock?: HeldClock;
};

/** A `POST` for the model `m`, or for the given name, whose answer goes to `reply`. */
export function relayedCall(reply: Reply, options: RelayedOptions = {}): Call {
  const { modelName = "m", operation = "chat", keepAliveMs, clock = new HeldClock() } = options;
  // A relay uses the clock, gives the room of the body back, and of the world it needs the keep-alive alone.
  const services = {
    clock,
    memory: new RequestMemory(),
    world: () => ({ keepAliveMs }),
    overload: { bodies: { open: () => ({ release: () => undefined }) } },
    targets: { prices: { findKnown: () => undefined }, usageRatios: { of: () => new UsageRatio() } },
  } as unknown as Services;
  const request = requestOf("POST", "/v1/chat/completions");
  const exchange = new Exchange(services, request, reply);
  const row = OPERATIONS.find(({ name }) => name === operation);
  if (row === undefined) throw new RangeError(`no operation ${operation}`);
  exchange.clientWire = wireOf(row.wire);
  exchange.peek.modelName = modelName;
  return new Call(exchange, row, MODEL, modelName);
}

/** What a relay asks of the model of an answer is its name and its price. */
const MODEL = { name: "m", settings: {} } as unknown as Model;

/** A target that calls the model `m`, at an endpoint with the given key or with none. */
export function relayedTarget(apiKey?: string): Target {
  const endpoint = makeEndpoint("alpha", { credentials: [{ id: 1, apiKey }] });
  return {
    key: "alpha/m",
    endpoint,
    upstreamModel: "m",
    weight: 1,
    timeouts: endpoint.timeouts,
    isUnlisted: false,
  };
}
