// What a sticky model keeps together: the requests of one session. Called by `attempts.ts` where the strategy is
// `sticky`, and nowhere else, since it reads a small body once more.

import { SESSION_HEADERS } from "../../wires/headers/account-headers.ts";
import { peekJson } from "../../wires/peek/json-scan.ts";
import type { Exchange } from "../exchange/exchange.ts";

/** Fields of a body that name a session, most specific first. */
export const SESSION_FIELDS = ["prompt_cache_key", "user"] as const;
const MAX_KEY_CHARS = 512;

/** The key of a request's session: a header, `prompt_cache_key`, or `user`; undefined for none. */
export function stickyKeyOf(exchange: Exchange): string | undefined {
  for (const name of SESSION_HEADERS) {
    const value = exchange.request.header(name);
    if (value !== undefined && value !== "") return value.slice(0, MAX_KEY_CHARS);
  }
  const { body, modelSpan } = exchange;
  if (body === undefined || modelSpan?.kind !== "json") return undefined;
  const fields = exchange.sessionFields ?? peekJson(body, SESSION_FIELDS).fields;
  const field = fields.find((value) => value !== undefined && value !== "");
  return field?.slice(0, MAX_KEY_CHARS);
}
