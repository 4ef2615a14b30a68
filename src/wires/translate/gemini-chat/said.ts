// Fields as Gemini's clients write them: in camel case, or in snake case, which its servers take as well.

import type { JsonObject } from "../../errors/json-prefix.ts";

/** The value of a field by its name in camel case; undefined where it was left out, in either spelling, or is null. */
export function said(object: JsonObject, name: string): unknown {
  const value = own(object, name) ?? own(object, snakeOf(name));
  return value === null ? undefined : value;
}

/** A name in camel case, of one in either. */
export function camelOf(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());
}

function snakeOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The objects of a field that holds a list of them, or one alone, as servers forgive; undefined for anything else. */
export function listSaid(value: unknown): readonly JsonObject[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every(isObject) ? list : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
