// Whether another target may be tried after a failure, as far as the request itself has a say in it: what it asks for,
// and how far it has come. The rest is `routing/retry/retry-policy.ts`.

import type { ErrorRow } from "../../core/errors.ts";
import type { Call } from "../exchange/call.ts";
import type { AttemptFailure } from "../outcome/outcome.ts";

/** Loops after which a request that came from a client ends; one less for each gateway on its way. */
const MAX_LOOPS = 3;

/** `never`, or what the failure itself says; after the failure is among the attempts of the exchange. */
export function retryAfter(call: Call, failure: AttemptFailure): ErrorRow["retry"] {
  const { attempts, hops, request } = call;
  // What one endpoint has answered to a DELETE is no reason to delete at another.
  if (request.method === "DELETE" && failure.status !== undefined) return "never";
  // Where gateways lead to one another, three attempts at each of them would be hundreds of calls.
  if (failure.code !== "loop_detected") return failure.verdict.retry;
  const loops = attempts.filter(({ outcome }) => outcome === "loop_detected").length;
  return loops >= MAX_LOOPS - hops.count ? "never" : failure.verdict.retry;
}
