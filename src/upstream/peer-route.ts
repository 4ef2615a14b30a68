// A route and its pools of connections, whatever engine these are of.

import { isIP } from "../core/net/ip.ts";
import type { Peer } from "./client.ts";
import type { ConnectionPool, Pooled } from "./connection-pool.ts";
import { type Connecting, Connector } from "./connector.ts";
import type { ForwardProxy } from "./forward-proxy.ts";
import type { AddressBook } from "./names/address-book.ts";
import { ProxyConnector } from "./proxy-connector.ts";
import type { OpenRoute, RouteMeans } from "./route-table.ts";
import type { ClientCertificate } from "./trust.ts";

/** Makes a pool whose connections `connector` opens. `forwarder`: the proxy that is told the whole URL of each request. */
export type MakePool<C extends Pooled> = (
  connector: Connecting,
  forwarder: ForwardProxy | undefined,
) => ConnectionPool<C>;

/** The way to one peer. */
export class PeerRoute<C extends Pooled> implements OpenRoute {
  readonly origin: string;
  readonly caPem: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly proxy: ForwardProxy | undefined;
  readonly pool: ConnectionPool<C>;
  /** For requests to leave HTTP: another pool only where requests are forwarded, since those need a tunnel. */
  readonly upgradePool: ConnectionPool<C>;
  /** The proxy that is told the whole URL of each request; undefined where connections are the endpoint's own. */
  readonly forwarder: ForwardProxy | undefined;

  /** The host that connections are made to: the peer's, or that of the proxy on the way. */
  readonly #hostname: string;

  constructor(peer: Peer, { trust, book }: RouteMeans, makePool: MakePool<C>) {
    const { origin, proxy } = peer;
    this.origin = origin;
    this.caPem = peer.caPem;
    this.clientCertificate = peer.clientCertificate;
    this.proxy = proxy;
    const connector =
      proxy === undefined ? new Connector(trust, book) : new ProxyConnector(proxy, trust, "tunnel", book);
    this.#hostname = proxy?.hostname ?? hostOf(origin);
    this.upgradePool = makePool(connector, undefined);
    this.forwarder = origin.startsWith("http:") ? proxy : undefined;
    this.pool =
      this.forwarder === undefined
        ? this.upgradePool
        : makePool(new ProxyConnector(this.forwarder, trust, "forward", book), this.forwarder);
  }

  followName(book: AddressBook): void {
    const pools = [this.pool, this.upgradePool];
    if (isIP(this.#hostname) !== 0 || pools.every(({ isEmpty }) => isEmpty)) return;
    book.refresh(this.#hostname);
    for (const pool of pools) pool.leave((address) => book.isOutdated(this.#hostname, address));
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

/** The host of an origin, without the brackets of an IPv6 address. */
export function hostOf(origin: string): string {
  return new URL(origin).hostname.replace(/^\[|\]$/g, "");
}
