// How one attempt ended: an answer that was passed on, a failure, or neither. Types only.

import type { ErrorCode } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Verdict } from "../../routing/health/failure-class.ts";
import type { Target } from "../../routing/model.ts";

/** Status line and headers of an endpoint's answer. */
export type AnswerHead = {
  readonly status: number;
  readonly headers: FlatHeaders;
  readonly contentType: string;
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
};

/** Something was passed on to the client, so that nothing else can be tried. */
export type AttemptAnswer = {
  readonly kind: "answered";
  /** What was wrong with the answer all the same: it broke off, or ended in an error event. Undefined: nothing. */
  readonly fault: ErrorCode | undefined;
};

/**
 * How an attempt ended. `lost`: another attempt of the same exchange was faster (hedging). `broken`: the gateway itself
 * is at fault.
 */
export type AttemptOutcome =
  | AttemptAnswer
  | AttemptFailure
  | { readonly kind: "client_gone" | "lost" }
  | { readonly kind: "broken"; readonly error: unknown };

/** How an attempt is to go about it. */
export type AttemptOptions = {
  /** Keep an error's body, since it may be shown. */
  readonly keepsErrors: boolean;
  /** Errors that end this model's part and start a fallback's: they are not relayed at once. */
  readonly holdsContextErrors: boolean;
  /** Send no head before the first event of a stream. */
  readonly holdsFirstEvent: boolean;
  /** Whether another target could be asked if this one fails now. */
  readonly hasAnother: () => boolean;
  /** When the whole exchange must be over, on the clock's scale; undefined for streams. */
  readonly deadlineMs: number | undefined;
  /** Called once when the attempt is over, before anybody who waits for its outcome goes on. */
  readonly onSettled: (outcome: AttemptOutcome) => void;
  /** Called once when the answer is taken and its head is about to be sent. */
  readonly onCommit: ((attempt: Abandonable) => void) | undefined;
};

/** An attempt under way, as its rivals see it. */
export interface Abandonable {
  abandon(kind: "client_gone" | "lost"): void;
}
