// What a request says of the cache: how long its answer may be kept, and whether it may have an earlier one.

import { GatewayError } from "../../core/errors.ts";
import type { InboundRequest } from "../../http/message.ts";
import type { CacheRules } from "../../routing/model.ts";

/** The header by which a client asks for the cache, and is told of it. */
export const CACHE_HEADER = "x-oai-gateway-cache";
const MAX_TTL_S = 86_400;

/** What is to be done. */
export type CacheWish = {
  readonly ttlMs: number;
  /** How old an answer may be; below 0: none will do. */
  readonly maxAgeMs: number;
  readonly isShared: boolean;
};

/**
 * The wish; undefined where the request has nothing to do with the cache.
 * @throws GatewayError bad_request for a header that says nothing that is known, where clients may ask by it
 */
export function cacheWishOf(
  request: Pick<InboundRequest, "header">,
  { ttlMs, isShared, isByHeader }: CacheRules,
): CacheWish | undefined {
  const asked = request.header(CACHE_HEADER)?.trim().toLowerCase();
  if (asked === "off") return undefined;
  const askedMs = isByHeader && asked !== undefined ? readTtl(asked) : undefined;
  const keptMs = askedMs ?? ttlMs;
  if (keptMs === undefined) return undefined;
  const control = request.header("cache-control")?.toLowerCase() ?? "";
  if (control === "") return { ttlMs: keptMs, maxAgeMs: Number.POSITIVE_INFINITY, isShared };
  const directives = control.split(",").map((one) => one.trim());
  if (directives.includes("no-store")) return undefined;
  return { ttlMs: keptMs, maxAgeMs: maxAgeOf(directives), isShared };
}

function readTtl(asked: string): number {
  const seconds = Number(/^ttl\s*=\s*(\d{1,6})$/.exec(asked)?.[1]);
  if (seconds >= 1 && seconds <= MAX_TTL_S) return seconds * 1_000;
  const message = `The header ${CACHE_HEADER} has to be ttl=SECONDS, from 1 to ${MAX_TTL_S}, or off.`;
  throw new GatewayError("bad_request", { message });
}

/** RFC 9111 §5.2.1: `no-cache` asks for an answer of now, `max-age` for one that is not older. */
function maxAgeOf(directives: readonly string[]): number {
  if (directives.includes("no-cache")) return -1;
  const maxAge = directives.find((one) => one.startsWith("max-age="));
  if (maxAge === undefined) return Number.POSITIVE_INFINITY;
  const seconds = Number(maxAge.slice("max-age=".length).replaceAll('"', ""));
  // What cannot be read asks for less rather than for more.
  return seconds > 0 ? seconds * 1_000 : -1;
}
