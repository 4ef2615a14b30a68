// How one attempt ended: an answer that was passed on, a failure, or neither. Types only.

import type { ErrorCode, GatewayError } from "../../core/errors.ts";
import type { TokenUsage } from "../../core/usage.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Verdict } from "../../routing/health/failure-class.ts";
import type { Target } from "../../routing/model.ts";
import type { Translated } from "../../wires/translate/translation.ts";

/** Status line and headers of an endpoint's answer. */
export type AnswerHead = {
  readonly status: number;
  readonly headers: FlatHeaders;
  readonly contentType: string;
  /** How the endpoint was asked, where that was in the words of another API than the client's. */
  readonly translated?: Translated | undefined;
  /** What the stream used is told at the gateway's wish: the client has not asked for that. */
  readonly hidesUsage?: boolean;
  /** Of an answer that was read whole before it is passed on: what it used. */
  readonly usage?: TokenUsage | undefined;
};

/** An endpoint's own error, kept whole so that it can be shown when nothing better comes. */
type KeptAnswer = AnswerHead & { readonly body: Buffer };

/** Why an attempt gave no answer. Nothing was sent to the client. */
export type AttemptFailure = {
  readonly kind: "failed";
  readonly target: Target;
  readonly code: ErrorCode;
  readonly verdict: Verdict;
  /** The endpoint's status, where it sent one. */
  readonly status: number | undefined;
  /** An error code such as ECONNREFUSED, where the wire failed. */
  readonly reason: string | undefined;
  readonly headers: FlatHeaders;
  readonly answer: KeptAnswer | undefined;
  /**
   * The message in the endpoint's error, fit to be shown: short, without keys and control characters. It waits for what
   * of it has not come yet, a second at most. Undefined where there was no answer.
   */
  readonly said: (() => Promise<string | undefined>) | undefined;
  /** Why it was not even asked: the request cannot be said in its words. */
  readonly unsaid?: GatewayError;
  /** Why its answer cannot be said in the client's words: a sentence, fit to be shown as `said` is. */
  readonly unread?: string;
};

/** Something was passed on to the client, so that nothing else can be tried. */
type AttemptAnswer = {
  readonly kind: "answered";
  /** What was wrong with the answer all the same: it broke off, or ended in an error event. Undefined: nothing. */
  readonly fault: ErrorCode | undefined;
};

/**
 * How an attempt ended. `lost`: another attempt of the same call was faster (hedging). `broken`: the gateway itself
 * is at fault.
 */
export type AttemptOutcome =
  | AttemptAnswer
  | AttemptFailure
  | { readonly kind: "client_gone" | "lost" }
  | { readonly kind: "broken"; readonly error: unknown };
