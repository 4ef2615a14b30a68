// Keeps requests from going round in a circle through endpoints that lead back here: marks what is sent, knows what
// comes back, and says in the log which endpoint it was.

import { GatewayError } from "../../core/errors.ts";
import {
  HOPS_HEADER,
  type Hops,
  loopIn,
  NO_HOPS,
  newGatewayId,
  nextHops,
  readHops,
} from "../../core/hops.ts";
import type { AttemptSummary, Log } from "../../core/summary.ts";
import type { FlatHeaders, InboundRequest } from "../../http/message.ts";

/** At most so many endpoints are remembered; a configuration has fewer. */
const MAX_ENDPOINTS = 1_000;

/** One for the process. */
export class Loops {
  /** What the gateway's own questions carry: they have come through nobody. Flat. */
  readonly ownHeaders: FlatHeaders;
  readonly #log: Log;
  /** By which the gateway knows what it has sent itself, whichever of its processes did. */
  readonly id: string;
  readonly #first: string;
  /** Endpoints that were told of: every request would tell the same. */
  readonly #told = new Set<string>();

  constructor(log: Log, id = newGatewayId()) {
    this.#log = log;
    this.id = id;
    this.#first = nextHops(NO_HOPS, id);
    this.ownHeaders = [HOPS_HEADER, this.#first];
  }

  /** The header's value for what is sent on. */
  next(hops: Hops): string {
    return hops === NO_HOPS ? this.#first : nextHops(hops, this.id);
  }

  /**
   * The gateways that a request has come through.
   * @throws GatewayError loop_detected when it has been here before, or has come too far
   */
  take(request: InboundRequest): Hops {
    if (request.header(HOPS_HEADER) === undefined) return NO_HOPS;
    const { headers } = request;
    const hops = readHops(headers.filter((_, at) => at % 2 === 1 && headers[at - 1] === HOPS_HEADER));
    const loop = loopIn(hops, this.id);
    if (loop === undefined) return hops;
    throw refusal(
      loop === "self"
        ? "This request was sent by this very gateway: one of its endpoints leads back to it."
        : `This request has come through ${hops.count} gateways: their endpoints seem to lead to one another in a circle.`,
    );
  }

  /** Looks at the attempts of an exchange that is over. */
  note(attempts: readonly AttemptSummary[]): void {
    for (const { endpoint, outcome } of attempts) {
      if (outcome !== "loop_detected" || this.#told.has(endpoint)) continue;
      if (this.#told.size >= MAX_ENDPOINTS) this.#told.clear();
      this.#told.add(endpoint);
      const message = `Endpoint ${endpoint} leads back to this gateway, directly or through another one; its base_url should be that of the API server itself.`;
      this.#log.warn("loop_detected", message, { endpoint });
    }
  }

  /** After a reload an endpoint of the same name may be another one. */
  forget(): void {
    this.#told.clear();
  }
}

/**
 * What another gateway is told where an endpoint of ours led back to one of those on the way: that it was a loop,
 * whatever else has failed, so that it does not ask here again. Other errors as they are.
 */
export function endOfLoop(
  error: GatewayError,
  hops: Hops,
  attempts: readonly AttemptSummary[],
): GatewayError {
  if (hops.count === 0 || error.status < 500 || error.code === "loop_detected") return error;
  return attempts.some(({ outcome }) => outcome === "loop_detected") ? refusal(error.message) : error;
}

/** No retry can help: neither another gateway's nor an SDK's. */
function refusal(message: string): GatewayError {
  return new GatewayError("loop_detected", { message, headers: ["x-should-retry", "false"] });
}
