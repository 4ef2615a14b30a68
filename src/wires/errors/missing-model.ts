// Whether an endpoint says that it has no such model: by code, by parameter, or in the words of one vendor or
// another. Pure.

import { type ErrorBody, NO_WORDS } from "./error-body.ts";
import { isAboutOther, isPlain, saidAtBeginning, skeletonOf } from "./error-words.ts";

const NO_MODEL = new Set([
  "model_not_found",
  "model_not_found_error",
  "modelnotfound",
  "modelnotfounderror",
  "model_not_exist",
  "model_not_available",
  "model_not_supported",
  "model_decommissioned",
  "model_deprecated",
  "model_permission_blocked_project",
  "model_permission_blocked_org",
  "invalid_model",
  "invalid_model_error",
  "unknown_model",
  "deploymentnotfound",
  "deployment_not_found",
  "invalidendpointormodel.notfound",
  "modelnotopen",
]);

const PREFIX = /^(?:(?:error|[\w.]*(?:error|exception))(?: code)?:? ?(?:\d{3})?(?: -)? ?|\d{3}:? )+/;
const GONE =
  "(?:(?:is|was|are|has been|have been|does|do|could|can) ?)?(?:(?:not|no longer|nt) (?:be )?(?:found|exist|available|valid|deployed|accessible|recogni[sz]ed|a valid model)|(?:does|do|ca|is|was)nt (?:exist|found|available)|unknown|invalid|unavailable|deprecated|decommissioned|retired|removed)";
/** The model is what the sentence begins with. */
const SUBJECT = new RegExp(
  `^(?:the |this |your )?(?:requested |provided |specified |given |selected |publisher |base )*(?:models?|§)(?: with (?:key|id|name)| id(?:entifier)?| name| code| version)?[\\s:=,()§./-]{0,8}(?:[\\w./:-]+ )?${GONE}`,
);
/** The model is what was not found. */
const OBJECT =
  /^(?:(?:there is )?no such|unknown|nonexistent|not found the|unable to (?:access|find)|(?:could|can) ?not find|(?:could|ca)nt find|(?:you|your [\w ]{0,40}) (?:do|does)(?:nt| not) have access to|no (?:allowed |available )?(?:endpoints?|providers?) (?:found|available) for)(?: the| this)?(?: requested| specified)?(?: models?\b| ?§)/;
const INVALID =
  /^invalid model(?: name| id| identifier)?(?: specified)?[\s:=]*(?:$|§|[.,;]| passed| permitted|[\w./:-]+$)/;
/** Anthropic's whole message. */
const BARE = /^model: (?:§|[\w./:@-]+)$/;
const CHINESE = /^(?:模型|該模型|该模型)[\s§]*(?:不存在|未找到|不可用|无效)|^(?:不存在的|找不到|无效的)模型/;
/** The model is there, but not for what was asked. */
const OTHER_USE = /\bsupport|chat model|\bv1\b|compatible/;

/**
 * Whether the endpoint has no model of the name that was sent. With a 400 more is asked for than with a 404, since it
 * may speak of models for any reason.
 */
export function isModelMissing(status: number, error: ErrorBody, model: string | undefined): boolean {
  if (NO_MODEL.has(error.code) || NO_MODEL.has(error.type)) return true;
  if (!isPlain(error)) return false;
  const text = skeletonOf(error.message, model).replace(PREFIX, "");
  if (isSaid(text)) return true;
  if (status !== 404 || isAboutOther({ ...error, message: text }) || OTHER_USE.test(text)) return false;
  // The endpoint was expected to have the model, and it is the model that is spoken of.
  return error.param === "model" || text.includes("§");
}

function isSaid(text: string): boolean {
  const said = [SUBJECT, OBJECT, INVALID, BARE, CHINESE]
    .map((words) => saidAtBeginning(words, text))
    .find(Boolean);
  // "The model response was not found" is about the response.
  return said !== undefined && !isAboutOther({ ...NO_WORDS, message: said.replace(/§/g, " ") });
}
