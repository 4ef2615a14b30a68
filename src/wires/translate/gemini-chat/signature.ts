// `thoughtSignature`: what Gemini's clients send back with a call, unread. A chat's model that thinks between calls needs
// its reasoning back, and a chat's own fields for that have no place in Gemini's words: they are packed into it. It is not
// secret: all of it was the client's already. A signature of Gemini's own, or the word by which clients say that they have
// none, is nothing to a chat.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { asObject, asText } from "../values.ts";

const MARK = "oai-gateway.1.";
/** As clients write it where a call was made by another model: Gemini then does not look for a signature. */
const SKIPPED: ReadonlySet<string> = new Set([
  "skip_thought_signature_validator",
  "context_engineering_is_the_way_to_go",
]);

/** Fields of a chat's message as a signature: base64, as everything that is bytes. */
export function signatureOf(fields: JsonObject): string {
  return Buffer.from(MARK + JSON.stringify(fields)).toString("base64");
}

/** The fields in a signature of ours; undefined for any other. */
export function signedFields(signature: unknown): JsonObject | undefined {
  const text = Buffer.from(asText(signature), "base64").toString();
  if (!text.startsWith(MARK)) return undefined;
  try {
    return asObject(JSON.parse(text.slice(MARK.length)));
  } catch {
    return undefined;
  }
}

/** Whether it says something to Gemini's own models, so that leaving it out is worth a word. */
export function isForeign(signature: unknown): boolean {
  const text = asText(signature);
  if (text === "" || SKIPPED.has(text)) return false;
  return !SKIPPED.has(Buffer.from(text, "base64").toString()) && signedFields(text) === undefined;
}
