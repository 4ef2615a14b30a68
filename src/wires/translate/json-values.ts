// What translations ask of parsed JSON: values whose shape nobody has checked, read without trusting any of it.

import type { JsonObject } from "../errors/json-prefix.ts";

/** Whether a value is an object, and neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value where it is an object, else one without members. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The value where it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value where it is a string, else the empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value where it is a string that is not empty. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Whether a field was left out: absent, or null, which vendors take for the same. */
export function isLeftOut(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** The members whose names are not listed. Even one called `__proto__` stays an ordinary member. */
export function without(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
}

/** The members that were not left out. */
export function given(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isLeftOut(value)));
}

/** A word of the client's that may be shown in a header or a message: letters, digits and a few marks, cut. */
export function shownWord(value: unknown): string {
  return textOf(value)
    .replace(/[^\w.:-]/g, "?")
    .slice(0, 64);
}
