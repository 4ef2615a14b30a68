// The routes to the configured endpoints, found by the endpoint itself: an attempt neither builds a key nor compares
// authorities, of which a bundle has 200 KB.

import type { OutboundClient, Peer, Route } from "./client.ts";

/** The routes in force. */
export class Routes {
  readonly #client: OutboundClient;
  /** Requests that began before a reload still hold its endpoints: their routes are found as long as they do. */
  readonly #byPeer = new WeakMap<Peer, Route>();

  constructor(client: OutboundClient) {
    this.#client = client;
  }

  /** Opens the routes of a new configuration. Those that it has no more are closed after their last request. */
  replace(peers: readonly Peer[]): void {
    this.#client.retain(peers.map((peer) => this.#open(peer)));
  }

  /** The route to a peer; opened here only where the peer was in no configuration. */
  of(peer: Peer): Route {
    return this.#byPeer.get(peer) ?? this.#open(peer);
  }

  #open(peer: Peer): Route {
    const route = this.#client.open(peer);
    this.#byPeer.set(peer, route);
    return route;
  }
}
