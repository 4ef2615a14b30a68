// What has to come back with the next request although the client cannot say it in its own words: it is put into the field
// `encrypted_content`, which clients return as they got it. It is packed, not secret: all of it is the client's own.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import { isObject, textOf } from "../../json-values.ts";

/** Tells our own from what another server has encrypted. */
const MARK = "oai-gateway.1.";

/** The values as text that a client can keep. */
export function sealed(values: JsonObject): string {
  return MARK + Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** What was sealed; undefined where the text is none of ours, or not as it was. */
export function unsealed(value: unknown): JsonObject | undefined {
  const text = textOf(value);
  if (!text.startsWith(MARK)) return undefined;
  try {
    const values: unknown = JSON.parse(Buffer.from(text.slice(MARK.length), "base64url").toString());
    return isObject(values) ? values : undefined;
  } catch {
    return undefined;
  }
}
