// The model of a session that is described in a body: as the member `session` of JSON, or as a JSON part of a form.

import type { ByteRange } from "../../bytes/byte-range.ts";
import { jsonKeyEquals } from "../../bytes/json-key.ts";
import { JsonWalk } from "../../bytes/json-walk.ts";
import { ambiguousModel } from "../../core/model-name.ts";
import { peekJson } from "./json-scan.ts";

const OPEN_BRACE = 0x7b;

/** The model, and the bytes of its token in the body; undefined where the description names none. */
export type SessionModel = { readonly model: string; readonly range: ByteRange };

/**
 * Of a JSON body.
 * @throws GatewayError invalid_json, json_too_deep, duplicate_model, ambiguous_model, invalid_model
 */
export function sessionModelOfJson(body: Buffer): SessionModel | undefined {
  const found: ByteRange[] = [];
  const walk = new JsonWalk(body, {
    add: (keyStart, keyEnd, start, end) => {
      if (jsonKeyEquals(body, keyStart, keyEnd, "session")) found.push({ start, end });
    },
  });
  walk.advance(body.length);
  if (found.length > 1) throw ambiguousModel('the body has "session" more than once');
  return sessionModelIn(body, found[0]);
}

/**
 * Of the JSON in a part of a body; undefined where there is no part, or no object in it.
 * @throws GatewayError invalid_json, json_too_deep, duplicate_model, ambiguous_model, invalid_model
 */
export function sessionModelIn(body: Buffer, part: ByteRange | undefined): SessionModel | undefined {
  if (part === undefined || body[part.start] !== OPEN_BRACE) return undefined;
  const { model, modelRange } = peekJson(body.subarray(part.start, part.end));
  if (model === undefined || modelRange === undefined) return undefined;
  return { model, range: { start: part.start + modelRange.start, end: part.start + modelRange.end } };
}
