// Tells what a failure on the wire means, in the words of `routing/health/failure-class.ts`, which does the same for
// answers. Pure.

import { ERRORS, type ErrorCode } from "../../core/errors.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { FlatHeaders } from "../../http/message.ts";
import {
  type AnswerClass,
  classifyErrorEvent,
  hiddenStatus,
  type Verdict,
} from "../../routing/health/failure-class.ts";
import type { FallbackReason, Target } from "../../routing/model.ts";
import type { OutboundFailure } from "../../upstream/client.ts";
import { isHtmlPage } from "../../wires/errors/error-body.ts";
import type { AnswerHead, AttemptFailure } from "./outcome.ts";

const BY_KIND: Readonly<Record<OutboundFailure["kind"], ErrorCode>> = {
  connect_failed: "upstream_connect_failed",
  connect_timeout: "upstream_connect_timeout",
  dns_failed: "upstream_dns_failed",
  tls_failed: "upstream_tls_failed",
  reset: "upstream_reset",
  bad_response: "upstream_bad_response",
  // The request did not come to the endpoint: there is no connection to it, for whatever reason of the proxy's.
  proxy_unreachable: "upstream_connect_failed",
  proxy_timeout: "upstream_connect_timeout",
  proxy_denied: "upstream_connect_failed",
  proxy_failed: "upstream_connect_failed",
};

/** The two ways in which an answer breaks off. */
export type CutCode = "upstream_cut_off" | "upstream_idle_timeout";
/** What a cut of the answer is while nothing of it was passed on: a failure like any other. */
export const WHILE_UNSENT: Readonly<Record<CutCode, ErrorCode>> = {
  upstream_cut_off: "upstream_reset",
  upstream_idle_timeout: "upstream_first_byte_timeout",
};

const NO_HEADERS: FlatHeaders = [];

/** How an attempt ended that failed on the wire; `status` where a head had come. */
export function wireFailure(
  target: Target,
  code: ErrorCode,
  status: number | undefined,
  reason: string | undefined,
): AttemptFailure {
  const bare = { headers: NO_HEADERS, answer: undefined, said: undefined };
  return { kind: "failed", target, code, verdict: verdictOf(code), status, reason, ...bare };
}

const BEFORE_SENDING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "overloaded",
  "untranslatable",
  "upstream_connect_failed",
  "upstream_connect_timeout",
  "upstream_dns_failed",
  "upstream_tls_failed",
]);

/** Files, ports or buffers that this machine has run out of: no endpoint is to blame, and no other would do better. */
const OUR_SHORTAGE: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS"]);

/** The code of a failure on the wire. */
export function codeOfFailure(failure: OutboundFailure): ErrorCode {
  if (failure.kind === "connect_failed" && OUR_SHORTAGE.has(failure.reason)) return "overloaded";
  return BY_KIND[failure.kind];
}

/** The verdict on a failure that is no answer: a strike, and another target may do better. */
export function verdictOf(code: ErrorCode): Verdict {
  const { retry, strike } = ERRORS[code];
  const health = strike ? "strike" : "neutral";
  const isTransient = code !== "upstream_tls_failed" && code !== "untranslatable";
  const rest = { cooldown: undefined, scope: undefined, isForCaller: false } as const;
  return { class: "server_error", code, health, retry, isTransient, ...rest };
}

/** The code of an error event in the middle of a stream; undefined where it is about what the caller sent. */
export function codeOfErrorEvent(text: string): ErrorCode | undefined {
  const { class: kind, code } = classifyErrorEvent(text);
  return kind === "context_length" ? "upstream_context_length" : code;
}

/** Whether the endpoint may have seen the request: a connection that failed says nothing of the request. */
export function wasSent(code: ErrorCode): boolean {
  return !BEFORE_SENDING.has(code);
}

/** Whether an answer that ended with this code counts against the endpoint's health. */
export function isStrike(code: ErrorCode | undefined): boolean {
  return code !== undefined && ERRORS[code].strike;
}

const REASONS: Partial<Readonly<Record<AnswerClass, FallbackReason>>> = {
  rate_limited: "rate_limited",
  request_too_large: "rate_limited",
  not_permitted: "credentials",
  quota: "credentials",
  dead_key: "credentials",
  model_missing: "model_missing",
  context_length: "context_length",
};

/** The class of a failure in the words of `routing.fallbacks`. */
export function fallbackReasonOf(verdict: Verdict): FallbackReason {
  return REASONS[verdict.class] ?? "unavailable";
}

/** Whether it was the key that failed, so that another key of the same endpoint may do. */
export function isKeyFailure(verdict: Verdict): boolean {
  return verdict.cooldown !== undefined && verdict.cooldown !== "model_missing";
}

/** Failures whose own answer may be shown to the caller when nothing else could serve: not our key's, no page. */
export function isOwnAnswerShown(verdict: Verdict, contentType: string, body: Buffer | undefined): boolean {
  if (contentType.startsWith("text/html") || (body !== undefined && isHtmlPage(body))) return false;
  const { class: kind, code } = verdict;
  // Half an answer is none.
  if (code === "upstream_reset") return false;
  return (
    verdict.isForCaller ||
    kind === "server_error" ||
    kind === "timeout_status" ||
    kind === "rate_limited" ||
    kind === "quota" ||
    kind === "model_missing"
  );
}

/**
 * The head with the status that an error that came as 200 should have had, and without a 401 that the caller would take
 * for a word about its own key; itself for anything else.
 */
export function honestHead(
  verdict: Verdict,
  head: AnswerHead,
  body: Buffer | undefined,
  model: string,
): AnswerHead {
  if (verdict.class === "not_permitted" && head.status === 401) return { ...head, status: 403 };
  if (verdict.class === "served" || head.status >= 300 || body === undefined) return head;
  // A stream's reader takes the error from its event; with another status it would not look there.
  if (isEventStream(head)) return head;
  const status = hiddenStatus(head.contentType, body, model);
  return status === undefined ? head : { ...head, status };
}

/** The content type of event streams. */
export const EVENT_STREAM = "text/event-stream";

/** Whether the head says that events follow. */
export function isEventStream({ contentType }: Pick<AnswerHead, "contentType">): boolean {
  return contentType.startsWith(EVENT_STREAM);
}

/** The first value of a header in a flat list, or an empty string. */
export function headerOf(headers: FlatHeaders, name: string): string {
  return firstHeader(headers, name) ?? "";
}
