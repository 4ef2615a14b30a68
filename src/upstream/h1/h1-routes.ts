// The engine's routes: to each peer its pool of connections and the connector that makes them.

import type { Peer, Route } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { Connector } from "../connector.ts";
import { Trust } from "../trust.ts";
import { PeerConnection } from "./peer-connection.ts";
import { routeLines } from "./request-head.ts";

/** The connections of one peer. */
export type Pool = ConnectionPool<PeerConnection>;

/** The way to one peer, as this engine goes it. */
export class H1Route implements Route {
  readonly origin: string;
  readonly caPem: string | undefined;
  readonly pool: Pool;
  /** What every request to this peer says before its fields. */
  readonly lines: string;

  constructor({ origin, caPem }: Peer, trust: Trust) {
    this.origin = origin;
    this.caPem = caPem;
    this.lines = routeLines(origin);
    const connector = new Connector(trust);
    const { hostname, port, protocol } = new URL(origin);
    const destination = { hostname: hostname.replace(/^\[|\]$/g, ""), port, protocol };
    this.pool = new ConnectionPool((forget) => new PeerConnection(connector, destination, forget));
  }

  /** A connection for one call. `isFresh`: one that has served nobody. */
  take(isFresh: boolean): PeerConnection {
    for (;;) {
      const connection = this.pool.take(isFresh);
      if (!connection.isGone) return connection;
      this.pool.discard(connection);
    }
  }
}

/** All routes that are open. Few enough to be looked through: one is opened for an endpoint, not for a request. */
export class H1Routes {
  #open: H1Route[] = [];
  #trusts = new Map<string | undefined, Trust>();

  /** The route to a peer; made where there is none yet. */
  of(peer: Peer): H1Route {
    const { origin, caPem } = peer;
    const found = this.#open.find((route) => route.origin === origin && route.caPem === caPem);
    if (found !== undefined) return found;
    const route = new H1Route(peer, this.#trustOf(caPem));
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
