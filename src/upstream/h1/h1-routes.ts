// The engine's routes: to each peer its pools of connections, the connectors that make them, and what every request
// there says.

import type { Peer } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { type Connecting, Connector } from "../connector.ts";
import type { ForwardProxy } from "../forward-proxy.ts";
import { ProxyConnector } from "../proxy-connector.ts";
import type { OpenRoute } from "../route-table.ts";
import type { Trust } from "../trust.ts";
import { PeerConnection } from "./peer-connection.ts";
import { routeLines } from "./request-head.ts";

/** The connections of one peer. */
export type PeerPool = ConnectionPool<PeerConnection>;

/** The way to one peer, as this engine goes it. */
export class H1Route implements OpenRoute {
  readonly origin: string;
  readonly caPem: string | undefined;
  readonly proxy: ForwardProxy | undefined;
  readonly pool: PeerPool;
  /** For requests to leave HTTP: another pool only where requests are forwarded, since those need a tunnel. */
  readonly upgradePool: PeerPool;
  /** The proxy that is told the whole URL of each request; undefined where connections are the endpoint's own. */
  readonly forwarder: ForwardProxy | undefined;
  /** What every request on this route says before its own fields. */
  readonly lines: string;

  constructor({ origin, caPem, proxy }: Peer, trust: Trust) {
    this.origin = origin;
    this.caPem = caPem;
    this.proxy = proxy;
    this.forwarder = origin.startsWith("http:") ? proxy : undefined;
    this.lines = routeLines(origin, this.forwarder?.authorization());
    this.upgradePool = poolOf(
      origin,
      proxy === undefined ? new Connector(trust) : new ProxyConnector(proxy, trust, "tunnel"),
    );
    this.pool =
      this.forwarder === undefined
        ? this.upgradePool
        : poolOf(origin, new ProxyConnector(this.forwarder, trust, "forward"));
  }

  /** The target of a request (RFC 9112 §3.2): a proxy that forwards it is told the whole URL. */
  target(path: string): string {
    return this.forwarder === undefined ? path : this.origin + path;
  }

  /** A connection for one call. `isFresh`: one that has served nobody. */
  take(isFresh: boolean): PeerConnection {
    for (;;) {
      const connection = this.pool.take(isFresh);
      if (!connection.isGone) return connection;
      this.pool.discard(connection);
    }
  }

  retire(): void {
    this.pool.retire();
    this.upgradePool.retire();
  }

  destroy(): void {
    this.pool.destroyAll();
    this.upgradePool.destroyAll();
  }
}

function poolOf(origin: string, connector: Connecting): PeerPool {
  const { hostname, port, protocol } = new URL(origin);
  const destination = { hostname: hostname.replace(/^\[|\]$/g, ""), port, protocol };
  return new ConnectionPool((forget) => new PeerConnection(connector, destination, forget));
}
