// What a sticky model keeps together: the requests of one session.

import { SESSION_HEADERS } from "../../wires/headers/account-headers.ts";
import { peekJson } from "../../wires/peek/json-scan.ts";
import type { Call } from "../exchange/call.ts";

/** Fields of a body that name a session, most specific first. */
export const SESSION_FIELDS = ["prompt_cache_key", "user"] as const;
const MAX_KEY_CHARS = 512;

/**
 * The key of a request's session: a header, `prompt_cache_key`, or `user`; undefined for none, and for models of other
 * strategies, since a small body has to be read once more for it.
 */
export function stickyKeyOf(call: Call): string | undefined {
  if (call.model.settings.strategy !== "sticky") return undefined;
  for (const name of SESSION_HEADERS) {
    const value = call.request.header(name);
    if (value !== undefined && value !== "") return value.slice(0, MAX_KEY_CHARS);
  }
  const { body, modelSpan, sessionFields } = call.peek;
  if (modelSpan?.kind !== "json") return undefined;
  const fields = sessionFields ?? peekJson(body, SESSION_FIELDS).fields;
  const field = fields.find((value) => value !== undefined && value !== "");
  return field?.slice(0, MAX_KEY_CHARS);
}
