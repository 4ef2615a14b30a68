// What an endpoint's answer means for routing: whose fault it is, what cools down, whether it strikes, whether
// another target may do better. Pure functions over status, content type and the first bytes of the body; failures
// of the wire have their codes from the upstream client. Called by the data plane before anything is sent.

import type { ErrorCode, ErrorRow } from "../core/errors.ts";
import {
  type ErrorBody,
  isHtmlPage,
  readErrorBody,
  readFirstEventError,
  readHiddenError,
} from "./error-body.ts";
import {
  isContextLength,
  isEmptyAccount,
  isModelMissing,
  isNotPermitted,
  isQuota,
  isRefusedForContent,
  isRejectedKey,
  isRequestTooLarge,
  isUnaffordable,
  isUnknownPath,
} from "./error-words.ts";
import type { CooldownClass } from "./saved-cooldown.ts";

/** What kind of answer it is. */
export type AnswerClass =
  /** Served. */
  | "served"
  /** The caller's own fault: relayed as it is. */
  | "caller_error"
  /** The caller's too, but a model with a larger window may take it (fallbacks). */
  | "context_length"
  | "rate_limited"
  /** This request is over a limit by itself, or dearer than the account can pay: nothing rests, another may take it. */
  | "request_too_large"
  | "request_unaffordable"
  /** 413: larger than this endpoint takes. */
  | "body_too_large"
  /** The key is good, but not for this operation or this thing: nothing rests. */
  | "not_permitted"
  /** The account behind the key is empty. */
  | "quota"
  | "dead_key"
  | "model_missing"
  | "server_error"
  /** 408, 409, 425. */
  | "timeout_status"
  /** No answer of an API: a page, nothing at all. */
  | "bad_response"
  | "redirect"
  /** 405, 501, a page or a word about the path with a 4xx: this endpoint does not know the path. */
  | "unsupported"
  /** 508 (RFC 5842 §7.2): the endpoint leads back to a gateway that the request came from. */
  | "loop";

/** What follows from an answer. */
export type Verdict = {
  readonly class: AnswerClass;
  /** Undefined: the answer is relayed. Else the error to raise when nothing else can serve. */
  readonly code: ErrorCode | undefined;
  /** `neutral` says nothing of the endpoint's health: give a probe back. */
  readonly health: "success" | "strike" | "neutral";
  /** What cools down, and how far: the model under the key in use, or all under that key. */
  readonly cooldown: CooldownClass | undefined;
  readonly scope: "model" | "credential" | undefined;
  readonly retry: ErrorRow["retry"];
  /** Whether the same target may do better a moment later. */
  readonly isTransient: boolean;
};

function answer(kind: AnswerClass): Verdict {
  const relayed = { code: undefined, health: "success", retry: "never", isTransient: false } as const;
  return { class: kind, cooldown: undefined, scope: undefined, ...relayed };
}

function failure(kind: AnswerClass, code: ErrorCode, more: Partial<Verdict>): Verdict {
  const usual = { health: "neutral", retry: "another_target", isTransient: false } as const;
  return { class: kind, code, cooldown: undefined, scope: undefined, ...usual, ...more };
}

const STRIKE = { health: "strike", isTransient: true } as const;

/** Every verdict there is; frozen by being read only. */
export const VERDICTS: Readonly<Record<AnswerClass, Verdict>> = {
  served: answer("served"),
  caller_error: answer("caller_error"),
  context_length: answer("context_length"),
  rate_limited: failure("rate_limited", "upstream_rate_limited", {
    cooldown: "rate_limited",
    scope: "model",
    isTransient: true,
  }),
  request_too_large: failure("request_too_large", "upstream_rate_limited", {}),
  request_unaffordable: failure("request_unaffordable", "upstream_quota_exhausted", {}),
  body_too_large: failure("body_too_large", "upstream_context_length", {}),
  not_permitted: failure("not_permitted", "upstream_rejected_credentials", {}),
  quota: failure("quota", "upstream_quota_exhausted", { cooldown: "quota", scope: "credential" }),
  dead_key: failure("dead_key", "upstream_rejected_credentials", {
    cooldown: "dead_key",
    scope: "credential",
  }),
  model_missing: failure("model_missing", "upstream_model_missing", {
    cooldown: "model_missing",
    scope: "model",
    health: "success",
  }),
  server_error: failure("server_error", "upstream_server_error", STRIKE),
  timeout_status: failure("timeout_status", "upstream_timeout_status", STRIKE),
  bad_response: failure("bad_response", "upstream_bad_response", STRIKE),
  redirect: failure("redirect", "upstream_redirect", { health: "strike" }),
  unsupported: failure("unsupported", "upstream_bad_response", {}),
  loop: failure("loop", "loop_detected", {}),
};

/** Statuses whose meaning depends on what the body says. */
const WORDED: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 413, 422, 429]);

/**
 * Whether `classifyAnswer` needs the first bytes of the body to be sure. The body of a stream means its first
 * whole event. Without the bytes the verdict is the one of the head alone.
 */
export function needsBody(status: number, contentType: string): boolean {
  if (isType(contentType, "text/html")) return false;
  if (status >= 200 && status < 300) return status !== 204 && !isMedia(contentType);
  return WORDED.has(status);
}

/**
 * The verdict on an answer. `firstBytes` is undefined while nothing of the body was seen, and empty when the body
 * is known to be empty. O(first 8 KiB); allocates only where the bytes may hold an error.
 */
export function classifyAnswer(status: number, contentType: string, firstBytes: Buffer | undefined): Verdict {
  if (status < 200 || status > 599) return VERDICTS.bad_response;
  if (status < 300) return classifySuccess(status, contentType, firstBytes);
  if (status < 400) return VERDICTS.redirect;
  // A page with a 429 is a proxy's on the way, and means what it says.
  if (status < 500 && status !== 429 && isPage(contentType, firstBytes)) return VERDICTS.unsupported;
  return classifyError(status, firstBytes === undefined ? undefined : readErrorBody(firstBytes));
}

/**
 * The status that a 200 with an error body should have had: the one it names, else by its type, else 502.
 * Undefined when the body is no error.
 */
export function hiddenStatus(contentType: string, firstBytes: Buffer): number | undefined {
  const error = hiddenError(contentType, firstBytes);
  return error === undefined ? undefined : statusOf(error);
}

function classifySuccess(status: number, contentType: string, firstBytes: Buffer | undefined): Verdict {
  if (status === 204 || firstBytes?.length === 0) return VERDICTS.bad_response;
  if (isMedia(contentType)) return VERDICTS.served;
  if (isPage(contentType, firstBytes)) return VERDICTS.bad_response;
  const error = firstBytes === undefined ? undefined : hiddenError(contentType, firstBytes);
  return error === undefined ? VERDICTS.served : classifyError(statusOf(error), error);
}

function hiddenError(contentType: string, firstBytes: Buffer): ErrorBody | undefined {
  return isType(contentType, "text/event-stream")
    ? readFirstEventError(firstBytes)
    : readHiddenError(firstBytes);
}

function classifyError(status: number, error: ErrorBody | undefined): Verdict {
  if (status === 402)
    return error !== undefined && isUnaffordable(error) ? VERDICTS.request_unaffordable : VERDICTS.quota;
  if (status === 429) return classifyLimit(error);
  if (status === 401 || status === 403) return classifyRefusal(status, error);
  if (status === 408 || status === 409 || status === 425) return VERDICTS.timeout_status;
  if (status === 405 || status === 501) return VERDICTS.unsupported;
  if (status === 413) return VERDICTS.body_too_large;
  if (status === 508) return VERDICTS.loop;
  if (status >= 500) return VERDICTS.server_error;
  if (error === undefined) return VERDICTS.caller_error;
  if (status === 400) return classifyBadRequest(error);
  if (status !== 404) return VERDICTS.caller_error;
  if (isModelMissing(status, error)) return VERDICTS.model_missing;
  return isUnknownPath(error) ? VERDICTS.unsupported : VERDICTS.caller_error;
}

function classifyLimit(error: ErrorBody | undefined): Verdict {
  if (error === undefined) return VERDICTS.rate_limited;
  if (isQuota(error)) return VERDICTS.quota;
  return isRequestTooLarge(error) ? VERDICTS.request_too_large : VERDICTS.rate_limited;
}

/** Some vendors tell everything as 400: empty accounts, dead keys, models that they do not have. */
function classifyBadRequest(error: ErrorBody): Verdict {
  if (isContextLength(error)) return VERDICTS.context_length;
  if (isModelMissing(400, error)) return VERDICTS.model_missing;
  if (isRefusedForContent(error)) return VERDICTS.caller_error;
  if (isEmptyAccount(error)) return VERDICTS.quota;
  return isRejectedKey(error) ? VERDICTS.dead_key : VERDICTS.caller_error;
}

/** A 403 may also be about the model (OpenAI: the project has no access to it) or about what the caller wrote. */
function classifyRefusal(status: number, error: ErrorBody | undefined): Verdict {
  if (error === undefined) return VERDICTS.dead_key;
  if (isNotPermitted(error)) return VERDICTS.not_permitted;
  if (status === 401) return VERDICTS.dead_key;
  if (isRefusedForContent(error)) return VERDICTS.caller_error;
  if (isQuota(error)) return VERDICTS.quota;
  return error.code === "model_not_found" ? VERDICTS.model_missing : VERDICTS.dead_key;
}

const STATUS_OF_TYPE: readonly (readonly [RegExp, number])[] = [
  [/rate_limit|resource_exhausted|too_many_requests/, 429],
  [/insufficient_|billing/, 402],
  [/authentication|invalid_api_key|unauthenticated|permission/, 401],
  [/model_not_found|not_found/, 404],
  [/context_length|invalid_request|invalid_argument|badrequest/, 400],
  [/overloaded/, 529],
];

function statusOf(error: ErrorBody): number {
  if (error.status !== 0) return error.status;
  for (const [pattern, status] of STATUS_OF_TYPE) {
    if (pattern.test(error.code) || pattern.test(error.type)) return status;
  }
  return 502;
}

function isPage(contentType: string, firstBytes: Buffer | undefined): boolean {
  if (isType(contentType, "text/html")) return true;
  return firstBytes?.[0] !== 0x7b && firstBytes !== undefined && isHtmlPage(firstBytes);
}

/** Sound, pictures, files: their bytes are nobody's business. */
function isMedia(contentType: string): boolean {
  return /^(?:audio|image|video|application\/(?:octet-stream|zip|pdf))\b/i.test(contentType.trimStart());
}

function isType(contentType: string, type: string): boolean {
  return contentType.length >= type.length && contentType.slice(0, type.length).toLowerCase() === type;
}
