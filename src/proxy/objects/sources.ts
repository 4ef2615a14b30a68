// Which endpoints may keep what a request is about: those in use that speak the client's wire, of which the client may
// use something, and only the one that a header names.

import { GatewayError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import type { Credential, Endpoint } from "../../routing/model.ts";
import type { ModelScope } from "../../routing/table/model-scope.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { currentTable } from "../request/resolve.ts";

/** Names the endpoint that a request about objects is for. */
export const ENDPOINT_HEADER = "x-oai-gateway-endpoint";

/** One endpoint under one of its keys, each of which may be of another account. */
export type Source = {
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  /** Tells it from others. */
  readonly name: string;
};

/**
 * The endpoints, in the order of the configuration.
 * @throws GatewayError unknown_endpoint, no_endpoints
 */
export function endpointsFor(exchange: Exchange, operation: Operation): readonly Endpoint[] {
  const table = currentTable(exchange.services);
  const ours = exchange.caller?.endpoints;
  const speaking = table.endpoints.filter(
    (endpoint) =>
      endpoint.enabled &&
      endpoint.wire.listWire === operation.wire &&
      ours?.includes(endpoint.name) !== false,
  );
  const scope = exchange.caller?.models;
  const allowed =
    scope === undefined ? speaking : speaking.filter((endpoint) => mayUse(table, scope, endpoint));
  const wanted = exchange.request.header(ENDPOINT_HEADER);
  if (wanted !== undefined) return [named(wanted, allowed)];
  if (allowed.length === 0) throw new GatewayError("no_endpoints", nobodyFor(table, operation));
  return allowed;
}

/** The same with each of their keys. */
export function sourcesOf(endpoints: readonly Endpoint[]): readonly Source[] {
  return endpoints.flatMap((endpoint) =>
    endpoint.credentials.map((credential) => ({
      endpoint,
      credential,
      name: `${endpoint.name}#${credential.id}`,
    })),
  );
}

/** How a home remembers the key: 0 where the endpoint has one only, so that a second one makes no difference to it. */
export function keyNumber(endpoint: Endpoint, credential: Credential): number {
  return endpoint.credentials.length > 1 ? credential.id : 0;
}

function named(wanted: string, endpoints: readonly Endpoint[]): Endpoint {
  const found = endpoints.find(({ name }) => name === wanted || encodeURI(name) === wanted);
  if (found !== undefined) return found;
  const names = endpoints.map(({ name }) => name);
  const near = nearest(wanted, names)[0];
  const hint = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  const message = `The header ${ENDPOINT_HEADER} names no endpoint that could serve this.${hint}`;
  throw new GatewayError("unknown_endpoint", { message });
}

/** Whether one of the models that a key may use is served there. */
function mayUse(table: RoutingTable, scope: ModelScope, { name }: Endpoint): boolean {
  for (const model of table.models.values())
    if (model.targets.some(({ endpoint }) => endpoint.name === name) && scope.allows(model)) return true;
  return false;
}

function nobodyFor(table: RoutingTable, operation: Operation): { readonly message?: string } {
  if (table.endpoints.length === 0) return {};
  const what = operation.object?.noun ?? "object";
  return { message: `No endpoint in use that this client may use could keep a ${what}.` };
}
