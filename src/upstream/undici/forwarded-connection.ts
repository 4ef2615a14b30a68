// A connection to a forward proxy that is told the whole URL of each request (RFC 9112 §3.2.2), as proxies want it for
// plain HTTP.

import type { OutboundRequest } from "../client.ts";
import type { Connecting } from "../connector.ts";
import type { ForwardProxy } from "../forward-proxy.ts";
import { type CallHandler, Connection } from "./undici-connection.ts";

/** What such a connection is for. */
export type Forwarding = {
  /** The endpoint's. */
  readonly origin: string;
  readonly proxy: ForwardProxy;
  readonly connector: Connecting;
};

/** Serves one request at a time. */
export class ForwardedConnection extends Connection {
  readonly #origin: string;
  readonly #proxy: ForwardProxy;

  constructor({ origin, proxy, connector }: Forwarding, onIdleClose: (connection: Connection) => void) {
    // To the library it is one to the endpoint, whose name it writes as `Host`.
    super(origin, connector, onIdleClose);
    this.#origin = origin;
    this.#proxy = proxy;
  }

  override dispatch(request: OutboundRequest, handler: CallHandler): void {
    const authorization = this.#proxy.authorization();
    const headers =
      authorization === undefined
        ? request.headers
        : [...request.headers, "proxy-authorization", authorization];
    super.dispatch({ ...request, path: this.#origin + request.path, headers }, handler);
  }
}
