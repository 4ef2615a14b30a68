// Peers that are known by a name: what an outbound engine promises of where its connections lead.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type TestContext, test } from "node:test";
import type { OutboundClient, Route } from "../../../src/upstream/client.ts";
import { resolverFor } from "../resolver.ts";
import { GET, OPTIONS, Thrower } from "./outbound-rig.ts";

/** How often an engine looks where its connections lead. */
const FOLLOW_MS = 5_000;

/** A server at an address of this machine; its answers are held where the path says so. */
class Place {
  requests = 0;
  readonly server: Server;
  #release: (() => void)[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      this.requests += 1;
      const answer = (): void => void response.end("ok");
      if (request.url === "/held") this.#release.push(answer);
      else answer();
    });
    this.server.keepAliveTimeout = 0;
  }

  static async at(t: TestContext, host: string, port: number): Promise<Place> {
    const place = new Place();
    place.server.listen(port, host);
    await once(place.server, "listening");
    t.after(() => {
      place.server.closeAllConnections();
      place.server.close();
    });
    return place;
  }

  get port(): number {
    const address = this.server.address();
    assert.ok(address !== null && typeof address === "object");
    return address.port;
  }

  async open(): Promise<number> {
    return new Promise((resolve) => this.server.getConnections((_error, count) => resolve(count)));
  }

  async whenOpen(count: number): Promise<void> {
    while ((await this.open()) !== count) await new Promise(setImmediate);
  }

  async whenAsked(count: number): Promise<void> {
    while (this.requests < count) await new Promise(setImmediate);
  }

  release(): void {
    for (const answer of this.#release.splice(0)) answer();
  }
}

function begin(client: OutboundClient, route: Route, path = "/"): Thrower {
  const handler = new Thrower(undefined);
  client.send(route, { ...GET, path }, handler, OPTIONS);
  return handler;
}

async function ask(client: OutboundClient, route: Route): Promise<void> {
  const handler = begin(client, route);
  await handler.over;
  assert.equal(handler.told.at(-1), "onEnd");
}

/** Time that passes when the test says so. */
function heldTime(t: TestContext): (ms: number) => Promise<void> {
  const real = performance.now.bind(performance);
  let aheadMs = 0;
  t.mock.method(performance, "now", () => real() + aheadMs);
  t.mock.timers.enable({ apis: ["setInterval"] });
  return async (ms) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= FOLLOW_MS) {
      aheadMs += FOLLOW_MS;
      t.mock.timers.tick(FOLLOW_MS);
      for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    }
  };
}

/** The cases; `clientFor` makes an engine that is closed with the test. */
export function testNames(clientFor: (t: TestContext) => OutboundClient): void {
  test("a name is looked up once for as long as its records say, however many connections are made", async (t) => {
    const resolver = resolverFor(t, { "name.example": ["127.0.0.1"] });
    resolver.ttls.set("name.example", 20);
    const pass = heldTime(t);
    const place = await Place.at(t, "127.0.0.1", 0);
    const client = clientFor(t);
    const route = client.open({ origin: `http://name.example:${place.port}` });
    for (let time = 0; time < 3; time += 1) {
      await ask(client, route);
      client.retain([]);
    }
    assert.equal(resolver.asked.get("name.example"), 1);
    await pass(20_000);
    await ask(client, route);
    assert.equal(resolver.asked.get("name.example"), 2);
  });

  test("connections to an address that a name has no more are left: idle ones soon, busy ones after their call", async (t) => {
    const resolver = resolverFor(t, { "moves.example": ["127.0.0.1"] });
    resolver.ttls.set("moves.example", 10);
    const pass = heldTime(t);
    const before = await Place.at(t, "127.0.0.1", 0);
    const after = await Place.at(t, "127.0.0.2", before.port);
    const client = clientFor(t);
    const route = client.open({ origin: `http://moves.example:${before.port}` });
    const busy = begin(client, route, "/held");
    await before.whenAsked(1);
    await ask(client, route);
    assert.equal(await before.open(), 2);
    resolver.names.set("moves.example", ["127.0.0.2"]);
    await pass(50_000);
    assert.equal(await before.open(), 2, "a name may have more addresses than it announces at a time");
    await pass(40_000);
    await before.whenOpen(1);
    await ask(client, route);
    assert.deepEqual([before.requests, after.requests], [2, 1]);
    before.release();
    await busy.over;
    assert.equal(busy.told.at(-1), "onEnd");
    await before.whenOpen(0);
    assert.equal(await after.open(), 1);
  });

  test("name servers that fail for a while cost no connection that there is, and no new one", async (t) => {
    const resolver = resolverFor(t, { "name.example": ["127.0.0.1"] });
    const pass = heldTime(t);
    const place = await Place.at(t, "127.0.0.1", 0);
    const client = clientFor(t);
    const route = client.open({ origin: `http://name.example:${place.port}` });
    await ask(client, route);
    resolver.names.set("name.example", "EAI_AGAIN");
    await pass(300_000);
    assert.equal(await place.open(), 1);
    client.retain([]);
    await ask(client, route);
    assert.equal(place.requests, 2);
  });

  test("nobody asks for a name to which there are no connections", async (t) => {
    const resolver = resolverFor(t, { "quiet.example": ["127.0.0.1"] });
    const pass = heldTime(t);
    const client = clientFor(t);
    client.open({ origin: "http://quiet.example:1" });
    await pass(60_000);
    assert.equal(resolver.asked.get("quiet.example"), undefined);
  });
}
