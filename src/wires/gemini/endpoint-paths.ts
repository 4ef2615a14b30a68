// Where an endpoint has Gemini's API, and, beside it, chats in OpenAI's words: Google's has these below `/openai`. Its base
// URL may end with either.

import type { Operation } from "../paths/operation.ts";
import type { WireAddress } from "../wire.ts";

const COMPATIBLE = "/openai";
const VERSION = /\/v1(?:beta|alpha)?\d*$/;
const USUAL_VERSION = "/v1beta";

/** Whether a base path is that of chats in OpenAI's words. */
export function isCompatible({ basePath }: WireAddress): boolean {
  return basePath.endsWith(COMPATIBLE);
}

/** Path below which an endpoint that speaks Gemini has its models. */
export function nativeBase(address: WireAddress): string {
  const { basePath } = address;
  const base = isCompatible(address) ? basePath.slice(0, -COMPATIBLE.length) : basePath;
  return VERSION.test(base) ? base : base + USUAL_VERSION;
}

/** Path below which it has what OpenAI's clients ask for. */
export function compatibleBase(address: WireAddress): string {
  return isCompatible(address) ? address.basePath : nativeBase(address) + COMPATIBLE;
}

/** A model's name as it stands in paths and in bodies. */
export function resourceName(model: string): string {
  return /^(?:models|tunedModels)\//.test(model) ? model : `models/${model}`;
}

/** Path of a model's method. The name may hold slashes; it has no segment that leads elsewhere. */
export function methodPath(base: string, operation: Operation, model: string): string {
  const name = encodeURIComponent(resourceName(model)).replaceAll("%2F", "/").replaceAll("%3A", ":");
  return `${base}/${name}${operation.path.slice(operation.path.indexOf("}") + 1)}`;
}
