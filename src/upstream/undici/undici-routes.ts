// The engine's routes: to each peer its pool of connections and the connector that makes them.

import type { Peer } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { Connector } from "../connector.ts";
import type { ForwardProxy } from "../forward-proxy.ts";
import { ProxyConnector } from "../proxy-connector.ts";
import type { OpenRoute } from "../route-table.ts";
import type { Trust } from "../trust.ts";
import { ForwardedConnection } from "./forwarded-connection.ts";
import { Connection } from "./undici-connection.ts";

/** The connections of one peer. */
export type Pool = ConnectionPool<Connection>;

/** The way to one peer, as this engine goes it. */
export class UndiciRoute implements OpenRoute {
  readonly origin: string;
  readonly caPem: string | undefined;
  readonly proxy: ForwardProxy | undefined;
  readonly pool: Pool;
  /** The proxy that is told the whole URL of each request; undefined where connections are the endpoint's own. */
  readonly forwarder: ForwardProxy | undefined;
  /** For requests to leave HTTP: another pool only where requests are forwarded, since those need a tunnel. */
  readonly upgradePool: Pool;

  constructor({ origin, caPem, proxy }: Peer, trust: Trust) {
    this.origin = origin;
    this.caPem = caPem;
    this.proxy = proxy;
    const connector = proxy === undefined ? new Connector(trust) : new ProxyConnector(proxy, trust, "tunnel");
    const direct: Pool = new ConnectionPool((forget) => new Connection(origin, connector, forget));
    this.upgradePool = direct;
    this.forwarder = origin.startsWith("http:") ? proxy : undefined;
    this.pool = this.forwarder === undefined ? direct : forwardedPool(origin, this.forwarder, trust);
  }

  /** A connection for one call. `isFresh`: one that has served nobody. */
  take(connectMs: number, isFresh: boolean): Connection {
    const connection = this.pool.take(isFresh);
    connection.connectMs = connectMs;
    return connection;
  }

  /** A connection for a request to leave HTTP: one that has served nobody. */
  takeForUpgrade(connectMs: number): Connection {
    const connection = this.upgradePool.take(true);
    connection.connectMs = connectMs;
    return connection;
  }

  /** Closes idle connections now, and the others after their calls. */
  retire(): void {
    this.pool.retire();
    this.upgradePool.retire();
  }

  /** Cuts everything. */
  destroy(): void {
    this.pool.destroyAll();
    this.upgradePool.destroyAll();
  }
}

function forwardedPool(origin: string, proxy: ForwardProxy, trust: Trust): Pool {
  const connector = new ProxyConnector(proxy, trust, "forward");
  return new ConnectionPool((forget) => new ForwardedConnection({ origin, proxy, connector }, forget));
}
