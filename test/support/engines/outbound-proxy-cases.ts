// Forward proxies: what an outbound engine promises of them where they work. Where they fail is `test/faults/a/`.

import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { createServer, type TLSSocket } from "node:tls";
import type { OutboundClient, Peer } from "../../../src/upstream/client.ts";
import { ForwardProxy } from "../../../src/upstream/forward-proxy.ts";
import { json } from "../fakes/behaviours.ts";
import { fakeFor } from "../fakes/fake-endpoint.ts";
import { forwardProxyFor } from "../fakes/forward-proxy.ts";
import { certificate, testAuthority } from "../tls.ts";
import { GET, OPTIONS, peerOf, Thrower } from "./outbound-rig.ts";

/** Sends one request, and waits for its end; gives the last that the handler was told. */
async function sent(client: OutboundClient, peer: Peer, isFresh = false): Promise<string | undefined> {
  const handler = new Thrower(undefined);
  client.send(client.open(peer), GET, handler, { ...OPTIONS, isFresh });
  await handler.over;
  return handler.told.at(-1);
}

function proxyAt(url: string): ForwardProxy {
  return new ForwardProxy(new URL(url));
}

/** A peer by a name that only a proxy knows; notes what each connection asked for. */
async function namedPeer(t: TestContext): Promise<{ peer: Peer; names: unknown[]; resumed: boolean[] }> {
  const names: unknown[] = [];
  const resumed: boolean[] = [];
  const server = createServer(certificate("wrong-host"), (socket: TLSSocket & { servername?: unknown }) => {
    names.push(socket.servername);
    resumed.push(socket.isSessionReused());
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { peer: { origin: `https://other.example:${port}`, caPem: testAuthority() }, names, resumed };
}

/** The cases; `clientFor` makes an engine that is closed with the test. */
export function testForwardProxies(clientFor: (t: TestContext) => OutboundClient): void {
  for (const isSecure of [false, true]) {
    const kind = isSecure ? "a proxy that speaks TLS" : "a proxy";
    test(`an https endpoint behind ${kind}: one tunnel, its own name, its session resumed`, async (t) => {
      const proxy = await forwardProxyFor(t, { isSecure });
      const { peer, names, resumed } = await namedPeer(t);
      const client = clientFor(t);
      const through = { ...peer, proxy: proxyAt(proxy.url()) };
      assert.equal(await sent(client, through), "onEnd");
      assert.equal(await sent(client, through), "onEnd");
      // The second request went by the same tunnel.
      assert.equal(proxy.tunnels.length, 1);
      assert.equal(await sent(client, through, true), "onEnd");
      const authority = new URL(peer.origin).host;
      assert.deepEqual(proxy.tunnels, [authority, authority]);
      assert.deepEqual(names, ["other.example", "other.example"]);
      assert.deepEqual(resumed, [false, true]);
    });

    test(`a plain endpoint behind ${kind}: whole URLs over one connection`, async (t) => {
      const proxy = await forwardProxyFor(t, { isSecure });
      const endpoint = await fakeFor(t);
      endpoint.always(json(200, {}));
      const client = clientFor(t);
      const { origin } = peerOf(endpoint);
      const through = { origin, caPem: testAuthority(), proxy: proxyAt(proxy.url()) };
      for (let time = 0; time < 3; time += 1) assert.equal(await sent(client, through), "onEnd");
      assert.deepEqual(proxy.forwarded, Array(3).fill(`${origin}/v1/thing`));
      assert.equal(proxy.connections, 1);
      assert.deepEqual(proxy.tunnels, []);
      const [request] = endpoint.requests;
      assert.equal(request?.header("host"), new URL(origin).host);
    });
  }

  test("a route is of one proxy with its credentials, and of no proxy", async (t) => {
    const client = clientFor(t);
    const origin = "https://a.example";
    const proxies = ["http://p:1", "http://p:2", "http://u@p:1", "http://u:p@p:1", "https://p:1"];
    const routes = proxies.map((url) => client.open({ origin, proxy: proxyAt(url) }));
    assert.equal(new Set([...routes, client.open({ origin })]).size, 6);
    const again = proxies.map((url) => client.open({ origin, proxy: proxyAt(url) }));
    assert.deepEqual(
      again.map((route, index) => route === routes[index]),
      Array(5).fill(true),
    );
  });

  test("credentials are percent-decoded, whatever is in them", async (t) => {
    for (const [written, credentials] of [
      ["us%65r:p%40ss%3Aw%2Frd", "user:p@ss:w/rd"],
      ["user", "user:"],
      ["us%C3%A9r:%E5%AF%86%E7%A2%BC", "usér:密碼"],
      ["user:50%", "user:50%"],
    ] as const) {
      const proxy = await forwardProxyFor(t, { credentials });
      const { peer } = await namedPeer(t);
      const through = { ...peer, proxy: proxyAt(proxy.url(written)) };
      assert.equal(await sent(clientFor(t), through), "onEnd", written);
    }
  });

  test("a call that is dropped while the tunnel is made ends its connecting at once", async (t) => {
    const proxy = await forwardProxyFor(t);
    proxy.mood = "silent";
    const { peer } = await namedPeer(t);
    const client = clientFor(t);
    const call = client.send(
      client.open({ ...peer, proxy: proxyAt(proxy.url()) }),
      GET,
      new Thrower(undefined),
      OPTIONS,
    );
    await proxy.whenTunnels(1);
    call.cancel();
    await proxy.whenOpen(0);
  });
}
