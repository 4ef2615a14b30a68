// What tests of limits share: endpoints that hold their answers, a look at the queues, and the refusal.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Gate } from "./condition.ts";
import { held, json } from "./fakes/behaviours.ts";
import type { FakeEndpoint } from "./fakes/fake-endpoint.ts";
import type { TestGateway } from "./start-gateway.ts";
import type { Answer } from "./wire.ts";
import { type EndpointOptions, errorOf } from "./world.ts";

/** A time that no test waits for. */
export const LONG = "30s";

const GOOD = json(200, '{"good":true}');

/** An endpoint that takes one request at once, with such a queue. */
export function one(max: number, timeout = LONG): EndpointOptions & { readonly config: Settings } {
  return { config: { max_in_flight: 1, queue: { max, timeout } } };
}

/** Keys of a configuration. */
export type Settings = Readonly<Record<string, unknown>>;

/** Resolves once the fact holds; it is looked at whenever something happens. It keeps no process up that has timed out. */
export async function until(isMet: () => boolean): Promise<void> {
  while (!isMet()) await setImmediate(undefined, { ref: false });
}

/** Requests that wait for a place at an endpoint. */
export function waitingAt({ gateway }: Pick<TestGateway, "gateway">, name: string): number {
  return gateway.targets.gates.of(name)?.waiting ?? 0;
}

/** Holds every answer of the endpoint until the gate opens. */
export function hold(endpoint: FakeEndpoint): Gate {
  const gate = new Gate();
  endpoint.always(held(gate, GOOD));
  return gate;
}

/** The refusal of one too many, which says when to come again. */
export function assertOverloaded(answer: Answer, message: RegExp): void {
  const { code, type, message: told } = errorOf(answer);
  assert.deepEqual([answer.status, code, type], [503, "overloaded", "server_error"]);
  assert.match(told, message);
  assert.match(answer.header("retry-after") ?? "", /^[1-9]\d*$/);
}

/** What is said where an endpoint's limit is reached. */
export const ENDPOINT_FULL =
  /Every endpoint for `m` has as many requests under way as it may \(max_in_flight\)/;

/** The same for the gateway's own. */
export const GATEWAY_FULL = /\(server\.max_in_flight\)/;
