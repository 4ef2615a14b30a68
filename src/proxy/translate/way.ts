// Whether a target is asked in the client's own words or in those of another API: what the configuration says of its
// endpoint, else what the endpoint has shown. Weights are exact: which target is asked has been decided before.

import type { LackingApis } from "../../routing/health/lacking-apis.ts";
import type { Endpoint, Target } from "../../routing/model.ts";
import { type ChatApi, PART_OF } from "../../wires/paths/operation.ts";
import { translationBetween } from "../../wires/registry/translations.ts";
import type { Translation } from "../../wires/translate/translation.ts";
import type { Call } from "../exchange/call.ts";

/** What is tried in place of another API, behind the one that every endpoint of the wire has. */
const USUAL: readonly ChatApi[] = ["chat", "responses", "messages", "embeddings"];
const NONE: readonly ChatApi[] = [];

/**
 * The translation in which a call goes to a target; undefined where it goes in the client's own words. `refused`: the
 * APIs whose paths the endpoint has not known in this attempt.
 */
export function wayTo(call: Call, { endpoint }: Target, refused = NONE): Translation | undefined {
  const { chatApi } = call.operation;
  if (chatApi === undefined) return undefined;
  const { lacking } = call.services.targets;
  if (
    endpoint.speaks === undefined &&
    lacking.isEmpty &&
    refused.length === 0 &&
    endpoint.wire.mayHave.has(chatApi)
  )
    return undefined;
  const has = (api: ChatApi): boolean => !refused.includes(api) && hasPath(endpoint, lacking, api);
  if (has(chatApi)) return undefined;
  for (const api of [endpoint.wire.ownApi, ...USUAL]) {
    const translation = has(api) ? translationBetween(chatApi, api) : undefined;
    if (translation !== undefined) return translation;
  }
  // It has nothing that is known: then its own answer is the best one.
  return undefined;
}

/** Whether an endpoint has the path of an API, as far as that is known. */
function hasPath(endpoint: Endpoint, lacking: LackingApis, api: ChatApi): boolean {
  const { name, speaks, wire } = endpoint;
  const whole = PART_OF[api];
  if (whole !== undefined) return hasPath(endpoint, lacking, whole) && !lacking.has(name, api);
  // Which vectors it makes is not said of an endpoint.
  if (api === "embeddings") return !lacking.has(name, api);
  return speaks?.has(api) ?? (wire.mayHave.has(api) && !lacking.has(name, api));
}

/** Whether the target is known not to count tokens for this call, so that it need not be asked. */
export function cannotCount({ operation, services }: Call, { endpoint }: Target): boolean {
  const { countsFor, name } = operation;
  if (countsFor === undefined) return false;
  const { lacking } = services.targets;
  return !hasPath(endpoint, lacking, countsFor) || lacking.has(endpoint.name, name);
}
