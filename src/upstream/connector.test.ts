// Tests of connector.ts and trust.ts over real sockets: what connections to one peer share, and what they do not.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { blackHole } from "../../test/support/ports.ts";
import { type CertificateName, certificate, testAuthority } from "../../test/support/tls.ts";
import { Connector } from "./connector.ts";
import { AddressBook } from "./names/address-book.ts";
import { Trust } from "./trust.ts";

const GENEROUS = 60_000;

/** A TLS listener that says hello, so that a client gets its session too. */
async function tlsPort(
  t: TestContext,
  name: CertificateName,
  version: "TLSv1.2" | "TLSv1.3",
): Promise<string> {
  const server = createTlsServer(
    { ...certificate(name), minVersion: version, maxVersion: version },
    (socket) => {
      socket.on("error", () => undefined);
      socket.write("hello");
    },
  );
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return String(address.port);
}

/** Connects, and waits for what the peer sends first; gives the socket, or the reason why there is none. */
function connected(connector: Connector, port: string, timeoutMs = GENEROUS): Promise<TLSSocket | Error> {
  return new Promise((resolve) => {
    const to = { hostname: "127.0.0.1", port, protocol: "https:" };
    connector.connect(to, timeoutMs, (error, socket) => {
      if (error !== null) resolve(error);
      else socket.once("data", () => resolve(socket as TLSSocket));
    });
  });
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`a later connection resumes the session of an earlier one: ${version}`, async (t) => {
    const port = await tlsPort(t, "good", version);
    const connector = new Connector(new Trust(testAuthority()), new AddressBook());
    const reused: boolean[] = [];
    // A session of TLS 1.3 comes after the handshake: the very next connection may be too early for it.
    while (!reused.includes(true) && reused.length < 20) {
      const socket = await connected(connector, port);
      assert.ok(!(socket instanceof Error), String(socket));
      reused.push(socket.isSessionReused());
      await new Promise(setImmediate);
      socket.destroy();
    }
    assert.deepEqual([reused[0], reused.at(-1)], [false, true]);
  });

  test(`the session of a connection that was not to be trusted is never offered: ${version}`, async (t) => {
    const port = await tlsPort(t, "wrong-host", version);
    const connector = new Connector(new Trust(testAuthority()), new AddressBook());
    for (let time = 0; time < 3; time += 1) {
      const result = await connected(connector, port);
      assert.ok(result instanceof Error && "code" in result, "it was trusted");
      assert.equal(result.code, "ERR_TLS_CERT_ALTNAME_INVALID");
    }
  });
}

test("authorities are parsed once for all connections", async (t) => {
  const tls = process.getBuiltinModule("node:tls");
  const parsed = t.mock.method(tls, "createSecureContext");
  const port = await tlsPort(t, "good", "TLSv1.3");
  const before = parsed.mock.callCount();
  const connector = new Connector(new Trust(testAuthority()), new AddressBook());
  for (let time = 0; time < 3; time += 1) {
    const socket = await connected(connector, port);
    assert.ok(!(socket instanceof Error));
    socket.destroy();
  }
  assert.equal(parsed.mock.callCount() - before, 1);
});

test("a handshake that stalls, and a connection that is not made, end at their time, not a second later", async (t) => {
  const hole = await blackHole();
  t.after(() => hole.close());
  const taken: Socket[] = [];
  const silent = createServer((socket) => taken.push(socket.on("error", () => undefined)));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  t.after(() => {
    silent.close();
    for (const socket of taken) socket.destroy();
  });
  const address = silent.address();
  assert.ok(address !== null && typeof address === "object");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const [port, protocol] of [
    [hole.port, "http:"],
    [address.port, "https:"],
  ] as const) {
    const connector = new Connector(new Trust(undefined), new AddressBook());
    const failed = new Promise<Error>((resolve) => {
      const to = { hostname: "127.0.0.1", port: String(port), protocol };
      connector.connect(to, 120, (...[error]) => resolve(error ?? new Error("connected")));
    });
    t.mock.timers.tick(119);
    t.mock.timers.tick(1);
    const error = await failed;
    assert.ok("code" in error && error.code === "ETIMEDOUT", String(error));
  }
});

test("an abandoned connecting ends at once", async (t) => {
  const hole = await blackHole();
  t.after(() => hole.close());
  const connector = new Connector(new Trust(undefined), new AddressBook());
  const to = { hostname: "127.0.0.1", port: String(hole.port), protocol: "http:" };
  const told = Promise.withResolvers<Error | null>();
  const opening = connector.connect(to, GENEROUS, (...[error]) => told.resolve(error));
  opening.destroy(new Error("cancelled"));
  assert.equal((await told.promise)?.message, "cancelled");
});
