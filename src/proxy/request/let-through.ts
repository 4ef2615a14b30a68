// Limits and budgets, once it is known which model a request asks for: it is let through, or refused before an endpoint
// hears of it.

import type { Call } from "../exchange/call.ts";

/**
 * Lets a call through, and notes what has to be settled at its end and what its answer says of limits. `isFree`: no
 * endpoint is asked, so that it counts as a request alone.
 * @throws GatewayError rate_limit_exceeded, insufficient_quota, unpriced_model
 */
export function letThrough(call: Call, isFree = false): void {
  const { exchange, operation, request } = call;
  const { accounts } = exchange.services.clients;
  if (!accounts.mayBound(exchange.caller)) return;
  // Counts of tokens, and questions about what is kept, use nothing of a model.
  if (operation.countsFor !== undefined) return;
  if (request.method !== "POST" && operation.upgrade === undefined) return;
  const admitted = accounts.admit({
    caller: exchange.caller,
    model: call.model,
    body: call.body,
    isWritten: operation.isWritten,
    isFree,
    wallMs: exchange.startedWallMs,
  });
  if (admitted === undefined) return;
  exchange.admission = admitted.admission;
  if (admitted.headers.length > 0) exchange.commonHeaders = [...exchange.commonHeaders, ...admitted.headers];
}
