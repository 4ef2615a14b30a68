// In which API an endpoint is asked for an operation: what the configuration says of it, else what it has shown; and the
// probe that says something of that.

import type { LackingApis } from "../../routing/abilities/lacking-apis.ts";
import type { Endpoint } from "../../routing/model.ts";
import { type ChatApi, type Operation, PART_OF } from "../../wires/paths/operation.ts";
import { probeIn } from "../../wires/registry/probes.ts";
import { translationBetween } from "../../wires/registry/translations.ts";
import { OPERATIONS } from "../../wires/registry/wires.ts";
import type { Translation } from "../../wires/translate/translation.ts";
import type { WireProbe } from "../../wires/wire.ts";

/** What is tried in place of another API, behind the one that every endpoint of the wire has. */
const USUAL: readonly ChatApi[] = ["chat", "responses", "messages", "embeddings"];
const NONE: readonly ChatApi[] = [];

/**
 * The translation in which an operation is asked for there; undefined where it goes in its own words. `refused`: the
 * APIs whose paths the endpoint has not known in this attempt.
 */
export function wayAt(
  endpoint: Endpoint,
  lacking: LackingApis,
  { chatApi, upstream }: Pick<Operation, "chatApi" | "upstream">,
  refused = NONE,
): Translation | undefined {
  if (chatApi === undefined) return undefined;
  const { speaks, wire } = endpoint;
  if (speaks === undefined && lacking.isEmpty && refused.length === 0 && wire.mayHave.has(chatApi))
    return undefined;
  const has = (api: ChatApi): boolean => !refused.includes(api) && hasPath(endpoint, lacking, api);
  if (has(chatApi)) return undefined;
  const ways = [wire.ownApi, ...USUAL].flatMap((api) => translationBetween(chatApi, api) ?? []);
  // It has nothing that is known: then its own answer is the best one, to what it can be asked for.
  const isForeign = upstream === "none";
  return ways.find(({ to }) => has(to)) ?? (isForeign && refused.length === 0 ? ways[0] : undefined);
}

/** Whether an endpoint has the path of an API, as far as that is known. */
export function hasPath(endpoint: Endpoint, lacking: LackingApis, api: ChatApi): boolean {
  const { name, speaks, wire } = endpoint;
  const whole = PART_OF[api];
  if (whole !== undefined) return hasPath(endpoint, lacking, whole) && !lacking.has(name, api);
  // Which vectors it makes is not said of an endpoint.
  if (api === "embeddings") return !lacking.has(name, api);
  return speaks?.has(api) ?? (wire.mayHave.has(api) && !lacking.has(name, api));
}

/** Whether a probe asks for an operation by the path that it has for streams. */
export function isStreamOf({ streamed }: WireProbe, name: string): boolean {
  return streamed?.operation.name === name;
}

/**
 * The probe that says something of an operation, by its name: of the one that the endpoint is asked for in its place.
 * Undefined where there is none; `refused` as above.
 */
export function probeAt(
  endpoint: Endpoint,
  lacking: LackingApis,
  name: string,
  refused = NONE,
): WireProbe | undefined {
  const operation = OPERATIONS.find((one) => one.name === name);
  const way = operation && wayAt(endpoint, lacking, operation, refused);
  if (way !== undefined) return probeIn(way.to);
  const own = endpoint.wire.probes.find((one) => one.operation.name === name || isStreamOf(one, name));
  return own?.operation.chatApi !== undefined && refused.includes(own.operation.chatApi) ? undefined : own;
}
