// The engine's routes: to each peer its pool of connections and the connector that makes them.

import type { Peer, Route } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { Connector } from "../connector.ts";
import { Trust } from "../trust.ts";
import { Connection } from "./undici-connection.ts";

/** The connections of one peer. */
export type Pool = ConnectionPool<Connection>;

/** The way to one peer, as this engine goes it. */
export class UndiciRoute implements Route {
  readonly origin: string;
  readonly caPem: string | undefined;
  readonly pool: Pool;

  constructor({ origin, caPem }: Peer, trust: Trust) {
    this.origin = origin;
    this.caPem = caPem;
    const connector = new Connector(trust);
    this.pool = new ConnectionPool((forget) => new Connection(origin, connector, forget));
  }

  /** A connection for one call. `isFresh`: one that has served nobody. */
  take(connectMs: number, isFresh: boolean): Connection {
    const connection = this.pool.take(isFresh);
    connection.connectMs = connectMs;
    return connection;
  }
}

/** All routes that are open. Few enough to be looked through: one is opened for an endpoint, not for a request. */
export class UndiciRoutes {
  #open: UndiciRoute[] = [];
  #trusts = new Map<string | undefined, Trust>();

  /** The route to a peer; made where there is none yet. */
  of(peer: Peer): UndiciRoute {
    const { origin, caPem } = peer;
    const found = this.#open.find((route) => route.origin === origin && route.caPem === caPem);
    if (found !== undefined) return found;
    const route = new UndiciRoute(peer, this.#trustOf(caPem));
    this.#open.push(route);
    return route;
  }

  /** Closes the routes that are not in `keep`; calls under way finish. */
  retain(keep: Iterable<Route>): void {
    const kept = new Set(keep);
    for (const route of this.#open) if (!kept.has(route)) route.pool.retire();
    this.#open = this.#open.filter((route) => kept.has(route));
    const trusted = new Set(this.#open.map(({ caPem }) => caPem));
    for (const caPem of this.#trusts.keys()) if (!trusted.has(caPem)) this.#trusts.delete(caPem);
  }

  /** Cuts everything. */
  destroyAll(): void {
    for (const { pool } of this.#open.splice(0)) pool.destroyAll();
  }

  #trustOf(caPem: string | undefined): Trust {
    const known = this.#trusts.get(caPem);
    if (known !== undefined) return known;
    const trust = new Trust(caPem);
    this.#trusts.set(caPem, trust);
    return trust;
  }
}
