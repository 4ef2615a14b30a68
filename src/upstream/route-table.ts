// The routes that are open, whatever engine they are of.

import type { Peer, Route } from "./client.ts";
import { type ForwardProxy, isSameProxy } from "./forward-proxy.ts";
import { type ClientCertificate, isSameCertificate, Trust } from "./trust.ts";

/** A route as its engine has it. */
export interface OpenRoute extends Route {
  readonly caPem: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly proxy: ForwardProxy | undefined;
  /** Closes idle connections now, and the others after their calls. */
  retire(): void;
  /** Cuts everything. */
  destroy(): void;
}

/** All routes that are open. Few enough to be looked through: one is opened for an endpoint, not for a request. */
export class RouteTable<R extends OpenRoute> {
  readonly #make: (peer: Peer, trust: Trust) => R;
  #open: R[] = [];
  #trusts: Trust[] = [];

  constructor(make: (peer: Peer, trust: Trust) => R) {
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
    const route = this.#make(peer, this.#trustOf(caPem, clientCertificate));
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
    for (const route of this.#open.splice(0)) route.destroy();
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
