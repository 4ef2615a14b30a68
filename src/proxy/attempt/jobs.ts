// Requests that start a job: a video, a fine-tuning, an answer in the background. Their answer is not the work but a
// receipt, so that a request which is sent again after its answer was lost may be done and paid twice.

import type { Exchange } from "../exchange/exchange.ts";
import { wasSent } from "../outcome/classify.ts";
import type { AttemptFailure } from "../outcome/outcome.ts";

/** Gateways on the way that have lost the endpoint's answer: the request may have reached it (502, 504, Cloudflare). */
const ANSWER_LOST: ReadonlySet<number> = new Set([502, 504, 520, 524]);

/** Whether the request starts a job; in doubt it does. */
export function mayStartJob({ operation, isBackground }: Exchange): boolean {
  return operation?.job === "always" || (operation?.job === "in_background" && isBackground);
}

/**
 * Whether an attempt that failed may have started the job all the same: the request was sent, and no answer says that
 * it was refused.
 */
export function isMaybeDone(exchange: Exchange, failure: AttemptFailure): boolean {
  return wasSent(failure.code) && !isRefusal(failure) && mayStartJob(exchange);
}

/** An answer that is an error. An answer that broke off, or that is no answer of an API, is none. */
function isRefusal({ code, status, verdict }: AttemptFailure): boolean {
  if (status === undefined || ANSWER_LOST.has(status)) return false;
  if (status >= 300) return true;
  // An error that came as 200 was read and classified; what cannot be read came after the request was taken.
  return verdict.class !== "bad_response" && verdict.class !== "unsupported" && !UNREAD.has(code);
}

/** Failures of the wire have no class of their own. */
const UNREAD: ReadonlySet<string> = new Set([
  "upstream_reset",
  "upstream_first_byte_timeout",
  "upstream_bad_response",
  "upstream_empty_answer",
]);
