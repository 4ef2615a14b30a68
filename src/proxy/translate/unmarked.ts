// Reasoning that a translated answer gave to a client, on its way to an endpoint of the client's own API: the signature
// that stands with it is ours, and Anthropic refuses a conversation with such a one. It is left out; the rest keeps its
// values. Only looked for where answers are translated at all.

import type { OutboundRequest } from "../../upstream/client.ts";
import { MARK_START, withoutMarks } from "../../wires/translate/messages-chat/reasoning-mark.ts";
import type { Call } from "../exchange/call.ts";
import { valuesOf } from "./translated-call.ts";

const MARK = Buffer.from(`"${MARK_START}`);

/** The request itself, where nothing of that kind is in it. */
export function unmarked(call: Call, request: OutboundRequest): OutboundRequest {
  if (call.operation.chatApi !== "messages" || !mayBeMarked(call) || !call.body.includes(MARK))
    return request;
  const { body } = request;
  if (body === undefined) return request;
  const whole = Buffer.isBuffer(body) ? body : Buffer.concat(body);
  return { ...request, body: Buffer.from(JSON.stringify(withoutMarks(valuesOf(whole)))) };
}

/** Some endpoint has been asked, or may be, in other words than the client's. */
function mayBeMarked({ services, world }: Call): boolean {
  return (
    !services.targets.lacking.isEmpty || world.table.endpoints.some(({ speaks }) => speaks !== undefined)
  );
}
