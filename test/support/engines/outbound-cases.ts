// What an outbound engine promises, over real sockets, whichever it is: routes and what they share, handlers that throw,
// upgrades. The tests of an engine run all of it. What engines make of broken answers is held by the system tests.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { createServer } from "node:tls";
import type { OutboundClient, Peer, Route } from "../../../src/upstream/client.ts";
import { json, manual } from "../fakes/behaviours.ts";
import { certificate, testAuthority } from "../tls.ts";
import { testClientCertificates } from "./outbound-certificate-cases.ts";
import { testConnections } from "./outbound-connection-cases.ts";
import { testNames } from "./outbound-name-cases.ts";
import { testForwardProxies } from "./outbound-proxy-cases.ts";
import { clientFor, GET, type MakeClient, OPTIONS, peerOf, rig, Thrower } from "./outbound-rig.ts";
import { testThrowers } from "./outbound-thrower-cases.ts";
import { testOutboundUpgrades } from "./outbound-upgrade-cases.ts";

/** Runs all cases against one engine. */
export function testOutboundEngine(make: MakeClient): void {
  testRoutes(make);
  testSharedTrust(make);
  testThrowers(make);
  testOutboundUpgrades((t) => clientFor(t, make));
  testForwardProxies((t) => clientFor(t, make));
  testClientCertificates((t) => clientFor(t, make));
  testNames((t) => clientFor(t, make));
  testConnections((t) => clientFor(t, make));
}

/** Sends one request, and waits for its end; gives what the handler was told. */
async function sendOn(client: OutboundClient, route: Route, isFresh = false): Promise<readonly string[]> {
  const handler = new Thrower(undefined);
  client.send(route, GET, handler, { ...OPTIONS, isFresh });
  await handler.over;
  return handler.told;
}

function testRoutes(make: MakeClient): void {
  test("a peer has one route, by origin and authorities, and its text is no key", (t) => {
    const client = clientFor(t, make);
    const origin = "https://a.example";
    const plain = client.open({ origin });
    assert.equal(client.open({ origin }), plain);
    const pem = testAuthority();
    const trusting = client.open({ origin, caPem: pem });
    assert.notEqual(trusting, plain);
    // As a reload reads it: the same text at another place.
    assert.equal(client.open({ origin, caPem: Buffer.from(pem).toString() }), trusting);
    assert.notEqual(client.open({ origin, caPem: `${pem}\n` }), trusting);
    assert.notEqual(client.open({ origin: "https://b.example", caPem: pem }), trusting);
  });

  test("retain keeps the routes named, and opens the others anew", (t) => {
    const client = clientFor(t, make);
    const peers = [
      { origin: "https://a.example" },
      { origin: "https://a.example", caPem: "one" },
      { origin: "https://a.example", caPem: "two" },
      { origin: "https://b.example" },
    ];
    const before = peers.map((peer) => client.open(peer));
    client.retain(before.slice(2));
    const isKept = peers.map((peer, index) => client.open(peer) === before[index]);
    assert.deepEqual(isKept, [false, false, true, true]);
  });

  test("a call under way outlives its route, whose connections are closed after it", async (t) => {
    const { endpoint, client } = await rig(t, make);
    endpoint.always(json(200, {}));
    const route = client.open(peerOf(endpoint));
    await sendOn(client, route);
    const live = manual();
    endpoint.script([live]);
    const handler = new Thrower(undefined);
    client.send(route, GET, handler, OPTIONS);
    const exchange = await live.started;
    client.retain([]);
    assert.equal(endpoint.openConnections(), 1);
    await exchange.head(200, ["content-length", "2"]);
    await exchange.piece("ab");
    await exchange.finish();
    live.release();
    await handler.over;
    assert.equal(handler.told.at(-1), "onEnd");
    await endpoint.whenOpenConnections(0);
    // Who still holds it is served, on connections that are not kept.
    assert.equal((await sendOn(client, route)).at(-1), "onEnd");
    await endpoint.whenOpenConnections(0);
    assert.equal(endpoint.totalConnections(), 2);
  });

  test("callers of different patience share a route's connections", async (t) => {
    const { endpoint, client } = await rig(t, make);
    endpoint.always(json(200, {}));
    for (const connectMs of [5_000, 6_000, 7_000]) {
      const handler = new Thrower(undefined);
      client.send(client.open(peerOf(endpoint)), GET, handler, { connectMs });
      await handler.over;
    }
    assert.equal(endpoint.totalConnections(), 1);
  });

  test("a route of another engine is refused", (t) => {
    const client = clientFor(t, make);
    const foreign = { origin: "http://127.0.0.1:1" };
    assert.throws(() => client.send(foreign, GET, new Thrower(undefined), OPTIONS), TypeError);
  });
}

/** A peer that speaks TLS and answers every request; notes of each connection whether it resumed a session. */
async function tlsPeer(t: TestContext): Promise<{ readonly peer: Peer; readonly resumed: boolean[] }> {
  const resumed: boolean[] = [];
  const server = createServer(certificate("good"), (socket) => {
    resumed.push(socket.isSessionReused());
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { peer: { origin: `https://127.0.0.1:${address.port}`, caPem: testAuthority() }, resumed };
}

function testSharedTrust(make: MakeClient): void {
  test("every connection of a route but the first resumes its TLS session, also after a reload", async (t) => {
    const { peer, resumed } = await tlsPeer(t);
    const client = clientFor(t, make);
    for (let time = 0; time < 4; time += 1) {
      const route = client.open(peer);
      assert.equal((await sendOn(client, route, true)).at(-1), "onEnd");
      client.retain([route]);
    }
    assert.deepEqual(resumed, [false, true, true, true]);
  });

  test("endpoints that name the same authorities have them parsed once, whatever is reloaded", async (t) => {
    const parsed = t.mock.method(process.getBuiltinModule("node:tls"), "createSecureContext");
    const peers = [await tlsPeer(t), await tlsPeer(t)];
    const client = clientFor(t, make);
    const before = parsed.mock.callCount();
    for (let time = 0; time < 3; time += 1) {
      const routes = peers.map(({ peer }) => client.open(peer));
      for (const route of routes) assert.equal((await sendOn(client, route, true)).at(-1), "onEnd");
      client.retain(routes);
    }
    assert.equal(parsed.mock.callCount() - before, 1);
    for (const { resumed } of peers) assert.deepEqual(resumed, [false, true, true]);
  });
}
