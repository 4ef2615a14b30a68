// A call whose request a forward proxy sends on: what the proxy says for itself is its failure, and no answer of the
// endpoint's.

import type { OutboundHandler } from "../client.ts";
import { failureOf } from "../failure.ts";
import { type ForwardProxy, isOfProxy, refusedBy } from "../forward-proxy.ts";
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
    if (status >= 400 && isOfProxy(status, flatHeaders(controller.rawHeaders)))
      this.fail(failureOf(refusedBy(this.#proxy, status, "proxy.askedRequest"), false, false));
    else super.onResponseStart(controller, status);
  }
}
