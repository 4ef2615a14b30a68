// What vendors' errors say, by code, type, parameter and wording: which of them are about the model, the account, the
// key, the length of a prompt, its content, or the path. Pure.
//
// Parts of a message may be the caller's own words, repeated: an id, a file's name, a prompt. A caller who chooses
// them must not be able to put his fault on the endpoint. So codes come first, quoted parts of a message do not
// count, and a message about another kind of thing is not about the model, whatever else is in it.

import type { ErrorBody } from "./error-body.ts";

const QUOTA = new Set([
  "insufficient_quota",
  "insufficient_balance",
  "billing_not_active",
  "billing_hard_limit_reached",
  "billing_error",
]);
const NO_MODEL = new Set([
  "model_not_found",
  "model_not_available",
  "model_not_exist",
  "modelnotfound",
  "modelnotfounderror",
  "no_such_model",
  "model_decommissioned",
  "invalid_model",
  "deploymentnotfound",
  "unknown_model",
]);
const TOO_LONG = new Set(["context_length_exceeded", "exceed_context_size_error", "string_above_max_length"]);
const CONTENT_REFUSED = new Set([
  "content_filter",
  "content_policy_violation",
  "content_policy_error",
  "responsibleaipolicyviolation",
  "datainspectionfailed",
  "data_inspection_failed",
  "moderation_blocked",
  "safety",
  "prohibited_content",
]);
const DEAD_KEY = new Set(["api_key_invalid", "invalid_api_key", "api_key_expired", "account_deactivated"]);
/** Codes and types that say nothing of what is wrong, so that the message must. */
const GENERIC =
  /^(?:|4\d\d|4\d{4}|2\d{4}|error|invalid_request_error|invalid_request|not_?found(?:_error|error)?|bad_?request(?:error)?|invalid_argument|invalid_parameter_error|none|null)$/;

/** Things besides models that an API may not find; `model` in the same message is then the caller's word. */
const ANOTHER_THING =
  /\b(?:response|file|thread|assistant|vector.?store|batch|conversation|container|job|run|item|message|skill|prompt|tool|session|voice|upload|video|image|eval|adapter)s?\b/i;
const MODEL_IS_MISSING =
  /\bmodels?\b.{0,200}?\b(?:not found|does not exist|doesn.t exist|not exist|not available|unavailable|not supported|unsupported|is unknown|not deployed|not loaded)\b|\b(?:no such|unknown|unable to access|cannot find|could not find|not found the|no) model\b|^model: /is;
/** Whole messages with which a 400 says it; anything longer may speak of models for any reason. */
const MODEL_IS_MISSING_ALONE =
  /^(?:the )?model (?:\S{1,200} )?(?:is |was )?(?:does )?not (?:exist|found|available)[.!]?(?: please .{0,200})?$/is;
const UNKNOWN_PATH =
  /^\W{0,3}(?:404[ :]*)?(?:page |route |path |url |resource )?not found\W{0,3}$|^invalid url\b|^unknown (?:request )?(?:url|path|endpoint|route)\b|^unrecognized request url\b|^(?:no route|no handler|cannot post|method not allowed)\b|^unknown path\b/i;
const REQUEST_TOO_LARGE =
  /\brequest (?:is )?too large\b|\brequested \d+.{0,80}\b(?:limit|tokens per (?:min|day))|\btoo many tokens in (?:the |this )?(?:request|prompt)\b|\breduce (?:the length|your (?:prompt|message))/i;
const UNAFFORDABLE = /\bcan only afford\b|\bfewer max_tokens\b|\brequires more credits, or\b/i;
const NOT_PERMITTED =
  /\bmissing scopes?\b|\binsufficient permissions for this operation\b|\bnot allowed to (?:use|access|read) th(?:is|at)\b|\b(?:no|not have) (?:access|permission) to (?:this |the )?(?:file|resource|assistant|thread|response|batch|vector store|conversation|container)\b/i;
const REFUSED_FOR_CONTENT =
  /\bcontent (?:violates|policy|management policy|filter)|\busage (?:guidelines|policies)\b|\bsafety system\b|\b(?:flagged|blocked) (?:by|for|as)\b|\binappropriate content\b|\bprohibited content\b|\bsensitive (?:content|words?|information)\b/i;
const EMPTY_ACCOUNT =
  /^(?:your )?(?:credit balance is too low|account balance is (?:too low|insufficient)|insufficient (?:account )?balance)\b/i;
const REJECTED_KEY =
  /^(?:the |your )?api key (?:is )?(?:not valid|invalid|expired|not found)\b|^(?:incorrect|invalid) api key\b/i;

/** The account behind the key is empty. */
export function isQuota(error: ErrorBody): boolean {
  return has(QUOTA, error);
}

/** The same told as a 400, by code or as the whole of the message's beginning. */
export function isEmptyAccount(error: ErrorBody): boolean {
  return isQuota(error) || EMPTY_ACCOUNT.test(error.message);
}

/** A key that is not valid, told as a 400. */
export function isRejectedKey(error: ErrorBody): boolean {
  return DEAD_KEY.has(error.reason) || has(DEAD_KEY, error) || REJECTED_KEY.test(error.message);
}

/**
 * The endpoint has no such model. `status` is 400, 403 or 404: only a 404 is believed for a sentence in its message,
 * and only where its code says nothing else.
 */
export function isModelMissing(status: number, error: ErrorBody): boolean {
  if (has(NO_MODEL, error)) return true;
  if (!GENERIC.test(error.code) || !GENERIC.test(error.type)) return false;
  if (error.param !== "" && error.param !== "model") return false;
  const message = withoutQuotes(error.message);
  if (ANOTHER_THING.test(message)) return false;
  if (status === 404) return error.param === "model" || MODEL_IS_MISSING.test(message);
  return status === 400 && MODEL_IS_MISSING_ALONE.test(message.trim());
}

/** The prompt is longer than the model's window. */
export function isContextLength(error: ErrorBody): boolean {
  return (
    has(TOO_LONG, error) ||
    /maximum context length|prompt is too long|exceeds? the (?:available )?context/i.test(error.message)
  );
}

/** Refused for what the prompt says. */
export function isRefusedForContent(error: ErrorBody): boolean {
  return error.isModeration || has(CONTENT_REFUSED, error) || REFUSED_FOR_CONTENT.test(error.message);
}

/** One request is larger than a limit by itself; waiting does not help, another endpoint's limit may be larger. */
export function isRequestTooLarge(error: ErrorBody): boolean {
  return REQUEST_TOO_LARGE.test(error.message);
}

/** One request asks for more than the account can pay, and a smaller one would be served. */
export function isUnaffordable(error: ErrorBody): boolean {
  return UNAFFORDABLE.test(error.message);
}

/** The key is good, but not for this operation or this thing. */
export function isNotPermitted(error: ErrorBody): boolean {
  return NOT_PERMITTED.test(withoutQuotes(error.message));
}

/** The endpoint has no such path. */
export function isUnknownPath(error: ErrorBody): boolean {
  return UNKNOWN_PATH.test(error.message.trim());
}

function has(codes: ReadonlySet<string>, error: ErrorBody): boolean {
  return codes.has(error.code) || codes.has(error.type);
}

/** What stands in quotes is repeated from the request. */
function withoutQuotes(message: string): string {
  return message.replaceAll(/`[^`]*`|"[^"]*"|(?<![\p{L}\d])'[^']*'/gu, "…");
}
