// Whether another target may be tried after a failure, as far as the request itself has a say in it: what it asks for,
// and how far it has come. The rest is `routing/attempt-policy.ts`.

import type { ErrorRow } from "../core/errors.ts";
import type { AttemptFailure } from "./attempt-outcome.ts";
import type { Exchange } from "./exchange.ts";

/** Attempts after which a loop ends a request that came from a client; one less for each gateway on its way. */
const ATTEMPTS_IN_LOOPS = 3;

/** `never`, or what the failure itself says. `attempts`: those made for the exchange, the failed one included. */
export function retryAfter(exchange: Exchange, failure: AttemptFailure, attempts: number): ErrorRow["retry"] {
  // What one endpoint has answered to a DELETE is no reason to delete at another.
  if (exchange.request.method === "DELETE" && failure.status !== undefined) return "never";
  // Where gateways lead to one another, three attempts at each of them would be hundreds of calls.
  if (failure.code === "loop_detected" && attempts >= ATTEMPTS_IN_LOOPS - exchange.hops.count) return "never";
  return failure.verdict.retry;
}
