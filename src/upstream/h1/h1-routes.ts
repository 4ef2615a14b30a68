// The engine's routes: to each peer its connections, and what every request there says.

import type { Peer } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { hostOf, PeerRoute } from "../peer-route.ts";
import type { RouteMeans } from "../route-table.ts";
import { PeerConnection } from "./peer-connection.ts";
import { routeLines } from "./request-head.ts";

/** The connections of one peer. */
export type PeerPool = ConnectionPool<PeerConnection>;

/** The way to one peer, as this engine goes it. */
export class H1Route extends PeerRoute<PeerConnection> {
  /** What every request on this route says before its own fields. */
  readonly lines: string;

  constructor(peer: Peer, means: RouteMeans) {
    const { port, protocol } = new URL(peer.origin);
    const destination = { hostname: hostOf(peer.origin), port, protocol };
    super(
      peer,
      means,
      (connector) => new ConnectionPool((forget) => new PeerConnection(connector, destination, forget)),
    );
    this.lines = routeLines(peer.origin, this.forwarder?.authorization());
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
}
