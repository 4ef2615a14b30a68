// Peers that want to see a certificate: what an outbound engine promises of what it shows, and to whom.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { OutboundClient, Peer } from "../../../src/upstream/client.ts";
import { ForwardProxy } from "../../../src/upstream/forward-proxy.ts";
import type { ClientCertificate } from "../../../src/upstream/trust.ts";
import { demandingFor } from "../fakes/demanding-endpoint.ts";
import { forwardProxyFor } from "../fakes/forward-proxy.ts";
import { type CertificateName, certificate, identity, testAuthority } from "../tls.ts";
import { GET, OPTIONS, Thrower } from "./outbound-rig.ts";

/** Sends one request on a connection of its own, and waits for its end; gives the last that the handler was told. */
async function sent(client: OutboundClient, peer: Peer): Promise<string | undefined> {
  const handler = new Thrower(undefined);
  client.send(client.open(peer), GET, handler, { ...OPTIONS, isFresh: true });
  await handler.over;
  return handler.told.at(-1);
}

function shownAs(name: CertificateName): ClientCertificate {
  return identity(name);
}

/** The cases; `clientFor` makes an engine that is closed with the test. */
export function testClientCertificates(clientFor: (t: TestContext) => OutboundClient): void {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    test(`a peer is shown the certificate that is its own, in a resumed session too: ${version}`, async (t) => {
      const endpoint = await demandingFor(t, version);
      const client = clientFor(t);
      const peer = { origin: endpoint.origin, caPem: testAuthority() };
      for (const name of ["good", "wrong-host", "good", "wrong-host"] as const)
        assert.equal(await sent(client, { ...peer, clientCertificate: shownAs(name) }), "onEnd");
      assert.deepEqual(endpoint.shown, ["good", "wrong-host", "good", "wrong-host"]);
      assert.deepEqual(endpoint.resumed, [false, false, true, true]);
    });

    test(`without a certificate, or with one that the peer refuses, the handshake has failed: ${version}`, async (t) => {
      const endpoint = await demandingFor(t, version);
      const client = clientFor(t);
      const peer = { origin: endpoint.origin, caPem: testAuthority() };
      for (const name of [undefined, "expired", "self-signed"] as const) {
        const clientCertificate = name === undefined ? undefined : shownAs(name);
        const told = await sent(client, { ...peer, clientCertificate });
        // Peers that say why have a reason of ERR_SSL_…; others close without a word.
        assert.match(told ?? "", /^onFailure (?:ERR_SSL_|ECONNRESET|EPIPE|UND_ERR_SOCKET)/);
      }
      assert.deepEqual(endpoint.shown, []);
    });
  }

  test("a peer has a route for each certificate, by what is in it", (t) => {
    const client = clientFor(t);
    const peer = { origin: "https://a.example" };
    const first = client.open({ ...peer, clientCertificate: shownAs("good") });
    assert.equal(client.open({ ...peer, clientCertificate: shownAs("good") }), first);
    assert.notEqual(client.open(peer), first);
    assert.notEqual(client.open({ ...peer, clientCertificate: shownAs("expired") }), first);
    client.retain([first]);
    assert.equal(client.open({ ...peer, clientCertificate: shownAs("good") }), first);
  });

  test("a key that is encrypted is opened by its passphrase", async (t) => {
    const { createPrivateKey } = process.getBuiltinModule("node:crypto");
    const endpoint = await demandingFor(t);
    const { cert, key } = certificate("good");
    const passphrase = "canary-password-9";
    const form = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
    const locked = createPrivateKey(key).export(form).toString();
    const clientCertificate = { certPem: cert, keyPem: () => locked, passphrase: () => passphrase };
    const peer = { origin: endpoint.origin, caPem: testAuthority(), clientCertificate };
    assert.equal(await sent(clientFor(t), peer), "onEnd");
    assert.deepEqual(endpoint.shown, ["good"]);
  });

  test("a proxy on the way that asks for a certificate is shown none, and the endpoint its own", async (t) => {
    const proxy = await forwardProxyFor(t, { isSecure: true, asksForCertificate: true });
    const endpoint = await demandingFor(t);
    const through = {
      origin: endpoint.origin.replace("127.0.0.1", "localhost"),
      caPem: testAuthority(),
      clientCertificate: shownAs("good"),
      proxy: new ForwardProxy(new URL(proxy.url())),
    };
    assert.equal(await sent(clientFor(t), through), "onEnd");
    assert.deepEqual(endpoint.shown, ["good"]);
    assert.deepEqual(proxy.shown, [undefined]);
  });
}
