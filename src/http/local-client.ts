// Whether a request comes from this machine, as far as that can be known.

import { isLoopbackHost } from "./hosts.ts";
import type { InboundRequest } from "./message.ts";

/** By these a reverse proxy on this machine says that it speaks for another one. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-real-ip", "cf-connecting-ip"] as const;

/** The header by which a request says that it came through a proxy; undefined where there is none. */
export function proxyHeaderOf(request: Pick<InboundRequest, "header">): string | undefined {
  return PROXY_HEADERS.find((name) => request.header(name) !== undefined);
}

/** Whether the connection is one of this machine, whoever is behind it. */
export function isLoopbackClient({ remoteAddress }: Pick<InboundRequest, "remoteAddress">): boolean {
  return isLoopbackHost(remoteAddress.replace(/^::ffff:/i, ""));
}
