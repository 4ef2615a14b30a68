// The routes that are open, whatever engine they are of.

import type { Peer, Route } from "./client.ts";
import { type ForwardProxy, isSameProxy } from "./forward-proxy.ts";
import { AddressBook } from "./names/address-book.ts";
import { type ClientCertificate, isSameCertificate, Trust } from "./trust.ts";

/** A route as its engine has it. */
export interface OpenRoute extends Route {
  readonly caPem: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly proxy: ForwardProxy | undefined;
  /** Closes connections to addresses that its peer's name has no more; asks for the name where there are any. */
  followName(book: AddressBook): void;
  /** Closes idle connections now, and the others after their calls. */
  retire(): void;
  /** Cuts everything. */
  destroy(): void;
}

/** What a route is made with. */
export type RouteMeans = { readonly trust: Trust; readonly book: AddressBook };

/** How often it is looked whether connections lead to where they should. */
const FOLLOW_MS = 5_000;

/** All routes that are open. Few enough to be looked through: one is opened for an endpoint, not for a request. */
export class RouteTable<R extends OpenRoute> {
  readonly #make: (peer: Peer, means: RouteMeans) => R;
  readonly #book = new AddressBook();
  #following: NodeJS.Timeout | undefined;
  #open: R[] = [];
  #trusts: Trust[] = [];

  constructor(make: (peer: Peer, means: RouteMeans) => R) {
    this.#make = make;
  }

  /** The route to a peer; made where there is none yet. */
  of(peer: Peer): R {
    const { origin, caPem, clientCertificate, proxy } = peer;
    const found = this.#open.find(
      (route) =>
        route.origin === origin &&
        route.caPem === caPem &&
        isSameCertificate(route.clientCertificate, clientCertificate) &&
        isSameProxy(route.proxy, proxy),
    );
    if (found !== undefined) return found;
    const route = this.#make(peer, { trust: this.#trustOf(caPem, clientCertificate), book: this.#book });
    this.#following ??= setInterval(() => this.#follow(), FOLLOW_MS).unref();
    this.#open.push(route);
    return route;
  }

  /** Closes the routes that are not in `keep`; calls under way finish. */
  retain(keep: Iterable<Route>): void {
    const kept = new Set(keep);
    for (const route of this.#open) if (!kept.has(route)) route.retire();
    this.#open = this.#open.filter((route) => kept.has(route));
    this.#trusts = this.#trusts.filter((trust) => this.#open.some((route) => isTrustOf(trust, route)));
  }

  /** Cuts everything. */
  destroyAll(): void {
    clearInterval(this.#following);
    this.#following = undefined;
    this.#book.close();
    for (const route of this.#open.splice(0)) route.destroy();
  }

  #follow(): void {
    for (const route of this.#open) route.followName(this.#book);
  }

  #trustOf(caPem: string | undefined, certificate: ClientCertificate | undefined): Trust {
    const known = this.#trusts.find(
      (trust) => trust.caPem === caPem && isSameCertificate(trust.certificate, certificate),
    );
    if (known !== undefined) return known;
    const trust =
      certificate === undefined
        ? new Trust(caPem)
        : new Trust(caPem, { certificate, anonymous: this.#trustOf(caPem, undefined) });
    this.#trusts.push(trust);
    return trust;
  }
}

/** Whether a route needs it, also for a proxy on the way. */
function isTrustOf({ caPem, certificate }: Trust, route: OpenRoute): boolean {
  if (caPem !== route.caPem) return false;
  return certificate === undefined || isSameCertificate(certificate, route.clientCertificate);
}
