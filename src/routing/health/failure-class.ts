// What an endpoint's answer means for routing: whose fault it is, what cools down, whether it strikes, whether
// another target may do better. Pure functions over status, content type and the first bytes of the body; failures
// of the wire have their codes from the upstream client.

import type { ErrorCode, ErrorRow } from "../../core/errors.ts";
import {
  type ErrorBody,
  isHtmlPage,
  readErrorBody,
  readErrorText,
  readFirstEventError,
  readHiddenError,
} from "../../wires/errors/error-body.ts";
import {
  isAboutField,
  isAboutObject,
  isAboutOther,
  isBadKey,
  isContentRefusal,
  isContextLength,
  isEmptyAccount,
  isLocation,
  isMissingScope,
  isTooLarge,
  isUnknownPath,
} from "../../wires/errors/error-words.ts";
import { isModelMissing } from "../../wires/errors/missing-model.ts";
import type { CooldownClass } from "../saved-cooldown.ts";

/** What kind of answer it is. */
export type AnswerClass =
  /** Served. */
  | "served"
  /** The caller's own fault: relayed as it is. */
  | "caller_error"
  /** The caller's too, but a model with a larger window may take it (fallbacks). */
  | "context_length"
  | "rate_limited"
  /** This one request is larger than a limit there, and always would be: another endpoint may have a larger one. */
  | "request_too_large"
  /** The key is good, but not for this operation or this object. */
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
  /** 501, 405, a 404 that speaks of nothing in particular, a page with a 4xx: this endpoint does not know the path. */
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
  /** It is about the request: the endpoint's own words are what the caller gets when nothing else can serve. */
  readonly isForCaller: boolean;
};

function answer(kind: AnswerClass): Verdict {
  const relayed = { code: undefined, health: "success", retry: "never", isTransient: false } as const;
  return { class: kind, cooldown: undefined, scope: undefined, isForCaller: true, ...relayed };
}

function failure(kind: AnswerClass, code: ErrorCode, more: Partial<Verdict>): Verdict {
  const usual = { health: "neutral", retry: "another_target", isTransient: false } as const;
  return { class: kind, code, cooldown: undefined, scope: undefined, isForCaller: false, ...usual, ...more };
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
  request_too_large: failure("request_too_large", "upstream_request_too_large", { isForCaller: true }),
  not_permitted: failure("not_permitted", "upstream_not_permitted", { isForCaller: true }),
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
  unsupported: failure("unsupported", "upstream_unsupported", { isForCaller: true }),
  loop: failure("loop", "loop_detected", {}),
};

/**
 * Whether `classifyAnswer` needs the first bytes of the body to be sure. The body of a stream means its first
 * whole event. Without the bytes the verdict is the one of the head alone.
 */
export function needsBody(status: number, contentType: string): boolean {
  if (isType(contentType, "text/html")) return false;
  if (status >= 200 && status < 300) return status !== 204 && !isMedia(contentType);
  return WITH_MORE_TO_SAY.has(status);
}

/** Statuses that may mean several things. */
const WITH_MORE_TO_SAY = new Set([400, 401, 402, 403, 404, 405, 413, 422, 429]);

/**
 * The verdict on an answer. `firstBytes` is undefined while nothing of the body was seen, and empty when the body
 * is known to be empty. `model` is the name that was sent to the endpoint. O(first 8 KiB); allocates only where the
 * bytes may hold an error.
 */
export function classifyAnswer(
  status: number,
  contentType: string,
  firstBytes: Buffer | undefined,
  model?: string,
): Verdict {
  if (status < 200 || status > 599) return VERDICTS.bad_response;
  if (status < 300) return classifySuccess(status, contentType, firstBytes, model);
  if (status < 400) return VERDICTS.redirect;
  // A page with a 429 is a proxy's on the way, and means what it says.
  if (status < 500 && status !== 429 && isPage(contentType, firstBytes)) return VERDICTS.unsupported;
  return classifyError(status, firstBytes === undefined ? undefined : readErrorBody(firstBytes), model);
}

/**
 * The status that a 200 with an error body should have had: the one it names, else by its type or words, else 502.
 * Undefined when the body is no error.
 */
export function hiddenStatus(contentType: string, firstBytes: Buffer, model?: string): number | undefined {
  const error = hiddenError(contentType, firstBytes);
  return error === undefined ? undefined : statusOf(error, model);
}

/** The verdict on an error event in the middle of a stream, by the text of its error, which may be cut. */
export function classifyErrorEvent(text: string): Verdict {
  const error = readErrorText(text);
  return classifyError(statusOf(error, undefined), error, undefined);
}

function classifySuccess(
  status: number,
  contentType: string,
  firstBytes: Buffer | undefined,
  model: string | undefined,
): Verdict {
  if (status === 204 || firstBytes?.length === 0) return VERDICTS.bad_response;
  if (isMedia(contentType)) return VERDICTS.served;
  if (isPage(contentType, firstBytes)) return VERDICTS.bad_response;
  const error = firstBytes === undefined ? undefined : hiddenError(contentType, firstBytes);
  return error === undefined ? VERDICTS.served : classifyError(statusOf(error, model), error, model);
}

function hiddenError(contentType: string, firstBytes: Buffer): ErrorBody | undefined {
  return isType(contentType, "text/event-stream")
    ? readFirstEventError(firstBytes)
    : readHiddenError(firstBytes);
}

function classifyError(status: number, error: ErrorBody | undefined, model: string | undefined): Verdict {
  if (status === 408 || status === 409 || status === 425) return VERDICTS.timeout_status;
  if (status === 501) return VERDICTS.unsupported;
  if (status === 508) return VERDICTS.loop;
  if (status >= 500) return VERDICTS.server_error;
  if (error === undefined) return BY_STATUS[status] ?? VERDICTS.caller_error;
  if (status === 401 || status === 402) return classifyAccount(status, error);
  if (status === 429) return classifyLimit(error);
  if (isContentRefusal(error)) return VERDICTS.caller_error;
  if (status === 413) return isContextLength(error) ? VERDICTS.context_length : VERDICTS.request_too_large;
  if (status === 403) return classifyRefusal(error, model);
  if (status === 404 || status === 405) return classifyNotFound(status, error, model);
  return status === 400 || status === 422 ? classifyBadRequest(status, error, model) : VERDICTS.caller_error;
}

/** What a status means where nothing of the body can be read. */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  401: VERDICTS.dead_key,
  402: VERDICTS.quota,
  403: VERDICTS.dead_key,
  405: VERDICTS.unsupported,
  413: VERDICTS.request_too_large,
  429: VERDICTS.rate_limited,
};

/** A server that a tool or an image is on may ask for a key or for money too: then a field of the request is named. */
function classifyAccount(status: number, error: ErrorBody): Verdict {
  if (isAboutField(error)) return VERDICTS.not_permitted;
  if (status === 401) return isMissingScope(error) ? VERDICTS.not_permitted : VERDICTS.dead_key;
  return isTooLarge(error) ? VERDICTS.request_too_large : VERDICTS.quota;
}

function classifyLimit(error: ErrorBody): Verdict {
  if (isEmptyAccount(error)) return VERDICTS.quota;
  return isTooLarge(error) ? VERDICTS.request_too_large : VERDICTS.rate_limited;
}

/** A 403 may be about the account, the model (OpenAI: the project has no access to it), one object, or the key. */
function classifyRefusal(error: ErrorBody, model: string | undefined): Verdict {
  if (isEmptyAccount(error)) return VERDICTS.quota;
  if (isModelMissing(403, error, model)) return VERDICTS.model_missing;
  if (isBadKey(error)) return VERDICTS.dead_key;
  const isMilder = isMissingScope(error) || isAboutObject(error);
  return isMilder ? VERDICTS.not_permitted : VERDICTS.dead_key;
}

/** Not the path, not the model, and nothing else that is named: another endpoint is asked, and nothing rests. */
function classifyNotFound(status: number, error: ErrorBody, model: string | undefined): Verdict {
  if (status === 405 || isUnknownPath(error)) return VERDICTS.unsupported;
  if (isModelMissing(status, error, model)) return VERDICTS.model_missing;
  return isAboutOther(error) ? VERDICTS.caller_error : VERDICTS.unsupported;
}

/** Some tell with a 400 what others have statuses for. */
function classifyBadRequest(status: number, error: ErrorBody, model: string | undefined): Verdict {
  if (isContextLength(error)) return VERDICTS.context_length;
  if (isEmptyAccount(error)) return VERDICTS.quota;
  if (isBadKey(error)) return VERDICTS.dead_key;
  if (isModelMissing(status, error, model)) return VERDICTS.model_missing;
  if (isLocation(error) || isMissingScope(error)) return VERDICTS.not_permitted;
  return isUnknownPath(error) ? VERDICTS.unsupported : VERDICTS.caller_error;
}

const STATUS_OF_TYPE: readonly (readonly [RegExp, number])[] = [
  [/rate_limit|resource_exhausted|too_many_requests/, 429],
  [/insufficient_|billing/, 402],
  [/authentication|invalid_api_key|unauthenticated|permission/, 401],
  [/model_not_found|not_found/, 404],
  [/context_length|invalid_request|invalid_argument|badrequest/, 400],
  [/overloaded/, 529],
];

function statusOf(error: ErrorBody, model: string | undefined): number {
  if (error.status !== 0) return error.status;
  for (const [pattern, status] of STATUS_OF_TYPE) {
    if (pattern.test(error.code) || pattern.test(error.type)) return status;
  }
  if (isUnknownPath(error) || isModelMissing(400, error, model)) return 404;
  if (isEmptyAccount(error)) return 402;
  if (isBadKey(error)) return 401;
  return isContentRefusal(error) || isContextLength(error) ? 400 : 502;
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
