// Whether a target is asked in the client's own words or in those of another API: what the configuration says of its
// endpoint, else what the endpoint has shown. Weights are exact: which target is asked has been decided before.

import type { Target } from "../../routing/model.ts";
import type { ChatApi } from "../../wires/paths/operation.ts";
import type { Translation } from "../../wires/translate/translation.ts";
import type { Call } from "../exchange/call.ts";
import { hasPath, wayAt } from "../target/spoken-api.ts";

const NONE: readonly ChatApi[] = [];

/**
 * The translation in which a call goes to a target; undefined where it goes in the client's own words. `refused`: the
 * APIs whose paths the endpoint has not known in this attempt.
 */
export function wayTo(call: Call, { endpoint }: Target, refused = NONE): Translation | undefined {
  return wayAt(endpoint, call.services.targets.lacking, call.operation, refused);
}

/** Whether the target is known not to count tokens for this call, so that it need not be asked. */
export function cannotCount({ operation, services }: Call, { endpoint }: Target): boolean {
  const { countsFor, name } = operation;
  if (countsFor === undefined) return false;
  const { lacking } = services.targets;
  return !hasPath(endpoint, lacking, countsFor) || lacking.has(endpoint.name, name);
}
