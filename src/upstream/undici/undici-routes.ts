// The engine's routes: to each peer its connections, which are told how long they may take to connect.

import type { Peer } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { PeerRoute } from "../peer-route.ts";
import type { RouteMeans } from "../route-table.ts";
import { ForwardedConnection } from "./forwarded-connection.ts";
import { Connection } from "./undici-connection.ts";

/** The connections of one peer. */
export type Pool = ConnectionPool<Connection>;

/** The way to one peer, as this engine goes it. */
export class UndiciRoute extends PeerRoute<Connection> {
  constructor(peer: Peer, means: RouteMeans) {
    const { origin } = peer;
    super(peer, means, (connector, proxy) =>
      proxy === undefined
        ? new ConnectionPool((forget) => new Connection(origin, connector, forget))
        : new ConnectionPool((forget) => new ForwardedConnection({ origin, proxy, connector }, forget)),
    );
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
}
