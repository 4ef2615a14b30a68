// Step 8, attempt: one try at one target, from sending to the end of the answer. Tells how it went; whether
// another target is tried is for `attempts.ts` to say. Called by it alone.

import type { ErrorCode } from "../core/errors.ts";
import type { FlatHeaders } from "../http/message.ts";
import type { Credential, Target } from "../routing/model.ts";
import type { OutboundCall, OutboundFailure, OutboundHandler, OutboundRequest } from "../upstream/client.ts";
import { classifyFailure, classifyHead, headerOf, isOwnAnswerShown } from "./classify.ts";
import type { Exchange } from "./exchange.ts";
import { outboundRequest } from "./outbound-request.ts";
import { Relay } from "./relay.ts";

/** Why an attempt gave no answer. Nothing was sent to the client. */
export type AttemptFailure = {
  readonly kind: "failed";
  readonly code: ErrorCode;
  /** The endpoint's status, where it sent one. */
  readonly status: number | undefined;
  /** An error code such as ECONNREFUSED, where the wire failed. */
  readonly reason: string | undefined;
  readonly headers: FlatHeaders;
};

/** How an attempt ended. `answered`: something was relayed, whole or not (`exchange.error` says). */
export type AttemptOutcome =
  | AttemptFailure
  | { readonly kind: "answered" }
  | { readonly kind: "client_gone" };

/** What may become of a failed attempt. */
export type AttemptOptions = {
  /** No other target is left and none was tried before: the endpoint's own error is the best answer there is. */
  readonly isOnlyOne: boolean;
  /** When the whole exchange must be over, on the clock's scale; undefined for streams. */
  readonly deadlineMs: number | undefined;
};

/** At most this much of an unwanted answer is read to keep its connection; and for this long. */
const MAX_DISCARD_BYTES = 64 * 1024;
const DISCARD_MS = 1_000;

/** Tries one target. Never rejects but for a request that cannot be sent. */
export function attempt(
  exchange: Exchange,
  target: Target,
  credential: Credential,
  options: AttemptOptions,
): Promise<AttemptOutcome> {
  return new Promise((resolve, reject) => {
    try {
      const request = outboundRequest(exchange, target, credential);
      new Attempt(exchange, target, options, resolve).send(request, false);
    } catch (error) {
      reject(error);
    }
  });
}

const NO_HEADERS: FlatHeaders = [];

/** A success of a POST has a body: every operation of the table answers with one. */
function isBodyExpected(exchange: Exchange, status: number): boolean {
  return exchange.request.method === "POST" && status < 300;
}

class Attempt implements OutboundHandler {
  readonly #exchange: Exchange;
  readonly #target: Target;
  readonly #options: AttemptOptions;
  readonly #resolve: (outcome: AttemptOutcome) => void;
  #request: OutboundRequest | undefined;
  #call: OutboundCall | undefined;
  #relay: Relay | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** True while the client reads slower than the endpoint writes: silence is not the endpoint's then. */
  #isPaused = false;
  #wasRetried = false;
  #isSettled = false;
  #discarded = 0;

  constructor(
    exchange: Exchange,
    target: Target,
    options: AttemptOptions,
    resolve: (outcome: AttemptOutcome) => void,
  ) {
    this.#exchange = exchange;
    this.#target = target;
    this.#options = options;
    this.#resolve = resolve;
  }

  send(request: OutboundRequest, isFresh: boolean): void {
    const { endpoint } = this.#target;
    this.#request = request;
    this.#exchange.onClientGone = () => this.#abandon();
    if (this.#exchange.isClientGone) {
      this.#settle({ kind: "client_gone" });
      return;
    }
    const { timeouts } = endpoint;
    this.#arm(this.#exchange.isStream ? timeouts.firstByteStreamMs : timeouts.firstBytePlainMs);
    const origin = { origin: endpoint.origin, connectMs: timeouts.connectMs };
    this.#call = this.#exchange.services.client.send(origin, request, this, { isFresh });
  }

  onHead(status: number, headers: FlatHeaders): void {
    const contentType = headerOf(headers, "content-type").toLowerCase();
    const code = classifyHead(status, contentType);
    const isShown = code !== undefined && this.#options.isOnlyOne && isOwnAnswerShown(code, contentType);
    if (code !== undefined && !isShown) {
      this.#fail({ kind: "failed", code, status, reason: undefined, headers });
      this.#discardRest();
      return;
    }
    this.#exchange.error = code;
    const relay = new Relay(this.#exchange, this.#target, { status, headers, contentType }, () =>
      this.#resume(),
    );
    this.#relay = relay;
    this.#arm(this.#target.endpoint.timeouts.idleMs);
    // Where body came with the head they leave together; a stream's head does not wait for its first event.
    if (relay.isEventStream) process.nextTick(() => this.#flushHead());
  }

  onData(chunk: Buffer): boolean {
    if (this.#relay === undefined) return this.#discard(chunk);
    this.#timer?.refresh();
    if (this.#isOverdue()) {
      this.#cut("upstream_idle_timeout");
      return true;
    }
    if (this.#relay.write(chunk)) return true;
    this.#isPaused = true;
    return false;
  }

  onEnd(): void {
    const relay = this.#relay;
    if (relay === undefined || this.#isSettled) {
      this.#disarm();
      return;
    }
    if (!relay.isCommitted && isBodyExpected(this.#exchange, relay.status)) {
      // Nothing at all where an answer was promised, and nothing sent yet: another endpoint may do better.
      const code = "upstream_bad_response";
      this.#fail({ kind: "failed", code, status: relay.status, reason: "EMPTY_BODY", headers: NO_HEADERS });
      return;
    }
    const code = relay.end();
    if (code !== undefined) this.#exchange.error = code;
    this.#settle({ kind: "answered" });
  }

  onFailure(failure: OutboundFailure): void {
    if (this.#isSettled) {
      this.#disarm();
      return;
    }
    if (this.#relay?.isCommitted === true) {
      this.#cut("upstream_cut_off");
      return;
    }
    const request = this.#request;
    const isStale = failure.kind === "reset" && failure.isStale && this.#relay === undefined;
    if (isStale && !this.#wasRetried && request !== undefined) {
      // The endpoint closed an idle connection just as we used it: no fault of anybody's, and a free second try.
      this.#wasRetried = true;
      this.#disarm();
      this.send(request, true);
      return;
    }
    const code = classifyFailure(failure);
    this.#fail({ kind: "failed", code, status: undefined, reason: failure.reason, headers: NO_HEADERS });
  }

  #flushHead(): void {
    if (!this.#isSettled && this.#relay?.isCommitted === false) this.#relay.flushHead();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#timer?.refresh();
    this.#call?.resume();
  }

  /** The client is gone: the endpoint is told by closing its connection, before the first byte as after it. */
  #abandon(): void {
    this.#call?.cancel();
    this.#settle({ kind: "client_gone" });
  }

  #onTimeout(): void {
    if (this.#isPaused) {
      this.#timer?.refresh();
      return;
    }
    this.#call?.cancel();
    if (this.#relay?.isCommitted === true) {
      this.#cut("upstream_idle_timeout");
      return;
    }
    const code = "upstream_first_byte_timeout";
    this.#fail({ kind: "failed", code, status: undefined, reason: undefined, headers: NO_HEADERS });
  }

  #cut(code: ErrorCode): void {
    this.#call?.cancel();
    this.#exchange.error = code;
    this.#relay?.cut(code);
    this.#settle({ kind: "answered" });
  }

  #fail(failure: AttemptFailure): void {
    this.#settle(failure);
  }

  #settle(outcome: AttemptOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#disarm();
    this.#exchange.onClientGone = undefined;
    this.#resolve(outcome);
  }

  /** Reads the rest of a failed answer, so that its connection can be used again, but only a little of it. */
  #discardRest(): void {
    this.#timer = setTimeout(() => this.#call?.cancel(), DISCARD_MS);
    this.#timer.unref();
  }

  #discard(chunk: Buffer): boolean {
    this.#discarded += chunk.length;
    if (this.#discarded > MAX_DISCARD_BYTES) {
      this.#disarm();
      this.#call?.cancel();
    }
    return true;
  }

  #isOverdue(): boolean {
    const { deadlineMs } = this.#options;
    if (deadlineMs === undefined || this.#relay?.isEventStream === true) return false;
    return this.#exchange.services.clock.nowMs() > deadlineMs;
  }

  #arm(limitMs: number): void {
    this.#disarm();
    const { deadlineMs } = this.#options;
    const left =
      deadlineMs === undefined
        ? limitMs
        : Math.min(limitMs, deadlineMs - this.#exchange.services.clock.nowMs());
    this.#timer = setTimeout(() => this.#onTimeout(), Math.max(1, left));
  }

  #disarm(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
