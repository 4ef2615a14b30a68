// Tests of routes.ts: when routes are opened and closed. What routes share is held by the tests of the engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundClient, Peer, Route } from "./client.ts";
import { Routes } from "./routes.ts";

/** An engine that counts, and has one route for each origin until that is closed. */
class CountingClient implements OutboundClient {
  opened = 0;
  kept: readonly Route[] = [];
  #open = new Map<string, Route>();

  open({ origin }: Peer): Route {
    this.opened += 1;
    const route = this.#open.get(origin) ?? { origin };
    this.#open.set(origin, route);
    return route;
  }

  retain(keep: Iterable<Route>): void {
    this.kept = [...keep];
    this.#open = new Map(this.kept.map((route) => [route.origin, route]));
  }

  send(): never {
    throw new Error("nothing is sent here");
  }

  upgrade(): never {
    throw new Error("nothing is sent here");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const peer = (name: string): Peer => ({ origin: `https://${name}.example` });

test("routes are opened with the configuration, and none by the requests", () => {
  const client = new CountingClient();
  const routes = new Routes(client);
  const peers = [peer("a"), peer("b")];
  routes.replace(peers);
  assert.equal(client.opened, 2);
  for (let time = 0; time < 100; time += 1)
    assert.deepEqual(
      peers.map((one) => routes.of(one).origin),
      peers.map(({ origin }) => origin),
    );
  assert.equal(client.opened, 2);
});

test("a reload leaves the routes that it names, under new endpoints as under old ones, and closes the rest", () => {
  const client = new CountingClient();
  const routes = new Routes(client);
  const [a, b] = [peer("a"), peer("b")];
  routes.replace([a, b]);
  const [routeA, routeB] = [routes.of(a), routes.of(b)];
  const again = peer("a");
  routes.replace([again]);
  assert.equal(routes.of(again), routeA);
  assert.deepEqual(client.kept, [routeA]);
  // Requests that began before are still on their way.
  assert.deepEqual([routes.of(a), routes.of(b)], [routeA, routeB]);
});

test("an endpoint that comes back has a route that is open", () => {
  const client = new CountingClient();
  const routes = new Routes(client);
  const a = peer("a");
  routes.replace([a]);
  const before = routes.of(a);
  routes.replace([]);
  routes.replace([a]);
  assert.notEqual(routes.of(a), before);
  assert.deepEqual(client.kept, [routes.of(a)]);
});

test("a peer of no configuration has one route", () => {
  const client = new CountingClient();
  const routes = new Routes(client);
  const a = peer("a");
  assert.equal(routes.of(a), routes.of(a));
  assert.equal(client.opened, 1);
});
