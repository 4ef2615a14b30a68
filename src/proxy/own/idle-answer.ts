// The answer to a request that asks no model to do anything, such as one to have a model loaded: that is for the endpoint
// to do when it is asked, and nobody need be.

import type { Call } from "../exchange/call.ts";
import { valuesOf } from "../translate/translated-call.ts";
import { send } from "./pages.ts";

/** Such a request has nothing to say. */
const MAX_IDLE_BYTES = 4_096;

/**
 * False where the request is none of that kind, and nothing was answered.
 * @throws GatewayError invalid_json
 */
export function replyWhereIdle({ exchange, operation, body }: Call): boolean {
  const { idleAnswer } = exchange.clientWire;
  if (idleAnswer === undefined || body.length === 0 || body.length > MAX_IDLE_BYTES) return false;
  const answer = idleAnswer(operation, valuesOf(body), exchange.startedWallMs);
  if (answer === undefined) return false;
  const headers = ["content-type", "application/json", "x-oai-gateway-warning", answer.warning];
  send(exchange, 200, Buffer.from(JSON.stringify(answer.body)), headers);
  return true;
}
