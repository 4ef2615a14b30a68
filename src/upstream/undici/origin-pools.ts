// The pools of all peers. Which one a call belongs to is found without building a key: a bundle of authorities has
// 200 KB, and to join it to a text for every attempt costs more than all the rest of a request. Made by
// `undici-client.ts`.

import type { Peer } from "../client.ts";
import { ConnectionPool } from "../connection-pool.ts";
import { Connector } from "../connector.ts";
import { Connection } from "./undici-connection.ts";

/** The connections of one peer. */
export type Pool = ConnectionPool<Connection>;

/** A pool whose connections trust authorities of their own. */
type TrustingPool = { readonly origin: string; caPem: string; readonly pool: Pool };

/** Pools by origin and authorities. How long connecting may take is the call's, and parts no pools. */
export class OriginPools {
  readonly #plain = new Map<string, Pool>();
  readonly #trusting: TrustingPool[] = [];

  /** The pool of a peer; made where there is none yet. */
  of(peer: Peer): Pool {
    if (peer.caPem !== undefined) return this.#trustingPool(peer.origin, peer.caPem);
    let pool = this.#plain.get(peer.origin);
    if (pool === undefined) {
      pool = makePool(peer);
      this.#plain.set(peer.origin, pool);
    }
    return pool;
  }

  /** Closes the pools of peers that are not in `keep`; calls under way finish. */
  retain(keep: Iterable<Peer>): void {
    const kept = new Set<Pool>();
    for (const peer of keep) {
      const pool = this.#found(peer);
      if (pool !== undefined) kept.add(pool);
    }
    this.#drop((pool) => !kept.has(pool)).forEach((pool) => {
      pool.retire();
    });
  }

  /** Cuts everything. */
  destroyAll(): void {
    for (const pool of this.#drop(() => true)) pool.destroyAll();
  }

  #trustingPool(origin: string, caPem: string): Pool {
    const found = this.#foundTrusting(origin, caPem);
    if (found !== undefined) return found;
    const pool = makePool({ origin, caPem });
    this.#trusting.push({ origin, caPem, pool });
    return pool;
  }

  #found({ origin, caPem }: Peer): Pool | undefined {
    return caPem === undefined ? this.#plain.get(origin) : this.#foundTrusting(origin, caPem);
  }

  #foundTrusting(origin: string, caPem: string): Pool | undefined {
    for (const one of this.#trusting) {
      if (one.origin !== origin || one.caPem !== caPem) continue;
      // A reload reads the file anew. With its text kept, the next comparison ends at the identity of the two.
      one.caPem = caPem;
      return one.pool;
    }
    return undefined;
  }

  /** Takes pools out and gives them. */
  #drop(isDropped: (pool: Pool) => boolean): Pool[] {
    const dropped: Pool[] = [];
    for (const [origin, pool] of this.#plain) {
      if (!isDropped(pool)) continue;
      this.#plain.delete(origin);
      dropped.push(pool);
    }
    for (const one of this.#trusting.splice(0)) {
      if (isDropped(one.pool)) dropped.push(one.pool);
      else this.#trusting.push(one);
    }
    return dropped;
  }
}

function makePool({ origin, caPem }: Peer): Pool {
  const connector = new Connector(caPem);
  return new ConnectionPool((forget) => new Connection(origin, connector, forget));
}
