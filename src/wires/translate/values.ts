// Values of JSON that nobody has checked, looked at with care; and the refusal of what cannot be said in other words.

import { parseExactly } from "../../bytes/exact-json.ts";
import { GatewayError } from "../../core/errors.ts";
import type { JsonObject } from "../errors/json-prefix.ts";

/** An object that is made field by field. */
export type MadeObject = Record<string, unknown>;

/** The object itself; undefined for anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** Each object of a list; none for anything that is no list. What is no object is left out. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => asObject(item) !== undefined) : [];
}

/** The text itself; empty for anything else. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A count of tokens or the like; 0 for anything else. */
export function asCount(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

/** The object in a JSON text; undefined where there is none. An empty text stands for an empty object. */
export function objectIn(text: string): JsonObject | undefined {
  if (text.trim() === "") return {};
  try {
    return asObject(parseExactly(text));
  } catch {
    return undefined;
  }
}

/** What cannot be said in the endpoint's words: `place` is the field, `why` a clause without a full stop. */
export function untranslatable(place: string, why: string): GatewayError {
  const message = `${place}: ${why}. The endpoint speaks another API, and leaving this out would make it another request.`;
  return new GatewayError("untranslatable", { message, param: place });
}

/** A request that has no sense in any words. */
export function malformed(place: string, why: string): GatewayError {
  return new GatewayError("untranslatable", { message: `${place}: ${why}.`, param: place });
}

/** An answer that is none of the endpoint's API. */
export function badAnswer(why: string): GatewayError {
  return new GatewayError("upstream_bad_response", {
    message: `The endpoint's answer cannot be read: ${why}.`,
  });
}
