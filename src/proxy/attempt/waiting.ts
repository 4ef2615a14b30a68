// The first phase of an attempt: the request is sent, and no head has come. A connection that the endpoint closed just
// as it was used costs nothing: the request is sent once more.

import type { Duplex } from "node:stream";
import { GatewayError } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { VERDICTS } from "../../routing/health/failure-class.ts";
import type { Target } from "../../routing/model.ts";
import type { OutboundFailure, OutboundRequest } from "../../upstream/client.ts";
import { FirstBytes } from "../look/first-bytes.ts";
import { lookRules } from "../look/look-rules.ts";
import { codeOfFailure, headerOf, wireFailure } from "../outcome/classify.ts";
import type { AttemptFailure } from "../outcome/outcome.ts";
import { outboundRequest } from "../send/outbound-request.ts";
import { translatedRequest } from "../send/translated-request.ts";
import { mayAskUsage, usageEdit } from "../send/usage-asking.ts";
import { translatedCall } from "../translate/translated-call.ts";
import { unmarked } from "../translate/unmarked.ts";
import { cannotCount, wayTo } from "../translate/way.ts";
import type { Attempt } from "./attempt.ts";
import { mayStartJob } from "./jobs.ts";
import { judge } from "./judge.ts";
import { Looking } from "./looking.ts";
import type { Phase } from "./phase.ts";
import { tunnelAnswer } from "./tunnelling.ts";

/**
 * Sends the request of an attempt, which is waiting then.
 * @throws GatewayError for a request that cannot be sent on
 */
export function sendAttempt(attempt: Attempt): void {
  const request = requestOf(attempt);
  if (request === undefined) return;
  attempt.sendAgain = sendAttempt;
  const waiting = new Waiting(attempt, request);
  attempt.become(waiting);
  // A pooled connection may be closed in passing, which cannot be told from a job whose receipt was lost.
  waiting.send(mayStartJob(attempt.call));
}

/** In the client's own words or in others; undefined where the target need not be asked, and the attempt is over. */
function requestOf(attempt: Attempt): OutboundRequest | undefined {
  const { call, refused, lease } = attempt;
  const { target } = lease;
  lease.spanId ??= call.exchange.trace?.attemptId();
  const translation = wayTo(call, target, refused);
  if (translation === undefined) {
    attempt.translated = undefined;
    if (!cannotCount(call, target)) {
      const usage = attempt.isUsageRefused ? undefined : usageEdit(call, target);
      attempt.asksUsage = usage !== undefined;
      return unmarked(call, outboundRequest(call, lease, usage));
    }
    attempt.settle(unsupported(target));
    return undefined;
  }
  try {
    attempt.translated = translatedCall(call, translation, target.upstreamModel);
    attempt.asksUsage = !attempt.isUsageRefused && mayAskUsage(call, target, translation.operation);
    return translatedRequest(call, lease, attempt.translated, attempt.asksUsage);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "untranslatable") throw error;
    // Another target may know the client's words.
    attempt.settle({ ...wireFailure(target, error.code, undefined, undefined), unsaid: error });
    return undefined;
  }
}

/** As if it had been asked: it has said before that it does not know the path. */
function unsupported(target: Target): AttemptFailure {
  const failure = wireFailure(target, "upstream_unsupported", undefined, undefined);
  return { ...failure, verdict: VERDICTS.unsupported };
}

class Waiting implements Phase {
  readonly name = "waiting";
  readonly #attempt: Attempt;
  readonly #request: OutboundRequest;
  #isFresh = false;

  constructor(attempt: Attempt, request: OutboundRequest) {
    this.#attempt = attempt;
    this.#request = request;
  }

  send(isFresh: boolean): void {
    const { call, lease, timer } = this.#attempt;
    const { firstByteStreamMs, firstBytePlainMs, firstEventMs, idleMs } = lease.target.timeouts;
    const firstByteMs = call.isStream ? firstByteStreamMs : firstBytePlainMs;
    this.#isFresh = isFresh;
    timer.arm(firstByteMs, Math.min(firstByteMs, firstEventMs, idleMs));
    this.#attempt.send(this.#request, isFresh);
  }

  onHead(status: number, headers: FlatHeaders): void {
    const attempt = this.#attempt;
    if (status < 300 && attempt.call.operation.upgrade !== undefined) {
      // It did as if it had not been asked to leave HTTP, as servers and proxies do that know nothing of it.
      attempt.cancel();
      attempt.fail("upstream_bad_response", "NO_SWITCH");
      return;
    }
    const contentType = headerOf(headers, "content-type").toLowerCase();
    const { translated, asksUsage } = attempt;
    const head = {
      status,
      headers,
      contentType,
      translated,
      hidesUsage: asksUsage && translated === undefined,
    };
    const { upstreamModel } = attempt.lease.target;
    const rules = lookRules(attempt.call, upstreamModel, head, attempt.options.keepsErrors);
    if (rules.isUnseen || FirstBytes.isHeadEnough(rules)) judge(attempt, FirstBytes.verdictOf(rules), head);
    else new Looking(attempt, head, rules).begin();
  }

  onSwitch(headers: FlatHeaders, connection: Duplex): void {
    tunnelAnswer(this.#attempt, { headers, connection });
  }

  /** Never happens: data follows a head. */
  onData(): boolean {
    return true;
  }

  /** Never happens: an end follows a head. */
  onEnd(): void {}

  onFailure(failure: OutboundFailure): void {
    if (failure.kind === "reset" && failure.isStale && !this.#isFresh) {
      // The endpoint closed an idle connection just as we used it: no fault of anybody's, and a free second try.
      this.send(true);
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
