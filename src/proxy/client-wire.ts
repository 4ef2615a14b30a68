// Whose client has sent a request: by its path, and where any may ask for that, by what clients say of themselves. Its
// errors are told in the words of that vendor, whatever goes wrong with it.

import type { ClientWireName, Operation } from "../wires/paths/operation.ts";
import type { Match } from "../wires/paths/router.ts";
import { USUAL_WIRE, wireOf, wireOfCaller, wireOfPrefix } from "../wires/registry/wires.ts";
import type { Exchange } from "./exchange/exchange.ts";

/**
 * Notes it at the exchange. Gives the parameter of the query in which its clients may send their key: what a client says of
 * itself does not make a credential of a parameter. `match`: undefined where the path was not looked at.
 */
export function noteClientWire(exchange: Exchange, match: Match | undefined): string | undefined {
  const ofPath = wireOfPath(match, exchange.path);
  exchange.clientWire = ofPath === undefined ? wireOfCaller(exchange.request) : wireOf(ofPath);
  const { keyParameter } = ofPath === undefined ? USUAL_WIRE : exchange.clientWire;
  return keyParameter;
}

/** Whether it is not known what an endpoint makes of the request. */
export function isUnknown({ name, object }: Operation): boolean {
  return name === "passthrough" || object?.role === "passed";
}

/** Whose clients alone ask for a path; undefined for one that APIs share: lists of models, and what there is not. */
function wireOfPath(match: Match | undefined, path: string): ClientWireName | undefined {
  if (match?.wire !== undefined) return match.wire;
  if (match?.kind !== "operation") return wireOfPrefix(path);
  const { operation } = match;
  const { wire, tellsModel } = operation;
  if (isUnknown(operation)) return wireOfPrefix(path) ?? wire;
  return tellsModel && wire === USUAL_WIRE.name ? wireOfPrefix(path) : wire;
}
