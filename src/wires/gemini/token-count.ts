// The count of tokens of a request in Gemini's words, where nobody counts them.

import type { JsonObject } from "../errors/json-prefix.ts";
import { estimateTokens } from "../translate/estimate-tokens.ts";
import { asObject, asText, objectsOf } from "../translate/values.ts";

const HIDDEN: ReadonlySet<string> = new Set(["thoughtSignature", "thought_signature"]);

/** The answer to `countTokens`. */
export function estimateOfContents(body: JsonObject): JsonObject {
  const whole = asObject(body["generateContentRequest"] ?? body["generate_content_request"]) ?? body;
  const { systemInstruction, system_instruction: instruction, contents, tools } = whole;
  const system = partsOf(systemInstruction ?? instruction);
  const messages = objectsOf(Array.isArray(contents) ? contents : [contents]).map(partsOf);
  return { totalTokens: estimateTokens({ system, messages, tools }), estimated: true };
}

/** What a model is shown of a content: of files, what they are. */
function partsOf(content: unknown): unknown {
  if (typeof content === "string") return content;
  const parts = asObject(content)?.["parts"];
  return objectsOf(Array.isArray(parts) ? parts : [parts]).map(weighed);
}

function weighed(part: JsonObject): JsonObject {
  const inline = asObject(part["inlineData"] ?? part["inline_data"]);
  if (inline !== undefined) {
    const type = asText(inline["mimeType"] ?? inline["mime_type"]);
    return type.startsWith("image/") ? { type: "image" } : { type: "document", source: inline };
  }
  if ((part["fileData"] ?? part["file_data"]) !== undefined) return { type: "document" };
  return Object.fromEntries(Object.entries(part).filter(([name]) => !HIDDEN.has(name)));
}
