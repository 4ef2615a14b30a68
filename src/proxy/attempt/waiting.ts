// The first phase of an attempt: the request is sent, and no head has come. A connection that the endpoint closed just
// as it was used costs nothing: the request is sent once more.

import type { FlatHeaders } from "../../http/message.ts";
import type { OutboundFailure, OutboundRequest, SendOptions } from "../../upstream/client.ts";
import { FirstBytes } from "../look/first-bytes.ts";
import { lookRules } from "../look/look-rules.ts";
import { codeOfFailure, headerOf } from "../outcome/classify.ts";
import { outboundRequest } from "../send/outbound-request.ts";
import type { Attempt } from "./attempt.ts";
import { mayStartJob } from "./jobs.ts";
import { judge } from "./judge.ts";
import { Looking } from "./looking.ts";
import type { Phase } from "./phase.ts";

const POOLED: SendOptions = { isFresh: false };
const FRESH: SendOptions = { isFresh: true };

/**
 * Sends the request of an attempt, which is waiting then.
 * @throws GatewayError for a request that cannot be sent on
 */
export function sendAttempt(attempt: Attempt): void {
  const { target, credential } = attempt.lease;
  const request = outboundRequest(attempt.call, target, credential);
  const waiting = new Waiting(attempt, request);
  attempt.become(waiting);
  // A pooled connection may be closed in passing, which cannot be told from a job whose receipt was lost.
  waiting.send(mayStartJob(attempt.call) ? FRESH : POOLED);
}

class Waiting implements Phase {
  readonly name = "waiting";
  readonly #attempt: Attempt;
  readonly #request: OutboundRequest;
  #connection = POOLED;

  constructor(attempt: Attempt, request: OutboundRequest) {
    this.#attempt = attempt;
    this.#request = request;
  }

  send(connection: SendOptions): void {
    const { call, lease, timer } = this.#attempt;
    const { firstByteStreamMs, firstBytePlainMs, firstEventMs, idleMs } = lease.target.timeouts;
    const firstByteMs = call.isStream ? firstByteStreamMs : firstBytePlainMs;
    this.#connection = connection;
    timer.arm(firstByteMs, Math.min(firstByteMs, firstEventMs, idleMs));
    this.#attempt.send(this.#request, connection);
  }

  onHead(status: number, headers: FlatHeaders): void {
    const attempt = this.#attempt;
    const head = { status, headers, contentType: headerOf(headers, "content-type").toLowerCase() };
    const { upstreamModel } = attempt.lease.target;
    const rules = lookRules(attempt.call, upstreamModel, head, attempt.options.keepsErrors);
    if (rules.isUnseen || FirstBytes.isHeadEnough(rules)) judge(attempt, FirstBytes.verdictOf(rules), head);
    else new Looking(attempt, head, rules).begin();
  }

  /** Never happens: data follows a head. */
  onData(): boolean {
    return true;
  }

  /** Never happens: an end follows a head. */
  onEnd(): void {}

  onFailure(failure: OutboundFailure): void {
    if (failure.kind === "reset" && failure.isStale && this.#connection === POOLED) {
      // The endpoint closed an idle connection just as we used it: no fault of anybody's, and a free second try.
      this.send(FRESH);
      return;
    }
    this.#attempt.fail(codeOfFailure(failure), failure.reason);
  }

  onTimeout(): void {
    this.#attempt.cancel();
    this.#attempt.fail("upstream_first_byte_timeout");
  }

  leave(): void {}
}
