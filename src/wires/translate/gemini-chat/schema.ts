// Schemas as Gemini writes them, which are of OpenAPI, as JSON Schema: types in small letters, `nullable` as a type,
// counts as numbers, and nothing that only Gemini reads.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { asObject, type MadeObject } from "../values.ts";
import { camelOf } from "./said.ts";

/** Counts, which its own JSON has as texts (of 64 bits). */
const COUNTS: ReadonlySet<string> = new Set(
  "maxItems minItems maxLength minLength maxProperties minProperties".split(" "),
);
const LIST_OF_SCHEMAS: ReadonlySet<string> = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const MAP_OF_SCHEMAS: ReadonlySet<string> = new Set(["properties", "defs", "$defs", "definitions"]);
/** Hints for Gemini, and what JSON Schema calls otherwise. */
const LEFT_OUT: ReadonlySet<string> = new Set(["propertyOrdering", "nullable", "example", "type", "format"]);
/** Formats that say no more than the type does. */
const OF_NUMBERS = /^(?:float|double|int32|int64|enum)$/;

/** The same schema in JSON Schema; what is no object is given back as it is. */
export function jsonSchemaOf(value: unknown): unknown {
  const schema = asObject(value);
  if (schema === undefined) return value;
  const made: MadeObject = {};
  const type = typeOf(schema);
  if (type !== undefined) made["type"] = type;
  for (const [sent, item] of Object.entries(schema)) {
    const name = camelOf(sent);
    if (item === null || item === undefined) continue;
    if (name === "format" && typeof item === "string" && !OF_NUMBERS.test(item)) made["format"] = item;
    if (!LEFT_OUT.has(name)) made[name] = memberOf(name, item);
  }
  const { enum: values } = made;
  if (schema["nullable"] === true && Array.isArray(values)) made["enum"] = [...values, null];
  return made;
}

function typeOf({ type, nullable }: JsonObject): unknown {
  if (Array.isArray(type)) return type.map((one: unknown) => small(one));
  if (typeof type !== "string" || type === "TYPE_UNSPECIFIED") return undefined;
  return nullable === true && small(type) !== "null" ? [small(type), "null"] : small(type);
}

function small(type: unknown): unknown {
  return typeof type === "string" ? type.toLowerCase() : type;
}

function memberOf(name: string, item: unknown): unknown {
  if (COUNTS.has(name)) return typeof item === "string" && /^\d+$/.test(item) ? Number(item) : item;
  if (LIST_OF_SCHEMAS.has(name)) return Array.isArray(item) ? item.map(jsonSchemaOf) : item;
  if (name === "items" || name === "additionalProperties") return jsonSchemaOf(item);
  if (!MAP_OF_SCHEMAS.has(name)) return item;
  const map = asObject(item);
  if (map === undefined) return item;
  return Object.fromEntries(Object.entries(map).map(([key, one]) => [key, jsonSchemaOf(one)]));
}

/** Whether a schema is as a model can be held to: every object of it names all that it may have, and needs all of that. */
export function isClosed(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isClosed);
  const schema = asObject(value);
  if (schema === undefined) return true;
  const properties = asObject(schema["properties"]);
  if (properties === undefined) return schema["type"] !== "object" && Object.values(schema).every(isClosed);
  const { required, additionalProperties } = schema;
  const needed: ReadonlySet<unknown> = new Set(Array.isArray(required) ? required : []);
  const names = Object.keys(properties);
  return (
    additionalProperties === false &&
    names.every((name) => needed.has(name)) &&
    Object.values(properties).every(isClosed) &&
    Object.entries(schema).every(([name, item]) => name === "properties" || isClosed(item))
  );
}
