// About how many tokens a request in Anthropic's words has, or one in those of Responses, where nobody counts them: by
// characters, as tokenizers of today weigh them. No tokenizer of any model.

import type { JsonObject } from "../errors/json-prefix.ts";
import { untranslatable } from "./values.ts";

/** Measured over English with code, and over Chinese, with the tokenizers of OpenAI's models. */
const ASCII_PER_TOKEN = 3.7;
const WIDE_PER_TOKEN = 1.06;
/** Letters with accents, Cyrillic, Arabic and the like. */
const OTHER_PER_TOKEN = 2;
/** The marks around a message or a tool. */
const PER_ITEM = 4;
/** A picture of a megapixel and more, by Anthropic's documentation; how large one is would have to be decoded. */
const PER_IMAGE = 1_500;
/** A page of a document, and how many bytes of a file one is about. */
const PER_PAGE = 2_000;
const BYTES_PER_PAGE = 50_000;
/** What base64 makes of three bytes. */
const BASE64_CHARS = 4 / 3;

/** What a request of Responses goes on from, which only the endpoint knows that keeps it. */
const KEPT_ELSEWHERE = ["previous_response_id", "conversation", "prompt"] as const;

/** The answer to a count of the tokens of a request in Anthropic's words; it says that it is an estimate. */
export function estimateOfMessages(body: JsonObject): JsonObject {
  return { input_tokens: estimateTokens(body), estimated: true };
}

/**
 * The same of a request in the words of Responses.
 * @throws GatewayError untranslatable where a part of what is to be counted is not in the request
 */
export function estimateOfResponse(body: JsonObject): JsonObject {
  for (const name of KEPT_ELSEWHERE)
    if (body[name] !== undefined && body[name] !== null)
      throw untranslatable(name, "what it stands for is not here, so that its tokens cannot be estimated");
  const { instructions, input, tools, text } = body;
  const messages = typeof input === "string" ? [input] : input;
  const count = estimateTokens({ system: [instructions ?? "", text ?? ""], messages, tools });
  return { object: "response.input_tokens", input_tokens: count, estimated: true };
}

/** The estimate for a body with `messages`, and perhaps `system` and `tools`. Whole, and at least 1. */
export function estimateTokens(body: JsonObject): number {
  const { system, messages, tools } = body;
  const sum =
    tokensIn(system) + tokensIn(messages) + tokensIn(tools) + PER_ITEM * (countOf(messages) + countOf(tools));
  return Math.max(1, Math.round(sum));
}

function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** Everything of a value that a model is shown; of objects the names of fields too, as tools and their calls have them. */
function tokensIn(value: unknown): number {
  if (typeof value === "string") return tokensOf(value);
  if (typeof value !== "object" || value === null) return value === undefined ? 0 : 1;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + tokensIn(item), 0);
  const fields = Object.entries(value);
  const { type, source, file_data: data } = Object(value) as JsonObject;
  if (type === "image" || type === "input_image" || type === "image_url") return PER_IMAGE;
  if (type === "input_audio") return PER_IMAGE;
  if (type === "document") return tokensOfDocument(source);
  if (type === "input_file") return tokensOfDocument({ type: "base64", data });
  return fields.reduce(
    (sum, [name, item]) => (SILENT.has(name) ? sum : sum + tokensOf(name) + tokensIn(item)),
    0,
  );
}

/** What is not for the model to read. */
const SILENT: ReadonlySet<string> = new Set([
  "cache_control",
  "signature",
  "type",
  "id",
  "tool_use_id",
  "role",
  "call_id",
  "status",
  "encrypted_content",
]);

function tokensOfDocument(source: unknown): number {
  const { type, data } = Object(source) as JsonObject;
  if (typeof data !== "string") return PER_PAGE;
  if (type === "text") return tokensOf(data);
  return PER_PAGE * Math.ceil(data.length / BASE64_CHARS / BYTES_PER_PAGE);
}

/** The estimate for a text; not whole. */
export function tokensOf(text: string): number {
  let wide = 0;
  let other = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit >= 0x2e80) wide += 1;
    else other += 1;
  }
  return (text.length - wide - other) / ASCII_PER_TOKEN + wide / WIDE_PER_TOKEN + other / OTHER_PER_TOKEN;
}
