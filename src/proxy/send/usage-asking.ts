// Whether an endpoint is asked to tell what a stream used, where the client has not asked for it.

import type { Edit } from "../../bytes/edits.ts";
import type { Target } from "../../routing/model.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import { usageAsked } from "../../wires/usage/usage-option.ts";
import type { Call } from "../exchange/call.ts";

/** What makes the body ask; undefined where it is not to. */
export function usageEdit(call: Call, target: Target): Edit | undefined {
  const { operation, peek, body } = call;
  if (!mayAskUsage(call, target, operation) || peek.modelSpan?.kind === "multipart") return undefined;
  return usageAsked(body, peek.streamOptions);
}

/** Whether a stream of this operation may be asked for its usage at the target. */
export function mayAskUsage(call: Call, { endpoint }: Target, operation: Operation): boolean {
  if (!call.isStream || operation.dialect !== "chat" || !call.world.asksForUsage) return false;
  return call.services.targets.usageOptions.mayAsk(endpoint.name);
}
