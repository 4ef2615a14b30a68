// Requests that start a job: a video, a fine-tuning, an answer in the background. Their answer is not the work but a
// receipt, so that a request which is sent again after its answer was lost may be done and paid twice.

import { jsonKeyEquals } from "../http/json-key.ts";
import type { AttemptFailure } from "./attempt-outcome.ts";
import { wasSent } from "./classify.ts";
import type { Exchange } from "./exchange.ts";

/** Gateways on the way that have lost the endpoint's answer: the request may have reached it (502, 504, Cloudflare). */
const ANSWER_LOST: ReadonlySet<number> = new Set([502, 504, 520, 524]);
const BACKGROUND = "background";
/** As a key that is spelled without escapes, and the beginnings of all escapes of small letters. */
const SPELLINGS = [Buffer.from(`"${BACKGROUND}"`), Buffer.from("\\u006"), Buffer.from("\\u007")];
/** No spelling of the key is longer. */
const MAX_KEY_BYTES = BACKGROUND.length * 6;

/** Whether the request starts a job; in doubt it does. Looks through the body where the operation leaves it open. */
export function mayStartJob(exchange: Exchange): boolean {
  const { operation, body } = exchange;
  if (operation === undefined) return false;
  if (operation.job !== "in_background") return operation.job === "always";
  return body !== undefined && saysBackground(body);
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

/** `"background": true` anywhere in the bytes, in whatever spelling: inside of a text its quotes would be escaped. */
function saysBackground(body: Buffer): boolean {
  for (const spelling of SPELLINGS) {
    for (let at = body.indexOf(spelling); at !== -1; at = body.indexOf(spelling, at + spelling.length))
      if (isBackground(body, at)) return true;
  }
  return false;
}

/** Whether the key that has something at `at` is the one, and its value is true. */
function isBackground(body: Buffer, at: number): boolean {
  // Only so far as a key can reach, or a text full of escapes would be gone through again from each of them.
  const from = Math.max(0, at - MAX_KEY_BYTES);
  const start = body[at] === QUOTE ? at + 1 : from + body.subarray(from, at).lastIndexOf(QUOTE) + 1;
  const end = start + body.subarray(start, start + MAX_KEY_BYTES + 1).indexOf(QUOTE);
  if (body[start - 1] !== QUOTE || end < start || !jsonKeyEquals(body, start, end, BACKGROUND)) return false;
  const colon = afterSpace(body, end + 1);
  return body[colon] === COLON && isTrue(body, afterSpace(body, colon + 1));
}

function isTrue(body: Buffer, at: number): boolean {
  return body.toString("latin1", at, at + 4) === "true";
}

function afterSpace(body: Buffer, start: number): number {
  let at = start;
  while (at < body.length && (body[at] ?? 0) <= 0x20) at += 1;
  return at;
}

const QUOTE = 0x22;
const COLON = 0x3a;
