// The engine's routes: to each peer its pool of connections and the connector that makes them.

import type { Peer, Route } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { Connector } from "../connector.ts";
import { type ForwardProxy, isSameProxy } from "../forward-proxy.ts";
import { ProxyConnector } from "../proxy-connector.ts";
import { Trust } from "../trust.ts";
import { ForwardedConnection } from "./forwarded-connection.ts";
import { Connection } from "./undici-connection.ts";

/** The connections of one peer. */
export type Pool = ConnectionPool<Connection>;

/** The way to one peer, as this engine goes it. */
export class UndiciRoute implements Route {
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

/** All routes that are open. Few enough to be looked through: one is opened for an endpoint, not for a request. */
export class UndiciRoutes {
  #open: UndiciRoute[] = [];
  #trusts = new Map<string | undefined, Trust>();

  /** The route to a peer; made where there is none yet. */
  of(peer: Peer): UndiciRoute {
    const { origin, caPem, proxy } = peer;
    const found = this.#open.find(
      (route) => route.origin === origin && route.caPem === caPem && isSameProxy(route.proxy, proxy),
    );
    if (found !== undefined) return found;
    const route = new UndiciRoute(peer, this.#trustOf(caPem));
    this.#open.push(route);
    return route;
  }

  /** Closes the routes that are not in `keep`; calls under way finish. */
  retain(keep: Iterable<Route>): void {
    const kept = new Set(keep);
    for (const route of this.#open) if (!kept.has(route)) route.retire();
    this.#open = this.#open.filter((route) => kept.has(route));
    const trusted = new Set(this.#open.map(({ caPem }) => caPem));
    for (const caPem of this.#trusts.keys()) if (!trusted.has(caPem)) this.#trusts.delete(caPem);
  }

  /** Cuts everything. */
  destroyAll(): void {
    for (const route of this.#open.splice(0)) route.destroy();
  }

  #trustOf(caPem: string | undefined): Trust {
    const known = this.#trusts.get(caPem);
    if (known !== undefined) return known;
    const trust = new Trust(caPem);
    this.#trusts.set(caPem, trust);
    return trust;
  }
}
