// A call whose request a forward proxy sends on: what the proxy says for itself is its failure, and no answer of the
// endpoint's.

import { firstHeader } from "../../http/first-header.ts";
import type { OutboundHandler } from "../client.ts";
import { type ForwardProxy, refusedBy } from "../forward-proxy.ts";
import { failureOf } from "./failure.ts";
import { flatHeaders } from "./raw-headers.ts";
import { UndiciCall } from "./undici-call.ts";
import type { CallController, Connection } from "./undici-connection.ts";
import type { Pool } from "./undici-routes.ts";

/** One such call. */
export class ForwardedCall extends UndiciCall {
  readonly #proxy: ForwardProxy;

  constructor(pool: Pool, connection: Connection, handler: OutboundHandler, proxy: ForwardProxy) {
    super(pool, connection, handler);
    this.#proxy = proxy;
  }

  override onResponseStart(controller: CallController, status: number): void {
    if (status >= 400 && isOfProxy(controller, status))
      this.fail(failureOf(refusedBy(this.#proxy, status, "the request"), false, false));
    else super.onResponseStart(controller, status);
  }
}

/**
 * Whether a refusal is the proxy's own: 407 is nobody else's (RFC 9110 §15.5.8); of other statuses only some proxies say
 * so, by the field that is meant for it (RFC 9209) or by Squid's.
 */
function isOfProxy(controller: CallController, status: number): boolean {
  if (status === 407) return true;
  const headers = flatHeaders(controller.rawHeaders);
  if (firstHeader(headers, "x-squid-error") !== undefined) return true;
  return /;\s*error\s*=/.test(firstHeader(headers, "proxy-status") ?? "");
}
