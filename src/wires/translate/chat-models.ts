// What is known of models by the endpoints' names for them, for fields of a chat that some models need and others refuse.

/** OpenAI's own models: they refuse fields that they do not know, and the limit's older name. */
const OPENAI_MODEL = /(?:^|\/)(?:gpt-(?!oss)|chatgpt-|o[1-9](?:-|$))/i;
const NEW_OPENAI_MODEL = /(?:^|\/)(?:gpt-(?:[5-9]|\d\d)|o[1-9](?:-|$))/i;
/** Models that can be told how much to think; others refuse the field, or have another way. */
const EFFORT_MODEL =
  /(?:^|[/-])(?:gpt-(?:[5-9]|\d\d|oss)|o[1-9](?:-|$)|gemini-(?:2\.5|[3-9])|grok-(?:3-mini|[5-9]))/i;

/** A chat has so many sequences at most that end its text. */
export const MAX_STOPS = 4;

/** Up to so many tokens for thinking a low effort stands for, and up to so many a medium one. */
export const LOW_EFFORT_TOKENS = 4_096;
export const MEDIUM_EFFORT_TOKENS = 16_384;

/** Whether it is one of OpenAI's own, which refuse fields that OpenAI does not have. */
export function isOpenAiModel(model: string): boolean {
  return OPENAI_MODEL.test(model);
}

/** Whether it is one that takes the limit's newer name alone, and is sampled in one way. */
export function isNewOpenAiModel(model: string): boolean {
  return NEW_OPENAI_MODEL.test(model);
}

/** The field in which a model is told the limit of its answer. */
export function limitField(model: string): "max_completion_tokens" | "max_tokens" {
  return isNewOpenAiModel(model) ? "max_completion_tokens" : "max_tokens";
}

/** Whether it takes `reasoning_effort`. */
export function takesEffort(model: string): boolean {
  return EFFORT_MODEL.test(model);
}
