// A body that names its model although the path does: Gemini's servers refuse one that names another than the path.

import { parseExactly } from "../../bytes/exact-json.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { resourceName } from "./endpoint-paths.ts";

/** The body with this name wherever it has one; the body itself where it has none, or cannot be read. */
export function renamedBody(body: Buffer, model: string): Buffer {
  const value = jsonOf(body);
  const name = resourceName(model);
  const renamed = renamedIn(value, name);
  return renamed === value ? body : Buffer.from(JSON.stringify(renamed));
}

function renamedIn(value: JsonObject | undefined, name: string): JsonObject | undefined {
  if (value === undefined) return undefined;
  const { model, requests } = value;
  const made: Record<string, unknown> = { ...value };
  let isChanged = false;
  if (typeof model === "string") {
    made["model"] = name;
    isChanged = true;
  }
  const inner = asJson(value["generateContentRequest"]);
  if (typeof inner?.["model"] === "string") {
    made["generateContentRequest"] = { ...inner, model: name };
    isChanged = true;
  }
  if (Array.isArray(requests)) {
    const told: readonly unknown[] = requests;
    made["requests"] = told.map((one) => renamedIn(asJson(one), name) ?? one);
    isChanged = true;
  }
  return isChanged ? made : value;
}

function asJson(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function jsonOf(body: Buffer): JsonObject | undefined {
  try {
    return asJson(parseExactly(body.toString("utf8")));
  } catch {
    return undefined;
  }
}
