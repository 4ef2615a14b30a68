// What a listener engine promises of TLS besides all that it promises anyway.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import type { HttpServer, Listen } from "../../../src/http/listener.ts";
import { SocketReader } from "../socket-reader.ts";
import { identity, testAuthority } from "../tls.ts";
import { ask, requestBytes, wireFor } from "../wire.ts";
import { readingWith, WIDE } from "./listener-body-cases.ts";
import { GET, serverFor } from "./listener-server.ts";

function plainSocket(t: TestContext, server: HttpServer): Socket {
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  t.after(() => socket.destroy());
  return socket.on("error", () => undefined);
}

/** A TLS connection, or the code of the error that prevented it. */
async function secured(
  t: TestContext,
  server: HttpServer,
  options: ConnectionOptions = {},
): Promise<TLSSocket | string> {
  const socket = connectTls({
    port: server.port,
    host: "127.0.0.1",
    ca: [testAuthority()],
    ...options,
  });
  t.after(() => socket.destroy());
  return new Promise((resolve) => {
    socket.once("secureConnect", () => resolve(socket));
    socket.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
  });
}

async function securedSurely(t: TestContext, server: HttpServer, options = {}): Promise<TLSSocket> {
  const socket = await secured(t, server, options);
  assert.ok(typeof socket !== "string", String(socket));
  return socket;
}

/** Asks once over a connection. */
async function statusOver(socket: TLSSocket): Promise<string> {
  socket.write(GET);
  const [head] = await once(socket, "data");
  return String(head).slice(9, 12);
}

/** Waits until so many connections are open, for a bounded number of turns: their ends are seen a moment later. */
async function whenOpen(server: HttpServer, count: number): Promise<void> {
  for (let turn = 0; turn < 5_000 && server.openConnections !== count; turn += 1)
    await new Promise(setImmediate);
  assert.equal(server.openConnections, count);
}

/** The cases. */
export function testTlsListener(listen: Listen): void {
  testHandshakes(listen);
  testRecords(listen);
  testOtherTalk(listen);
}

function testHandshakes(listen: Listen): void {
  test("only http/1.1 is agreed on, and nothing older than TLS 1.2", async (t) => {
    const server = await serverFor(t, { listen });
    const socket = await securedSurely(t, server, { ALPNProtocols: ["h2", "http/1.1"] });
    assert.deepEqual([socket.alpnProtocol, socket.getProtocol()], ["http/1.1", "TLSv1.3"]);
    const older = await securedSurely(t, server, { maxVersion: "TLSv1.2" });
    assert.equal(await statusOver(older), "200");
    const none = await secured(t, server, { ALPNProtocols: ["h2"] });
    assert.equal(none, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
    const old = await secured(t, server, { minVersion: "TLSv1", maxVersion: "TLSv1.1" });
    assert.equal(typeof old, "string");
    assert.equal((await ask(server.port, GET)).status, 200);
  });

  test("a session is resumed, and a client cannot have us shake hands again", async (t) => {
    const server = await serverFor(t, { listen });
    const first = await securedSurely(t, server, { maxVersion: "TLSv1.2" });
    const session = first.getSession();
    const second = await securedSurely(t, server, { maxVersion: "TLSv1.2", session });
    assert.equal(second.isSessionReused(), true);
    const closed = once(second, "close");
    second.renegotiate({ rejectUnauthorized: false }, () => undefined);
    await closed;
    assert.equal((await ask(server.port, GET)).status, 200);
  });

  test("a handshake that is not finished in time is cut, and counts among the connections until then", async (t) => {
    const server = await serverFor(t, { listen, given: { headMs: 100, maxConnections: 1 } });
    const silent = plainSocket(t, server);
    await once(silent, "connect");
    const half = plainSocket(t, server);
    // The beginning of a first record.
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x02]));
    await Promise.all([once(silent, "close"), once(half, "close")]);
    await whenOpen(server, 0);
    assert.equal((await ask(server.port, GET)).status, 200);
  });

  test("another certificate is for new connections, and open ones go on", async (t) => {
    const server = await serverFor(t, { listen });
    const before = await securedSurely(t, server);
    assert.equal(await statusOver(before), "200");
    server.renew(identity("self-signed"));
    assert.equal(await secured(t, server), "DEPTH_ZERO_SELF_SIGNED_CERT");
    assert.equal(await statusOver(before), "200");
    const broken = { ...identity("good"), keyPem: identity("self-signed").keyPem };
    assert.throws(() => server.renew(broken));
    assert.equal(await secured(t, server), "DEPTH_ZERO_SELF_SIGNED_CERT");
    server.renew(identity("good"));
    await securedSurely(t, server);
  });
}

/** What goes over a connection, or is gathered to go in one write: many records in one read. */
class Gathering extends Duplex {
  readonly #under: Socket;
  #gathered: Buffer[] | undefined;

  constructor(under: Socket) {
    super();
    this.#under = under;
    under.on("data", (bytes) => this.push(bytes)).on("end", () => this.push(null));
  }

  gather(): void {
    this.#gathered = [];
  }

  release(): void {
    this.#under.write(Buffer.concat(this.#gathered ?? []));
    this.#gathered = undefined;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    if (this.#gathered === undefined) this.#under.write(bytes);
    else this.#gathered.push(bytes);
    done();
  }
}

function testRecords(listen: Listen): void {
  test("a body whose bytes come in records of their own is read like any other", async (t) => {
    const bytes = 5_000;
    const server = await serverFor(t, { listen }, readingWith(WIDE));
    const under = new Gathering(plainSocket(t, server));
    const over = connectTls({ socket: under, host: "127.0.0.1", ca: [testAuthority()] });
    t.after(() => over.destroy());
    await once(over, "secureConnect");
    const reader = new SocketReader(over);
    under.gather();
    over.write(requestBytes({ method: "POST", headers: { "content-length": String(bytes) } }));
    for (let sent = 0; sent < bytes; sent += 1) await new Promise((resolve) => over.write("a", resolve));
    under.release();
    await reader.head();
    assert.equal((await reader.exactly(5)).toString(), "whole");
  });
}

function testOtherTalk(listen: Listen): void {
  test("plain HTTP is told that https is spoken here, whatever it sends", async (t) => {
    const server = await serverFor(t, { listen });
    for (const body of [{}, { long: "x".repeat(300_000) }]) {
      const socket = plainSocket(t, server);
      const reader = new SocketReader(socket);
      socket.write(requestBytes({ path: "/v1/models", body }));
      const head = await reader.head();
      assert.match(head.startLine, /^HTTP\/1\.1 400 /);
      assert.match((await reader.toEnd()).toString(), /"message":"This port speaks https: [^"]*"/);
      socket.end();
    }
    assert.equal((await ask(server.port, GET)).status, 200);
  });

  test("noise in place of a handshake, within it and behind it closes the connection and nothing else", async (t) => {
    const server = await serverFor(t, { listen });
    for (const noise of [Buffer.alloc(64), Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5])]) {
      const socket = plainSocket(t, server);
      const closed = once(socket, "close");
      socket.resume().write(noise);
      await closed;
    }
    const under = plainSocket(t, server);
    const over = connectTls({ socket: under, host: "127.0.0.1", ca: [testAuthority()] });
    over.on("error", () => undefined);
    await once(over, "secureConnect");
    const closed = new Promise((resolve) => over.once("close", resolve));
    under.write(Buffer.from([0x17, 0x03, 0x03, 0x00, 0x05, 1, 2, 3, 4, 5]));
    await closed;
    const wire = await wireFor(t, server.port);
    await wire.send(GET);
    assert.equal((await wire.answer()).status, 200);
    await whenOpen(server, 1);
  });
}
