// Status objects with which some vendors report failures under a 200, in place of an `error`: `base_resp` (MiniMax),
// `error_code` (Baidu), `success: false`. Pure.

import type { JsonObject } from "./json-prefix.ts";

/** What such an object says. */
export type VendorError = {
  readonly code: string | number;
  /** The HTTP status that it should have had. */
  readonly status: number;
  readonly message: string;
  /** The request was refused for what it says. */
  readonly isModeration: boolean;
};

/** MiniMax's codes (its page of error codes); what is not here is the server's fault. */
const BASE_RESP: Readonly<Record<number, number>> = {
  1002: 429,
  1039: 429,
  1041: 429,
  2045: 429,
  2056: 429,
  1008: 402,
  1004: 401,
  2049: 401,
  1026: 400,
  1027: 400,
  1042: 400,
  2013: 400,
};
const SENSITIVE = new Set([1026, 1027]);

/** Baidu's codes (its table of error codes). */
const ERROR_CODE: Readonly<Record<number, number>> = {
  4: 429,
  17: 429,
  18: 429,
  19: 429,
  6: 401,
  13: 401,
  14: 401,
  100: 401,
  110: 401,
  111: 401,
};

/** Names of fields that an answer has. */
const ANSWER_FIELDS = ["data", "output", "content", "results", "embeddings", "text", "result", "object"];

/**
 * The failure in a body that has no choices and no `error` that says anything; undefined where there is none. A whole
 * answer whose choices are null is no answer.
 */
export function vendorError(body: JsonObject, isAnswer: boolean): VendorError | undefined {
  const base = body["base_resp"];
  const resp = typeof base === "object" && base !== null ? (base as JsonObject) : undefined;
  const code = numberIn(resp?.["status_code"]);
  if (code !== 0) return vendor(code, BASE_RESP[code], resp?.["status_msg"], SENSITIVE.has(code));
  const other = numberIn(body["error_code"]);
  if (other !== 0) return vendor(other, ERROR_CODE[other], body["error_msg"]);
  const hasMore = ANSWER_FIELDS.some((name) => body[name] !== undefined && body[name] !== null);
  const isRefused = body["success"] === false && !hasMore;
  if (!isRefused && !(isAnswer && body["choices"] === null)) return undefined;
  const own = numberIn(body["code"]);
  return vendor(own, own >= 400 && own < 600 ? own : undefined, body["msg"] ?? body["message"]);
}

function vendor(code: number, status = 502, message: unknown = "", isModeration = false): VendorError {
  return { code, status, message: typeof message === "string" ? message : "", isModeration };
}

/** A whole number, also where it is written as a text; 0 for everything else. */
function numberIn(value: unknown): number {
  const number = typeof value === "string" && /^-?\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : 0;
}
