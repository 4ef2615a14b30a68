// Whether a target is asked in the client's own words or in those of another API: what the configuration says of its
// endpoint, else what the endpoint has shown. Weights are exact: which target is asked has been decided before.

import type { LackingApis } from "../../routing/health/lacking-apis.ts";
import type { Endpoint, Target } from "../../routing/model.ts";
import type { ChatApi } from "../../wires/paths/operation.ts";
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
  const { chatApi, upstream } = call.operation;
  if (chatApi === undefined) return undefined;
  const { lacking } = call.services.targets;
  const isForeign = upstream === "none";
  if (!isForeign && endpoint.speaks === undefined && lacking.isEmpty && refused.length === 0)
    return undefined;
  const has = (api: ChatApi): boolean => !refused.includes(api) && hasPath(endpoint, lacking, api);
  if (!isForeign && has(chatApi)) return undefined;
  const ways = [endpoint.wire.ownApi, ...USUAL].flatMap((api) => translationBetween(chatApi, api) ?? []);
  // It has nothing that is known: then its own answer is the best one.
  return ways.find(({ to }) => has(to)) ?? (isForeign && refused.length === 0 ? ways[0] : undefined);
}

/** Whether an endpoint has the path of an API, as far as that is known. */
function hasPath(endpoint: Endpoint, lacking: LackingApis, api: ChatApi): boolean {
  const { name, speaks } = endpoint;
  // Where there are no responses there is nothing below their path.
  if (api === "embeddings") return !lacking.has(name, api);
  if (api === "compact") return hasPath(endpoint, lacking, "responses") && !lacking.has(name, api);
  return speaks?.has(api) ?? !lacking.has(name, api);
}

/** Whether the target is known not to count tokens for this call, so that it need not be asked. */
export function cannotCount({ operation, services }: Call, { endpoint }: Target): boolean {
  const { countsFor, name } = operation;
  if (countsFor === undefined) return false;
  return endpoint.speaks?.has(countsFor) === false || services.targets.lacking.has(endpoint.name, name);
}
