// What an error is about, by its code, type, reason, parameter and words. Pure.
//
// A message may quote what the client wrote, so its words are the last thing to be asked. Quoted parts are taken out
// first, and what makes a key, an account or a model rest must stand at the message's beginning, where an endpoint
// speaks for itself. Words anywhere in it can only make the verdict milder.

import type { ErrorBody } from "./error-body.ts";
import { withoutQuotes } from "./quotes.ts";

const QUOTA = new Set([
  "insufficient_quota",
  "insufficient_balance",
  "insufficient_user_quota",
  "insufficient_credits",
  "insufficient_funds",
  "not_enough_balance",
  "credit_balance_too_low",
  "billing_not_active",
  "billing_hard_limit_reached",
  "billing_error",
  "exceeded_current_quota_error",
  "arrearage",
  "accountoverdueerror",
]);
const EMPTY_ACCOUNT =
  /^(?:sorry, )?(?:your )?(?:account |credit |current )*(?:balance|credits?) (?:is|are) (?:too low|insufficient|not enough|empty)|^insufficient (?:account )?(?:balance|credits?|funds|quota)|^your newly created team doesnt have any credits|^the selected model requires paid balance|^access denied, please make sure your account is in good standing|^(?:账户|您的账户)?余额不足|^(?:您的)?账户已?欠费/;

const BAD_KEY = new Set([
  "invalid_api_key",
  "api_key_invalid",
  "api_key_expired",
  "expired_api_key",
  "invalid_authentication",
  "invalid_authentication_error",
  "authentication_error",
  "unauthenticated",
  "unauthorized",
  "account_deactivated",
  "account_disabled",
  "account_suspended",
]);
const BAD_KEY_WORDS =
  /^(?:the |your |this )?api[ -]?key (?:is |was |has )?(?:been )?(?:not valid|not found|invalid|expired|revoked|disabled|leaked)|^(?:invalid|incorrect|expired|unknown) api[ -]?key|^(?:this|your) (?:organi[sz]ation|account|api account)(?: associated with this api key)? (?:has been|is|was) (?:deactivated|disabled|suspended|terminated)|^用户未登录|^(?:api ?key|令牌)(?:无效|已过期)/;

const TOO_LONG = new Set(["context_length_exceeded", "exceed_context_size_error", "string_above_max_length"]);
const TOO_LONG_WORDS =
  /maximum context length|prompt is too long|exceeds? the (?:available )?context|^the input token count .{0,24}exceeds the maximum number of tokens/;

const REFUSED = new Set([
  "content_filter",
  "content_filter_error",
  "content_policy_violation",
  "responsibleaipolicyviolation",
  "data_inspection_failed",
  "datainspectionfailed",
  "moderation_blocked",
  "content_moderation",
  "content_violation",
  "safety",
  "safety_error",
  "prohibited_content",
  "invalid_prompt",
  "sensitive_content",
  "sensitivecontentdetected",
]);
/** Codes and types of guards that stand before a model, as they are put together. */
const REFUSED_CODE =
  /guardrail|jailbreak|prompt_?(?:blocked|shield|injection)|content_?(?:blocked|safety|policy|filter|moderat)|policy_?violation/;
const REFUSED_WORDS =
  /guardrails?\b|jailbreak|prompt (?:shield|injection)|politique d.?utilisation|pol[íi]ticas? de (?:uso|contenid?o|conteúdo)|nutzungsrichtlinie|ポリシー|不適切|정책|부적절|violat\w* (?:\w+ ){0,4}(?:usage|content|guidelines?|polic(?:y|ies)|terms)|(?:usage|content|safety|acceptable use) (?:\w+ ){0,2}(?:guidelines?|polic(?:y|ies)) ?violat|content (?:management )?policy|content[ _]filter|safety[ _](?:system|check|filter|policy|policies|settings|reasons)|datainspectionfailed|moderation|inappropriate content|(?:potentially )?(?:sensitive|harmful|prohibited|unsafe) content|flagged (?:as|for|by)|敏感(?:内容|信息|词)|不安全|违规|违反/;

const SCOPE = new Set([
  "missing_scope",
  "insufficient_scope",
  "insufficient_permissions",
  "access_token_scope_insufficient",
]);
const SCOPE_WORDS = /missing scopes?\b|insufficient (?:authentication )?(?:scopes?|permissions?)/;
const LOCATION_WORDS = /^user location is not supported/;

/** Objects that have an id of their own: an error about one of them is not about the model or the key. */
const OTHER_KIND =
  /\b(?:responses?|files?|threads?|vector[ _-]?stores?|assistants?|batch(?:es)?|conversations?|containers?|runs?|messages?|uploads?|sessions?|jobs?|fine[ _-]?tun\w*|skills?|evals?|items?|documents?|caches?|cached[ _-]?contents?|prompts?|images?|videos?|audios?|voices?|characters?|datasets?|tools?|functions?|checkpoints?|parameters?|fields?|objects?|tuned ?models?|adapters?|lora|templates?|agents?|collections?|index(?:es)?)\b/;

/** Codes and types that say no more than the status does; also numbers, and sentences in a code's place. */
const GENERIC =
  /^(?:|null|none|\d+|error|err|bad_?request(?:_?error)?|not_?found(?:_?error)?|(?:requested_)?resource_?not_?found(?:_?error)?|resourcenotfoundexception|validationexception|invalid_?(?:request|argument|request_error|requesterror|value_error)(?:_?error)?|api_error|unknown_url|method_not_allowed|permission[_-]?(?:denied|error)|forbidden|accessdenied(?:exception)?|failed_precondition|.*\s.*)$/;

/** What stands behind the words of a client that an error begins with, without any quotation marks. */
const OF_A_QUOTATION =
  /^\W*(?:(?:is|was|are) (?:not|no|neither|an? (?:invalid|unknown))\b(?! longer)|(?:must|should|has to|cannot) be\b)/;

/** What a message says at its beginning; undefined where it does not begin so, or only repeats what the client wrote. */
export function saidAtBeginning(words: RegExp, text: string): string | undefined {
  const said = words.exec(text)?.[0];
  return said === undefined || OF_A_QUOTATION.test(text.slice(said.length)) ? undefined : said;
}

/** Whether the account behind the key is empty. */
export function isEmptyAccount(error: ErrorBody): boolean {
  if (QUOTA.has(error.code) || QUOTA.has(error.type)) return true;
  return isPlain(error) && saidAtBeginning(EMPTY_ACCOUNT, skeletonOf(error.message)) !== undefined;
}

/** Whether the key or its account is no good, told with a status that speaks of something else. */
export function isBadKey(error: ErrorBody): boolean {
  if (BAD_KEY.has(error.code) || BAD_KEY.has(error.type) || BAD_KEY.has(error.reason)) return true;
  return isPlain(error) && saidAtBeginning(BAD_KEY_WORDS, skeletonOf(error.message)) !== undefined;
}

/** Whether the prompt is too long for the model; vLLM and Anthropic have no code for it. */
export function isContextLength(error: ErrorBody): boolean {
  if (TOO_LONG.has(error.code) || TOO_LONG.has(error.type)) return true;
  return TOO_LONG_WORDS.test(skeletonOf(error.message));
}

/** Whether the request was refused for what it says. */
export function isContentRefusal(error: ErrorBody): boolean {
  const { code, type, reason } = error;
  if (error.isModeration || REFUSED.has(code) || REFUSED.has(type) || REFUSED.has(reason)) return true;
  if (REFUSED_CODE.test(code) || REFUSED_CODE.test(type)) return true;
  // Zhipu's number; others use it for other things.
  return (code === "1301" || isPlain(error)) && REFUSED_WORDS.test(skeletonOf(error.message));
}

/**
 * Whether this one request is larger than a limit, and would be at any time: more tokens than there are in a minute
 * (OpenAI, Groq), more than the account can pay for (OpenRouter).
 */
export function isTooLarge(error: ErrorBody): boolean {
  const text = skeletonOf(error.message);
  const afford = /can only afford (-?\d+)/.exec(text)?.[1];
  if (afford !== undefined) return Number(afford) > 0;
  if (
    /^(?:request|prompt) (?:is )?too large|^prompt tokens limit exceeded|must be reduced in order to run/.test(
      text,
    )
  )
    return true;
  if (error.code === "request_too_large" || error.type === "request_too_large") return true;
  const [, limit, requested] = /\blimit:? (\d+)\b.*\brequested:? (\d+)\b/.exec(text) ?? [];
  if (limit !== undefined) return Number(requested) > Number(limit);
  const [, tokens, most] =
    /\brequest (?:has|contains|of|with) (\d+) tokens\b.*\blimit(?: is| of|:)? (\d+)/.exec(text) ?? [];
  return tokens !== undefined && Number(tokens) > Number(most);
}

/** Whether the key is good, but was not given the right to this operation. */
export function isMissingScope(error: ErrorBody): boolean {
  if (SCOPE.has(error.code) || SCOPE.has(error.type) || SCOPE.has(error.reason)) return true;
  return SCOPE_WORDS.test(skeletonOf(error.message));
}

/** Whether the endpoint serves nobody who asks from where the gateway is. */
export function isLocation(error: ErrorBody): boolean {
  return LOCATION_WORDS.test(skeletonOf(error.message));
}

/** Whether it is about a field of the request other than its model and its key, such as the address of an image. */
export function isAboutField({ param }: ErrorBody): boolean {
  return param !== "" && param !== "model" && !/key|auth/.test(param);
}

/** Whether it is about a field of the request, or about an object that has an id of its own. */
export function isAboutObject(error: ErrorBody): boolean {
  if (error.param !== "" && error.param !== "model") return true;
  return OTHER_KIND.test(spaced(error.code)) || OTHER_KIND.test(skeletonOf(error.message));
}

/** Whether it is about something else than the model, the key and the path. */
export function isAboutOther(error: ErrorBody): boolean {
  return !isPlain(error) || isAboutObject(error);
}

/** Whether the endpoint does not know the path or the method, by its code or words. */
export function isUnknownPath(error: ErrorBody): boolean {
  if (error.code === "unknown_url") return true;
  const text = error.message.trim().toLowerCase();
  return /^(?:404:? )?(?:page )?not found[.!]?$|^method not allowed[.!]?$|^invalid url \((?:get|post|put|patch|delete) \/|^un(?:known|recogni[sz]ed) request url|^unexpected endpoint or method|^cannot (?:get|post|put|patch|delete) \/|^no route\b|^(?:the )?(?:requested )?(?:url|path|route|endpoint)\b[^.]{0,80}?(?:not found|does not exist|unknown)/.test(
    text,
  );
}

/**
 * True where code, type and parameter say nothing that the message would contradict. Only then may its words be asked.
 */
export function isPlain(error: ErrorBody): boolean {
  return (
    (error.param === "" || error.param === "model") && GENERIC.test(error.code) && GENERIC.test(error.type)
  );
}

/**
 * The message in lower case without what may be quoted in it, and without addresses. `model` is the name that was sent
 * to the endpoint: it becomes `§`.
 */
export function skeletonOf(message: string, model?: string): string {
  // Apostrophes within words are no quotes.
  let text = message
    .slice(0, 2_000)
    .replaceAll("§", "")
    .replace(/(\w)['’](\w)/g, "$1$2");
  if (model !== undefined && model !== "") text = withoutName(text, model);
  text = withoutQuotes(text.replace(/https?:\/\/\S+/g, ""));
  return text.replace(/\s+/g, " ").trim().toLowerCase();
}

/** Words that stand in messages for themselves, so that a model of that name is only found in quotes. */
const COMMON =
  /^(?:the|a|an|is|model|models|not|no|found|exist|exists|does|invalid|unknown|error|or|it|id)$/i;

function withoutName(text: string, model: string): string {
  const name = model.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const quoted = text.replace(new RegExp(`(["'\`])(?:[\\w/-]*/)?${name}\\1`, "g"), "§");
  if (COMMON.test(model) || OTHER_KIND.test(model.toLowerCase())) return quoted;
  return quoted.replace(new RegExp(`(?<![\\w-])(?:models/)?${name}(?![\\w-])`, "g"), "§");
}

function spaced(code: string): string {
  return code.replace(/[_.-]+/g, " ");
}
